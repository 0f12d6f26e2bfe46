"""The app as its developer wrote it: modules, data files, requirements, settings.

Decides which files belong to the app and what it imports, by reading only; nothing of the app runs.
Read `discover` first.
"""
