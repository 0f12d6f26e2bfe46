"""Tools of a page that is open: `page_tools` what an agent can do, `tab` in a browser."""
