"""Local callbacks in races with Python's, against the model: State, triggers, order (S-51 to S-77).

Clientside callbacks whose Inputs only the page changes are called by the page itself, at once or as
promises that end at any time; others are called when the engine asks; the rest is Python.
"""

from dash import html
from hypothesis import given
from hypothesis import strategies as st

from pyrt.engine.call.context import ctx
from pyrt.model.callback import no_update
from pyrt.model.dependencies import ClientsideFunction, Input, Output, State
from pyrt.model.errors import PreventUpdate
from tests.support.fake_page import GONE, Page
from tests.support.local_page import LATER, LocalPage, settle
from tests.support.scheduler_model import ERROR, NO_UPDATE, PREVENT, VALUE, Model, Rule

PROPS = [f"p{n}" for n in range(8)]
PYTHON, AT_ONCE, PROMISE = "python", "at once", "promise"


@st.composite
def rules(draw):
    """Up to seven callbacks of all kinds, each prop written by at most one of them."""
    owners = draw(st.lists(st.integers(0, 6), min_size=len(PROPS), max_size=len(PROPS)))
    made = []
    for number in range(7):
        outputs = tuple(p for p, o in zip(PROPS[1:], owners[1:], strict=True) if o == number)
        if not outputs:
            continue
        kind = draw(st.sampled_from([PYTHON, AT_ONCE, AT_ONCE, PROMISE]))
        sources = PROPS if kind == PYTHON else [p for p in PROPS if p not in outputs]
        inputs = draw(st.lists(st.sampled_from(sources), unique=True, min_size=1, max_size=3))
        state = draw(st.lists(st.sampled_from(PROPS), unique=True, max_size=2))
        action = st.tuples(*[st.sampled_from([VALUE, VALUE, NO_UPDATE])] * len(outputs))
        whole = st.sampled_from([(PREVENT,), (ERROR,)])
        actions = draw(st.lists(st.one_of(action, action, whole), min_size=1, max_size=3))
        made.append(
            Rule(
                f"c{number}_",
                tuple(inputs),
                outputs,
                draw(st.booleans()),
                tuple(actions),
                tuple(state),
                kind,
            )
        )
    return made


edits = st.lists(
    st.dictionaries(st.sampled_from(PROPS), st.integers(0, 9), min_size=1, max_size=3), max_size=4
)


def act(rule, call):
    """Return what a call returns: one value or GONE per output."""
    action = rule.act(call)
    if PREVENT in action:
        raise PreventUpdate
    if ERROR in action:
        raise ValueError(rule.name)
    return [f"{rule.name}{call}" if a == VALUE else GONE for a in action]


class Sides:
    """A page and the engine on one side, the model on the other; both log their calls."""

    def __init__(self, callbacks):
        self.page = Page(html.Div([html.Div(id=prop) for prop in PROPS]))
        self.rules = {rule.name: rule for rule in callbacks}
        self.counts = dict.fromkeys(self.rules, 0)
        self.log = []
        self.answers = []  # (callback, run, outcome) of calls that the engine has asked for
        vars(self.page)["_on_callclientside"] = self.receive_call
        self.promises = []  # (callback, run, rule, call, asked by the engine)
        for rule in callbacks:
            self.register(rule)
        self.local = LocalPage(self.page, dict.fromkeys(self.rules, self.call_in_page))
        self.model = Model(callbacks, dict.fromkeys(PROPS))
        self.expected = []
        self.late = []  # requests of the model whose function has returned a promise

    def register(self, rule):
        dependencies = [
            [Output(p, "children") for p in rule.outputs],
            [Input(p, "children") for p in rule.inputs],
            [State(p, "children") for p in rule.state],
        ]
        if rule.kind != PYTHON:
            named = ClientsideFunction("ns", rule.name)
            self.page.clientside_callback(named, *dependencies, prevent_initial_call=rule.prevented)
            return

        def function(*values):
            triggered = [t["prop_id"].partition(".")[0] for t in ctx.triggered or []]
            return [
                no_update if value is GONE else value
                for value in act(rule, self.note(rule, triggered, values))
            ]

        self.page.callback(*dependencies, prevent_initial_call=rule.prevented)(function)

    def note(self, rule, triggered, values):
        call = self.counts[rule.name]
        self.counts[rule.name] += 1
        self.log.append((rule.name, list(triggered), tuple(values)))
        return call

    # --- the page

    def call_in_page(self, callback, run, changed, values):
        rule = self.rules[callback.clientside.function_name]
        call = self.note(rule, changed, values)
        if rule.kind == PROMISE:
            self.promises.append((callback, run, rule, call, False))
            return LATER
        return act(rule, call)

    def receive_call(self, message):
        """Call what the engine asks for when the message arrives; the page reads its own values."""
        name = message["function"]["name"]
        rule = self.rules[name]
        callback = next(
            c for c in self.page.registry if c.clientside and c.clientside.function_name == name
        )
        changed = [t["propId"].partition(".")[0] for t in message["triggered"]]
        values = [self.read(reference) for reference in (*message["inputs"], *message["state"])]
        call, run = self.note(rule, changed, values), message["run"]
        if rule.kind == PROMISE:
            self.promises.append((callback, run, rule, call, True))
            return
        outcome = settle(lambda *_: act(rule, call), callback, run, changed, values)
        self.answers.append((callback, run, outcome))

    def read(self, reference):
        before = reference.get("before")
        return self.page._read(reference) if before is None else before[0] if before else None

    def answer_engine(self):
        while self.answers:
            self.send_answer(*self.answers.pop(0))

    def send_answer(self, callback, run, outcome):
        for output, entry in zip(callback.outputs, outcome.get("values", ()), strict=False):
            self.page.kept[output.component_id, "children"] = entry.get("value", GONE)
        self.page.send("ClientsideResult", run=run, **outcome)

    def keep_promise(self, index):
        callback, run, rule, call, by_engine = self.promises.pop(index)
        outcome = settle(lambda *_: act(rule, call), callback, run, (), ())
        if by_engine:
            self.send_answer(callback, run, outcome)
        else:
            self.local.finish(callback, run, outcome)
        self.answer_engine()
        return self.late.pop(index)

    # --- the model

    def is_local(self, request):
        return request.rule.name in self.local_names

    def follow(self, *, by_page):
        """Let the model do what the page and the engine have done by now.

        Args:
            by_page: the page has changed something; its local callbacks are called first.
        """
        model = self.model
        while by_page:
            called = [r for r in model.take_started(self.is_local) if r in model.running]
            if not called:
                break
            for request in called:
                self.call(request)
            model.complete_all([r for r in called if r.rule.kind == AT_ONCE])
        answers = []
        while True:
            # The engine's messages are sent before it calls a function in Python.
            asked = model.take_started(lambda request: request.rule.kind != PYTHON)
            for request in asked:
                self.call(request)
            answers += [request for request in asked if request.rule.kind == AT_ONCE]
            started = model.take_started(lambda request: request.rule.kind == PYTHON, one=True)
            if started:
                if started[0] in model.running:
                    self.call(started[0])
                    model.complete(started[0])
            elif answers:
                model.complete(answers.pop(0))
            else:
                return

    def call(self, request):
        self.model.call(request)
        self.expected.append((request.rule.name, list(request.changed), request.values))
        if request.rule.kind == PROMISE:
            self.late.append(request)

    # --- both

    def open(self):
        self.page.open()
        self.local.open()
        self.local_names = {c.clientside.function_name for c in self.local.local if c.clientside}
        self.answer_engine()
        self.model.load()
        self.follow(by_page=False)
        self.compare()

    def change(self, props):
        self.local.change(props)
        self.answer_engine()
        self.model.edit(props)
        self.follow(by_page=True)
        self.compare()

    def settle_one(self, index):
        request = self.keep_promise(index)
        self.model.complete(request)
        self.follow(by_page=self.is_local(request))
        self.compare()

    def compare(self):
        assert self.log == self.expected
        shown = {prop: self.page[prop, "children"] for prop in PROPS}
        assert shown == self.model.values
        self.log.clear()
        self.expected.clear()


@given(rules(), edits, st.data())
def test_callbacks_of_the_page_and_of_python_run_as_the_model_says(callbacks, changes, data):
    """S-51, S-63 to S-77, S-97: same calls, in the same order, with the same values."""
    sides = Sides(callbacks)
    sides.open()
    # The page does not know of promises that the engine has asked for: here they end before edits.
    while sides.promises:
        sides.settle_one(data.draw(st.integers(0, len(sides.promises) - 1)))
    changes = list(changes)
    while changes or sides.promises:
        waits = bool(sides.promises)
        if changes and data.draw(st.booleans() if waits else st.just(value=True)):
            sides.change(changes.pop())
        else:
            sides.settle_one(data.draw(st.integers(0, len(sides.promises) - 1)))
    assert sides.page.session.scheduler.quiet
    assert sides.local.waiting == sides.local.pending == {}
