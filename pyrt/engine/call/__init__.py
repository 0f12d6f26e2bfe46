"""Calling one callback: its arguments, its context, what it returned or raised."""
