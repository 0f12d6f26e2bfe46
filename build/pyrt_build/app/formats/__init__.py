"""The formats in which requirements are written.

`read` of `reader` chooses by the name of the file. Each other module reads one format, and nothing
here asks an index.
"""
