"""What an app declares, as data: ids, components, dependencies, callbacks, values as JSON.

This folder decides what is a valid declaration, and how a value becomes JSON. It holds no state of
a page. Read `ids.py`, `component.py`, `dependencies.py` and `callback.py` in this order;
`serialize.py` and `patch.py` are the values that callbacks return, `errors.py` is the tree of all
exceptions.
"""
