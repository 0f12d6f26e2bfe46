"""The layout of one page: the component tree, its index of ids, and the values of props.

This folder decides which component an id or a pattern means, where components can be inside props,
and which copy of a value a callback gets. Read `layout.py` first: it owns the tree and uses
`index.py` (ids and patterns), `children_props.py` (props that hold components) and `values.py`
(values decoded or copied when needed). `figures.py` is one special case of dcc.Graph.
"""
