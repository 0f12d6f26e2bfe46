"""Removes from the app's source what only a server executes.

Decides, for all modules of the app together, which code becomes part of the site. Read `partition`
first, then `removal`.
"""
