"""Word templates: checked, filled, their tags and fields."""
