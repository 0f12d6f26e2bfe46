"""Checks of the callbacks and of what they return: names, ids, circular dependencies."""
