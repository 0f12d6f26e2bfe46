"""What app developers use: `Dash`, pages, hooks, resources, the HTML document."""
