"""A site as one HTML file: its files stand in the page, as text without base64.

Read `pack` first. The page's side is in web/src/embedded.
"""
