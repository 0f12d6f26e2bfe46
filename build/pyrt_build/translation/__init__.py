"""pyrt's own words in another language."""
