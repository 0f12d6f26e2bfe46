"""Checks of what an agent gives, before anything runs. Read `checks` first."""
