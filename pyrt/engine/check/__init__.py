"""What is wrong with the callbacks of an app, reported when a page is opened (S-31 to S-43).

This folder decides which mistakes are reported, in which words, and whether they disable all
callbacks. Read `validation.py` first; `cycles.py` finds circular dependencies. Nothing is raised,
except for background callbacks that start themselves (S-42).
"""
