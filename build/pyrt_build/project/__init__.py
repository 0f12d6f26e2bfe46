"""The project on disk: its files, its modules, and what of it is run.

Nothing is imported or run; what stands in files is read.
"""
