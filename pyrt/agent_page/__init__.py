"""`pyrt mcp`: one page of an app on CPython, which a local agent uses over stdio.

`page_tools` reads and changes the page, `stdio` connects it with `pyrt.agents`.
"""
