"""The error messages for names of Dash that pyrt does not have."""

_INSTEAD = {
    "backends": "there is no web server in the page; see `pyrt serve-bridge` for server callbacks",
}


def explain(module: str, name: str) -> str:
    """Return the message of the AttributeError for `module.name`."""
    text = f"module '{module}' has no attribute '{name}'"
    if name in _INSTEAD:
        return f"{text} in the browser: {_INSTEAD[name]}."
    return text
