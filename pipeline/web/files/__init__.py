"""Files over the page: handed in, taken out, put together for the printer."""
