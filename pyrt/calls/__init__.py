"""Calls of one callback's function for one request, without a page and its session.

Runs in the server and its jobs, and in the page's worker for background callbacks. Read `call`
first.
"""
