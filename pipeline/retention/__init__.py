"""Interview recordings: kept one year, destroyed with proof (¶29)."""
