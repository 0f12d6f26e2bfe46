"""Apps in a documentation: a code block goes in, the code and the app that runs come out.

All examples of a documentation are built together, into one folder with one copy of what they
share. Adapters for Sphinx, MkDocs and Quarto collect the examples (docs/documentation-tools.md).
"""
