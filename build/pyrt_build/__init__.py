"""The builder: turns a Dash app into a folder of static files."""
