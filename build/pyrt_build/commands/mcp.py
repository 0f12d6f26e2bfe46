"""`pyrt mcp`: an app as tools of a local agent, over stdio."""

from pyrt_build.commands import base


@base.command("mcp", "offer an app to a local agent, over stdio")
@base.app
def command(app: str, module: str) -> int:
    """Offer an app to a language model's client, which starts this command itself.

    The app runs in Python on this machine, with one page that is open for the client: no browser.
    """
    from pyrt.server.serve import require

    require("mcp", "jsonschema", extra="mcp", purpose="pyrt mcp")
    from pyrt.agent_page.stdio import serve_stdio
    from pyrt_build.app import project
    from pyrt_build.app.settings import read_settings
    from pyrt_build.target import PYRT_VERSION

    found = project.find(base.app_config(app, module))
    limit = read_settings(found.config).max_result
    serve_stdio(found.config.entry, found.launch, PYRT_VERSION, limit)
    return 0
