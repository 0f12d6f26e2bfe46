"""The error messages for names of Dash that pyrt does not have."""

_INSTEAD = {
    "jupyter_dash": "an app shows itself in the output cell without it",
    "testing": "test the app with real Dash, or drive the built site with Playwright",
    "backends": "there is no web server in the page; see `pyrt serve-bridge` for server callbacks",
    "mcp": "there is no web server in the page",
}


def explain(module: str, name: str) -> str:
    """Return the message of the AttributeError for `module.name`."""
    text = f"module '{module}' has no attribute '{name}'"
    if name in _INSTEAD:
        return f"{text} in the browser: {_INSTEAD[name]}."
    return text
