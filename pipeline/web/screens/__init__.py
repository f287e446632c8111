"""A module a screen: what is asked, what is shown. Words stand in page.po, forms in templates/."""
