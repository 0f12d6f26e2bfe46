"""An app as agents see it, without a transport.

agents = offer(app)
assert "update" in tools_of(agents)
assert call(agents, "update", {"value": 1})["structuredContent"]["response"] == {...}
"""

import asyncio

from pyrt.agents.components import load_layout
from pyrt.agents.tools import AgentApp, Caller
from pyrt.model.environment import Environment
from pyrt.server.agents import ServiceHost
from pyrt.server.jobs.lifecycle import JobLifecycle
from pyrt.server.permission import Permission
from pyrt.server.service import CallService


class AllCallbacks(Permission):
    """Allows every callback in Python."""

    __slots__ = ()

    def allows(self, callback):
        return callback.function is not None


def offer(app, permission=None, *, debug=True):
    """Return what an app offers to agents; by default all its callbacks."""
    app.prepare()
    jobs = JobLifecycle(app.callbacks, app.background_manager, app.call_options, "secret")
    service = CallService(
        app.callbacks, permission or AllCallbacks(), app.call_options, jobs, debug=debug
    )
    return AgentApp(app, ServiceHost(service, app.call_options, jobs))


def component_of(component):
    """Return a component as agents are told of it."""
    component.id = "it"
    node = load_layout(component).find("it")
    assert node is not None
    return node.component


def tools_of(agents):
    """Return the tools by name."""
    return {tool["name"]: tool for tool in agents.list_tools()}


def call(agents, name, arguments=None, *, agrees=False, asked=None):
    """Call a tool for a user who agrees to all, or to nothing; `asked` gets the questions."""

    async def confirm(question):
        if asked is not None:
            asked.append(question)
        return agrees

    caller = Caller(Environment(), confirm)
    return asyncio.run(agents.call(name, {} if arguments is None else arguments, caller))


def text_of(result):
    """Return the first text of a result."""
    return result["content"][0]["text"]
