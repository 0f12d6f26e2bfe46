"""Runs Dash's own browser tests against sites without a server; ../README.md describes it."""
