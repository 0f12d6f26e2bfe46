"""What authors of apps touch: the Dash object, pages, hooks, assets, the document around them."""
