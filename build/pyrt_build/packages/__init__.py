"""Which distributions the app needs, and the wheels that are chosen for them.

Decides about every package of the site: `needs` asks `resolve` for wheels, which asks Pyodide's
`distribution` and, through `pip`, the package index. `wheels` reads what is chosen. Read `needs`
first.
"""
