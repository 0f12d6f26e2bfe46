"""Calls of single callback functions by request, outside a session (tab and server)."""
