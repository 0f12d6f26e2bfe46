"""Removes from the app's source what only a server executes."""
