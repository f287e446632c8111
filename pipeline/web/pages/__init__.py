"""What every page is made with: words, days, lists by the page, bars, style sheet and script."""
