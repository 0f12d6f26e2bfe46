"""Ids, components, dependencies, callbacks and values: they know nothing of a running app."""
