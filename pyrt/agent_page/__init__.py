"""`pyrt mcp`: one page of an app on CPython, which a local agent uses over stdio.

`stdio` connects the page with `pyrt.agents`, `thread_jobs` runs its background callbacks.
"""
