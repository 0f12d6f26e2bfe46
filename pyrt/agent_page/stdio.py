"""`pyrt mcp`: an app on CPython for one local agent, over stdin and stdout.

client --JSON-RPC lines--> SDK --> PageAgentApp --> tools of the page, in a thread of its own
                                                --> all other tools, in a pool of threads
"""

import asyncio
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any

from mcp.server.stdio import stdio_server

from pyrt.agent_page.thread_jobs import ThreadJobs
from pyrt.agents.checking.checks import BadArguments, check_schema
from pyrt.agents.open_page.page_tools import (
    PAGE_TOOL_NAMES,
    ConfirmFirst,
    PageTools,
    list_page_tools,
)
from pyrt.agents.protocol import WITH_PAGE, make_server
from pyrt.agents.results import Result, text
from pyrt.agents.tools import AgentApp, Caller, Host
from pyrt.app.dash import Dash
from pyrt.model.callback import Callback
from pyrt.model.environment import Environment, Launch
from pyrt.server.agents import ServiceHost
from pyrt.server.jobs.lifecycle import JobLifecycle
from pyrt.server.permission import Permission
from pyrt.server.serve import limit_results, load_app
from pyrt.server.service import CallService
from pyrt.testing import Page


class AllCallbacks(Permission):
    """Allows all: the command is the consent of the app's owner, and the agent is local."""

    __slots__ = ()

    def allows(self, callback: Callback) -> bool:
        """Return whether the callback is one in Python."""
        return callback.function is not None


class PageAgentApp(AgentApp):
    """An app with one page of it that is open.

    Args:
        app: a prepared app.
        host: calls callbacks.
    """

    def __init__(self, app: Dash, host: Host) -> None:
        super().__init__(app, host)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="page")
        self._tools: PageTools | None = None
        self._page: Page | None = None

    def list_tools(self) -> list[dict[str, Any]]:
        """Return the tools of callbacks, then those of the page."""
        others = [each for each in super().list_tools() if each["name"] not in PAGE_TOOL_NAMES]
        return [*others, *list_page_tools()]

    async def call(self, name: str, arguments: object, caller: Caller) -> Result:
        """Call a tool."""
        if name not in PAGE_TOOL_NAMES:
            return await super().call(name, arguments, caller)
        schema = next(each["inputSchema"] for each in list_page_tools() if each["name"] == name)
        try:
            given = check_schema(name, schema, arguments)
            try:
                return await self._in_page(lambda tools: tools.call(name, given))
            except ConfirmFirst as question:
                if not await caller.confirm(str(question)):
                    return text("Nothing was done: the user has not confirmed it.", is_error=True)
            return await self._in_page(lambda tools: tools.call(name, given, is_confirmed=True))
        except BadArguments as error:
            return text(str(error), is_error=True)

    async def _in_page(self, step: Callable[[PageTools], Result]) -> Result:
        """Do something in the thread of the page, which is opened by the first step."""

        def run() -> Result:
            if self._tools is None:
                self._page = Page(self.app)
                self._tools = PageTools(self._page, self.app.callbacks)
            return step(self._tools)

        return await asyncio.get_running_loop().run_in_executor(self._thread, run)

    def close(self) -> None:
        """End the page."""
        if self._page is not None:
            self._thread.submit(self._page.close)
        self._thread.shutdown(wait=False, cancel_futures=True)


def make_agent_app(app: Dash) -> tuple[PageAgentApp, Callable[[], None]]:
    """Return an app with its page, and what ends all that it has started."""
    manager = app.background_manager
    lifecycle = JobLifecycle(app.callbacks, manager, app.call_options)
    permission = AllCallbacks()
    service = CallService(app.callbacks, permission, app.call_options, lifecycle, debug=True)
    host = ServiceHost(service, app.call_options, lifecycle)
    local = LocalHost(host, ThreadJobs(app, host.jobs))
    agents = PageAgentApp(app, local)

    def close() -> None:
        local.jobs.close()
        agents.close()
        service.close()

    return agents, close


class LocalHost:
    """A `ServiceHost` that also runs background callbacks that have no manager."""

    def __init__(self, host: ServiceHost, jobs: ThreadJobs) -> None:
        self.jobs = jobs
        self.allows = host.allows
        self.in_thread = host.in_thread
        self.call = host.call
        self.call_blocking = host.call_blocking
        self.explain = host.explain


def serve_stdio(
    file: Path, how: Launch | None, version: str, max_result: int | None = None
) -> None:
    """Answer the client at the other end of stdin and stdout until it closes them.

    Args:
        file: the app's file.
        how: how it is imported.
        version: of pyrt.
        max_result: the largest result of a callback, in bytes; None for that of the variable.

    Raises:
        StartError: something is wrong with the app.
    """
    limit_results(max_result)
    with redirect_stdout(sys.stderr):  # what the app prints is no message of the protocol
        app = load_app(file, how)
    asyncio.run(_serve(app, version))
    sys.stderr.flush()
    os._exit(0)  # callbacks that still run in threads are of no use to anyone


async def _serve(app: Dash, version: str) -> None:
    agents, close = make_agent_app(app)
    server = make_server(agents, WITH_PAGE, _describe, version)
    try:
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())
    finally:
        await asyncio.to_thread(partial(close))


def _describe(_: object) -> Environment:
    return Environment()
