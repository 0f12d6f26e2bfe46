"""`pyrt dev`: a site that is served while the app is written, and follows each change of its files.

docs/dev.md says what a change does; web/src/hot_reload/ is the page's part.
"""
