"""`Session`: one open page. It receives messages, runs callbacks, and sends messages.

    receive(batch) -> decode -> layout, requests -> scheduler.pump -> Update, ... -> send(batch)

All work is done within `receive`, except for what waits: async callbacks, clientside and remote
ones, and components that the page still loads. Messages are collected, and sent as one batch before
a callback's function is called and when no run can start.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import count
from sys import maxsize
from typing import assert_never

from pyrt.engine.call import clientside, loading_props
from pyrt.engine.call.invocation import CallbackInvoker, format_whole_traceback
from pyrt.engine.call.remote import RemoteRuns, read_props
from pyrt.engine.check.validation import check_page, layout_report
from pyrt.engine.graph.callback_graph import CallbackGraph
from pyrt.engine.schedule.effects import Effects, Update
from pyrt.engine.schedule.requests import request_initial
from pyrt.engine.schedule.run import (
    Ending,
    Outcome,
    Report,
    Run,
    State,
    Updates,
    mark_local,
    report_layout_error,
)
from pyrt.engine.schedule.scheduler import Scheduler
from pyrt.engine.schedule.unfinished import request_kept, request_unfinished
from pyrt.engine.session_config import SessionConfig as SessionConfig  # noqa: PLC0414  # re-exported
from pyrt.engine.tree.index import IndexedComponent
from pyrt.engine.tree.layout import Layout
from pyrt.engine.tree.values import copy_value, packed_value, read_value
from pyrt.engine.wire import messages
from pyrt.engine.wire.messages import EngineMessage, PageMessage
from pyrt.engine.wire.protocol import (
    decode,
    encode_batch,
    insert_values,
    parse_batch,
    read_seq,
)
from pyrt.model import environment
from pyrt.model.arrays import Buffer
from pyrt.model.callback import Callback, CallbackRegistry
from pyrt.model.component import ComponentRegistry
from pyrt.model.errors import LayoutError, ProtocolError
from pyrt.model.failures import format_traceback
from pyrt.model.ids import PropId
from pyrt.model.local import callback_table
from pyrt.model.serialize import encode

type Send = Callable[[str, list[Buffer]], None]


class Session:
    """One page and its callbacks.

    Args:
        callbacks: all callbacks of the app; more may be added (S-34).
        serve_layout: returns a new layout.
        send: sends a batch: JSON text, and the buffers that it refers to.
        config: the other settings of the app.
    """

    def __init__(
        self,
        callbacks: CallbackRegistry,
        serve_layout: Callable[[], object],
        send: Send,
        config: SessionConfig | None = None,
    ) -> None:
        self.callbacks = callbacks
        self.config = config or SessionConfig()
        self.serve_layout = serve_layout
        self._send = send
        self._outbox: list[EngineMessage] = []
        self._status = messages.Status(0, 0)
        self._seq = 0
        self._lazy: set[str] = set()
        self._run_ids = count(1)
        self._pump_scheduled = False
        self._rendered = maxsize
        self._packages = 0
        self._open(None, ())

    def _open(self, root: object, callbacks: Iterable[Callback]) -> None:
        """Load a layout and start without runs; the results of earlier runs will be ignored."""
        self._runs: dict[int, Run] = {}
        self._called: dict[int, None] = {}  # ids of runs whose function has not returned
        self.layout = Layout(self.config.children_props, vars(self).get("layout"))
        self._nodes = self.layout.load(root)
        self._revision = self.callbacks.revision
        self.graph = CallbackGraph(callbacks, self.layout)
        self.effects = Effects(
            self.layout,
            self.graph,
            self._send_update,
            self._report,
            self.config.suppress_callback_exceptions,
        )
        self.scheduler = Scheduler(self.graph, self, self._rendered, self._run_ids)
        self.invoker = CallbackInvoker(
            self.layout,
            self,
            self.config.on_error,
            self.config.hooks,
            self.config.open_request,
            format_traceback if self.config.prune_errors else format_whole_traceback,
            max_result=self.config.max_result,
        )
        self._remote = RemoteRuns(self.invoker, self.post, self.config.manager)

    # --- messages

    def receive_text(self, text: str, packed: Sequence[bytes] = ()) -> None:
        """Receive a batch of the page as JSON text, with the large values that it refers to."""
        try:
            batch = parse_batch(text)
            if packed:
                insert_values(batch, [packed_value(data) for data in packed])
        except ProtocolError as error:
            batch = []
            self._report(_protocol_report(error))
        self.receive(batch)

    def receive(self, batch: Iterable[object]) -> None:
        """Receive a batch of the page, and run the callbacks that it asks for.

        May be called again while a callback's function is suspended in it.

        Args:
            batch: messages as JSON data. An invalid one is reported and changes nothing.
        """
        for data in batch:
            try:
                self._handle(decode(data))
            except ProtocolError as error:
                self._report(_protocol_report(error))
            self._seq = max(self._seq, read_seq(data))
        self.scheduler.pump()
        self.flush()

    def renew(self) -> None:
        """Serve a new layout, with the callbacks as they are now, to a page that is open."""
        self._post_callbacks()
        self._start(self._seq)
        self.scheduler.pump()
        self.flush()

    def flush(self) -> None:
        """Send the collected messages."""
        own = self.scheduler.list_own_local() or None
        called = [*self._called] or None
        status = messages.Status(self._seq, self.scheduler.pending, own, called)
        if status != self._status:
            self._status = status
            self._outbox.append(status)
        if self._outbox:
            outbox, self._outbox = self._outbox, []
            self._send(*encode_batch(outbox))

    def post(self, message: EngineMessage) -> None:
        """Send a message with the next batch."""
        self._outbox.append(message)

    def set_cookie(self, text: str) -> None:
        """Set a cookie of the page, given as text for `document.cookie`."""
        environment.change(cookie=environment.current().with_cookie(text))
        self.post(messages.SetDocument(cookie=text))

    async def settled(self) -> None:
        """Wait for all async callbacks, and for the runs that they ask for."""
        while self.invoker.tasks or self._pump_scheduled:
            if self.invoker.tasks:
                await asyncio.wait(set(self.invoker.tasks), return_when="FIRST_COMPLETED")
            await asyncio.sleep(0)

    def _handle(self, message: PageMessage) -> None:  # noqa: C901, PLR0912  # a case per message
        match message:
            case messages.SetProps():
                self._on_set_props(message)
            case messages.ClientsideResult():
                self._on_clientside_result(message)
            case messages.LocalRun():
                self._on_local_run(message)
            case messages.Hello():
                self._on_hello(message)
            case messages.Resume():
                self._on_resume(message)
            case messages.Rendered():
                self._on_rendered(message)
            case messages.Ready():
                self._on_ready(message)
            case messages.Loaded():
                self._on_loaded(message)
            case messages.Eval():
                self._on_eval(message)
            case messages.Precompute():
                self._on_precompute(message)
            case messages.SetEnvironment():
                self._on_set_environment(message)
            case messages.RemoteUpdate():
                self._on_remote_update(message)
            case messages.RemoteResult():
                self._on_remote_result(message)
            case messages.Reload():
                self._start(message.seq)
            case _:
                assert_never(message)

    def _on_hello(self, message: messages.Hello) -> None:
        self._lazy = set(message.lazy)
        self._rendered = -1 if message.rendered else maxsize
        self._start(message.seq)

    def _on_resume(self, message: messages.Resume) -> None:
        """Go on with the layout of a page whose worker has ended."""
        self._end_calls()
        self._lazy = set(message.lazy)
        self._rendered = message.update_seq
        self._run_ids = count(message.run)
        self._load(message.layout)
        self.effects.update_seq = message.update_seq
        if check_page(self.graph, self.layout, self.config)[1]:
            self._use_graph(())
        self.scheduler.request(request_kept(self.graph, message.kept))
        self.scheduler.request(request_unfinished(self.graph, self._nodes, message.journal))

    def _end_calls(self) -> None:
        for task in self.invoker.tasks:
            task.cancel()
        self._remote.end_all()

    def _start(self, seq: int) -> None:
        """Serve a new layout, and request the initial runs (S-63 to S-66, S-181)."""
        self._end_calls()
        try:
            encoded = encode(self.serve_layout(), where="The layout")
        except Exception as error:  # noqa: BLE001  # the app's code
            self._report(layout_report("Error loading layout", error))
            return
        self.post(messages.Layout(seq, encoded))
        self._load(encoded.decode())
        self._check()
        self.scheduler.request(request_initial(self.graph, self._nodes, after=0))

    def _load(self, root: object) -> None:
        self._packages = len(ComponentRegistry.registry)
        self._open(root, self.callbacks)
        if self.config.loaded is not None:
            self.config.loaded()

    def _check(self) -> None:
        """Report mistakes in the callbacks; with dev tools, some of them disable all (S-31)."""
        reports, is_broken = check_page(self.graph, self.layout, self.config)
        for report in reports:
            self._report(report)
        if is_broken:
            self._use_graph(())

    def _on_rendered(self, message: messages.Rendered) -> None:
        self.scheduler.page_rendered(message.update_seq)

    def _on_set_props(self, message: messages.SetProps) -> None:
        for edit in message.changes:
            try:
                new_runs = self.effects.apply_edit(edit, message.seen)
                self.scheduler.request(mark_local(new_runs, message.taken, message.seen))
            except LayoutError as error:
                self._report(Report("clientside", "Error in set_props", str(error)))

    def _on_ready(self, message: messages.Ready) -> None:
        run = self._runs.get(message.run)
        if run is None or run.arguments is not None:
            raise ProtocolError(f"Run {message.run} does not wait for the page.")
        if run.state is State.DROPPED:
            del self._runs[run.id]
        self.scheduler.loaded(run)

    def _on_loaded(self, message: messages.Loaded) -> None:
        self._lazy.difference_update(message.types)

    def _on_set_environment(self, message: messages.SetEnvironment) -> None:
        location = message.location and environment.decode_location(message.location)
        environment.change(location=location or None, cookie=message.cookie)

    def _on_eval(self, message: messages.Eval) -> None:
        if self.config.evaluate is None:
            raise ProtocolError("Eval is for sites built with --debug.")
        try:
            result = messages.EvalResult(message.seq, self.config.evaluate(message.expression))
        except Exception as error:  # noqa: BLE001  # any expression
            result = messages.EvalResult(message.seq, error=format_traceback(error))
        self.post(result)

    def _on_precompute(self, message: messages.Precompute) -> None:
        if self.config.precompute is None:
            raise ProtocolError("Precompute is for the rehearsal of a build.")
        self.post(self.config.precompute(self, message))

    def _on_local_run(self, message: messages.LocalRun) -> None:
        run = clientside.make_local_run(self.graph, message, self._runs)
        self.scheduler.begin_local_round(run.key)
        try:
            if not self.scheduler.adopt(run):
                return
        except LayoutError as error:
            self._report(report_layout_error(run, error))
            return
        self._runs[run.id] = run
        if message.outcome:
            outcome = clientside.read_clientside(run, message)
            clientside.keep_arguments(self._outbox, self._runs, outcome.updates)
            self.scheduler.complete(run, outcome)
        else:
            self._announce(run)

    def _on_clientside_result(self, message: messages.ClientsideResult) -> None:
        run = self._runs.get(message.run)
        if run is None or run.arguments is None or run.compiled.callback.clientside is None:
            raise ProtocolError(f"The page was not asked to call anything for run {message.run}.")
        run.taken = message.taken or ()
        self.scheduler.complete(run, clientside.read_clientside(run, message))

    def _on_remote_update(self, message: messages.RemoteUpdate) -> None:
        run = self._remote.find(message.run)
        if run is not None:
            props = read_props(run, message.props)
            self.scheduler.request(self.effects.apply_side_updates(run, props))

    def _on_remote_result(self, message: messages.RemoteResult) -> None:
        run = self._remote.pop(message.run)
        if run is None:
            return
        outcome = self._remote.read_outcome(run, message)
        if outcome is None:
            self.scheduler.call_again(run)
        else:
            self.scheduler.complete(run, outcome)

    def _report(self, report: Report) -> None:
        self.post(
            messages.Failure(
                report.kind,
                report.title,
                report.message,
                report.traceback,
                report.callback or None,
                report.run or None,
            )
        )

    def _send_update(self, update: Update) -> None:
        changed = (update.changes, update.origin, update.run, update.confirm or None)
        self.post(messages.Update(update.update_seq, self._seq, *changed))

    # --- called by the scheduler (scheduler.SchedulerHost)

    def list_unloaded(self, run: Run) -> Sequence[str]:
        """Return the ids in its inputs and state whose component class the page still loads."""
        if not self._lazy:
            return ()
        nodes = {
            node.id: node
            for port in (*run.compiled.inputs, *run.compiled.state)
            for node in self.graph.resolve(port, run.invocation)
        }
        return [key for key, node in nodes.items() if _type_of(node) in self._lazy]

    def await_loaded(self, run: Run, ids: Sequence[str]) -> None:
        """Ask the page to send `Ready` when it has loaded these components."""
        self._runs[run.id] = run
        self.post(messages.AwaitReady(run.id, ids))

    def started(self, run: Run) -> bool:
        """Send `RunStarted`; return whether the page calls the function (clientside)."""
        self._runs[run.id] = run
        self._announce(run)
        if run.compiled.callback.clientside is None:
            self._end_replaced(run)
            return False
        self.post(clientside.call_clientside(run))
        return True

    def _end_replaced(self, run: Run) -> None:
        """End the remote calls that this run replaces or cancels (S-123, S-124)."""
        for older in self._remote.replaced_by(run):
            self._remote.end(older)
            self.scheduler.complete(older, Outcome(Ending.DROPPED, replaced=True))
        for other in self._remote.cancelled_by(run):
            self._remote.end(other)
            self.scheduler.complete(other, Outcome(Ending.PREVENTED))

    def end_remote(self, run: Run) -> bool:
        """End the remote call of a run; return False if it has none."""
        return self._remote.end(run)

    def _announce(self, run: Run) -> None:
        callback = run.compiled.callback
        outputs = clientside.list_outputs(run)
        self.post(messages.RunStarted(run.id, callback.callback_id, outputs, callback.persistent))

    def execute(self, run: Run) -> Outcome | None:
        """Call the Python function of a run, here or remotely."""
        if not self._is_current(run):
            return None  # the page has been reloaded
        call = self._remote.pop_local_call(run) or self._choose_call(run)
        if not isinstance(call, partial):
            self._called[run.id] = None
        self.flush()
        outcome = call(run)
        return outcome if outcome is None or self._is_current(run) else None

    def _choose_call(self, run: Run) -> Callable[[Run], Outcome | None]:
        """Apply the `running` values, and return what calls the function."""
        if run.compiled.running:
            self.scheduler.request(loading_props.apply(self.effects, run, is_running=True))
            self.schedule_pump()
        callback = run.compiled.callback
        executor = self.config.choose_executor(callback)
        if executor == "session":
            return self.invoker.call
        position = sum(other.index < callback.index for other in self.callbacks)
        return partial(self._remote.call, executor, position)

    def finish(self, run: Run, outcome: Outcome) -> list[Run]:
        """Apply an outcome: side updates, the values after `running`, then Outputs (S-99, S-83)."""
        self._runs.pop(run.id, None)
        self._called.pop(run.id, None)
        if len(ComponentRegistry.registry) != self._packages:
            self._load_late_packages()
        new_runs = self.effects.apply_side_updates(run, outcome.side_updates)
        if run.arguments is not None and not outcome.replaced:
            new_runs += loading_props.apply(self.effects, run, is_running=False)
        for cookie in outcome.cookies:
            self.set_cookie(cookie)
        ending = Ending.DROPPED
        if run.state is not State.DROPPED:
            ending, consumers = self._apply(run, outcome)
            new_runs += consumers
        if run.arguments is not None:
            self.post(messages.RunEnded(run.id, ending.value))
        if run.compiled.callback.allow_dynamic_callbacks:
            self._add_new_callbacks()
        return mark_local(new_runs, run.taken, run.seen)

    def schedule_pump(self) -> None:
        """Have `pump` called when the event loop is free, while the current call is suspended."""
        if self._pump_scheduled:
            return
        if self.config.defer is not None:
            self._pump_scheduled = True
            self.config.defer(self._pump_and_flush)
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return  # without a loop, no call is suspended
        self._pump_scheduled = True
        loop.call_soon(self._pump_and_flush)

    def _pump_and_flush(self) -> None:
        self._pump_scheduled = False
        self.scheduler.pump()
        self.flush()

    def _apply(self, run: Run, outcome: Outcome) -> tuple[Ending, list[Run]]:
        """Apply the Outputs of a run that is not dropped; return its ending and new runs."""
        ending, report, new_runs = outcome.ending, outcome.report, []
        updates = outcome.updates
        try:
            new_runs = self.effects.apply_result(run, updates)
        except LayoutError as error:
            ending, updates, report = Ending.FAILED, {}, report_layout_error(run, error)
        if report is not None:
            self._report(report)
        if run.group is not None:
            updated = [PropId(key, prop) for key, props in updates.items() for prop in props]
            run.group.finish(self.graph.outputs(run.invocation), updated)
        return ending, new_runs

    def _add_new_callbacks(self) -> None:
        """Compile the graph again when callbacks were registered while one ran (S-34)."""
        if self.callbacks.revision == self._revision:
            return
        self._revision = self.callbacks.revision
        self._use_graph(self.callbacks)
        self._post_callbacks()

    def _post_callbacks(self) -> None:
        scripts = [
            {"hash": sha256, "source": source}
            for sha256, source in self.callbacks.inline_sources.items()
        ]
        self.post(messages.Callbacks(callback_table(self.callbacks), scripts))

    def _use_graph(self, callbacks: Iterable[Callback]) -> None:
        self.graph = self.effects.graph = CallbackGraph(callbacks, self.layout)
        self.scheduler.use(self.graph)

    def _load_late_packages(self) -> None:
        """Send the scripts of component packages that a callback has imported (R-18)."""
        packages = list(ComponentRegistry.registry)[self._packages :]
        self._packages += len(packages)
        if packages and self.config.late_resources is not None:
            scripts, stylesheets = self.config.late_resources(packages)
            self.post(messages.Resources(scripts, stylesheets, self.config.children_props))

    # --- called by running functions (invocation.SessionPort)

    def stream(self, run: Run, updates: Updates) -> None:
        """Apply side updates of a run that has not ended."""
        if self._is_current(run):
            self.scheduler.request(self.effects.apply_side_updates(run, updates))
            self.schedule_pump()
            self.flush()

    def complete(self, run: Run, outcome: Outcome) -> None:
        """Receive the outcome of an async run."""
        if self._is_current(run):
            self.scheduler.complete(run, outcome)
            self.schedule_pump()
            self.flush()

    def read_prop(self, component_id: str, prop: str) -> object:
        """Return a copy of a prop, or None."""
        node = self.layout.find(component_id)
        return copy_value(read_value(node.props.get(prop))) if node else None

    def _is_current(self, run: Run) -> bool:
        """Return whether a run belongs to this page, and not to the one before a reload."""
        return self._runs.get(run.id) is run


def _protocol_report(error: ProtocolError) -> Report:
    return Report("protocol", "The page sent what cannot be understood", str(error))


def _type_of(node: IndexedComponent) -> str:
    return f"{node.component.get('namespace')}/{node.component.get('type')}"
