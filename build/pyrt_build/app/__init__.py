"""The app as its developer wrote it: modules, data files, requirements, settings."""
