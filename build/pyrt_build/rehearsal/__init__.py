"""Starts the planned site once in a headless browser, and records what a start can use.

Decides whether the app starts, which files a start needs, which snapshot the site gets, and what
its pages show before Python has started. Read `rehearse` first.
"""
