"""The layout of one page: the component tree, the index of ids, property values."""
