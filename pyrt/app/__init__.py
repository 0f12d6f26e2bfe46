"""What app developers use: `Dash`, pages, hooks, resources, and the HTML document.

Runs in the page's Python worker, in job workers and on servers. Read `arguments` first, then
`dash`.
"""
