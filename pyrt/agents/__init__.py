"""An app's callbacks as tools of language models, in the Model Context Protocol (MCP).

`catalog` makes tools and `resources` makes resources from the callback registry, as Dash 4.4 does;
`protocol` offers both through the official SDK. `settings` has the names of `dash.mcp`.
"""
