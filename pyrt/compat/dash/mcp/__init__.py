"""`dash.mcp`: what agents see of an app; implementation: `pyrt.agents.settings`."""

from pyrt.agents.settings import configure_mcp_server as configure_mcp_server
from pyrt.agents.settings import mcp_enabled as mcp_enabled
