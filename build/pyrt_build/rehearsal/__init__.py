"""Starts the planned site once in a headless browser, and records its first frame."""
