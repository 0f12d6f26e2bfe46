"""Local callbacks in races with Python's, against the model: State, triggers, order (S-51 to S-77).

Clientside callbacks whose Inputs only the page changes are called by the page itself, at once or as
promises that end at any time; others are called when the engine asks; the rest is Python. Half of
the components have ids that patterns mean, and Python writes props also by `set_props`.
"""

from dataclasses import dataclass, replace
from functools import cache

from dash import html
from hypothesis import given
from hypothesis import strategies as st

from pyrt.engine.call.context import ctx
from pyrt.model.callback import no_update
from pyrt.model.dependencies import ClientsideFunction, Input, Output, State
from pyrt.model.errors import PreventUpdate
from pyrt.model.ids import ALL, ALLSMALLER, MATCH, parse_id, stringify_id
from tests.support.fake_page import GONE, Page
from tests.support.local_page import LATER, LocalPage, settle
from tests.support.scheduler_model import ERROR, NO_UPDATE, PREVENT, VALUE, Model, Rule

FIXED = [f"p{n}" for n in range(8)]
ROWS = {kind: [stringify_id({"kind": kind, "n": n}) for n in (1, 2, 3)] for kind in "xy"}
PROPS = [*FIXED, *ROWS["x"], *ROWS["y"]]
PYTHON, AT_ONCE, PROMISE = "python", "at once", "promise"

type Read = str | tuple[str, object]  # a component, or a kind of them and a wildcard


@dataclass(frozen=True)
class Declared:
    """A callback as an app declares it, and the model's rules: one for each invocation."""

    kind: str
    inputs: tuple[Read, ...]
    outputs: tuple[Read, ...]
    state: tuple[Read, ...]
    rules: tuple[Rule, ...]

    def dependencies(self):
        return [
            [kind(id_of(read), "children") for read in reads]
            for kind, reads in ((Output, self.outputs), (Input, self.inputs), (State, self.state))
        ]


def id_of(read):
    return read if isinstance(read, str) else {"kind": read[0], "n": read[1]}


def props_of(read, n):
    """Return the props that a dependency means for a MATCH value, and whether they are a list."""
    if isinstance(read, str):
        return (read,), False
    rows = ROWS[read[0]]
    if read[1] is MATCH:
        return (rows[n - 1],), False
    return tuple(rows if read[1] is ALL else rows[: n - 1]), True


def invocation(rule, n, inputs, outputs, state):
    """Return the rule of a model for one MATCH value; None for a callback without MATCH."""
    means = [props_of(read, n) for read in (*inputs, *state)]
    flat = [[prop for props, _ in part for prop in props] for part in (means[: len(inputs)], means)]
    return replace(
        rule,
        name=f"{rule.callback}{n}_" if n else rule.callback,
        inputs=tuple(flat[0]),
        state=tuple(flat[1][len(flat[0]) :]),
        outputs=tuple(prop for read in outputs for prop in props_of(read, n)[0]),
        patterns=tuple(
            (read, (ROWS[read[0]][n - 1],) if n and read[1] is ALL else props)  # S-20
            for read, (props, _) in zip(inputs, means, strict=False)
        ),
        shapes=tuple(len(props) if is_list else None for props, is_list in means),
    )


# A strategy is checked when it is first used, which takes longer than a draw: each is made once.
OWNER = st.integers(0, 10)
OWNERS = st.lists(OWNER, min_size=len(FIXED), max_size=len(FIXED))
FLAG = st.booleans()
KIND = st.sampled_from([PYTHON, AT_ONCE, AT_ONCE, PROMISE, PROMISE])
SETS = st.lists(st.sampled_from(PROPS), max_size=1)
WHOLE = st.sampled_from([(PREVENT,), (ERROR,)])
SINGLE = st.sampled_from([VALUE, VALUE, NO_UPDATE])


def reads(*wildcards):
    patterns = st.sampled_from([(kind, wildcard) for kind in ROWS for wildcard in wildcards])
    return st.one_of(st.sampled_from(FIXED), st.sampled_from(FIXED), patterns)


READS = {False: reads(ALL), True: reads(ALL, MATCH, ALLSMALLER)}
INPUTS = {has: st.lists(read, unique=True, min_size=1, max_size=3) for has, read in READS.items()}
STATE = {has: st.lists(read, unique=True, max_size=2) for has, read in READS.items()}


@cache
def actions_of(count):
    action = st.tuples(*[SINGLE] * count)
    return st.lists(st.one_of(action, action, WHOLE), min_size=1, max_size=3)


@st.composite
def declared(draw):
    """Up to seven callbacks of all kinds, each prop written by at most one of them.

    A third of the props is written by none, so that many callbacks of the page are local.
    """
    fixed = draw(OWNERS)
    rows = {kind: draw(OWNER) for kind in ROWS}
    callbacks = [
        draw(
            one(number, [p for p, o in zip(FIXED[1:], fixed[1:], strict=True) if o == number], own)
        )
        for number in range(7)
        if (own := [kind for kind in ROWS if rows[kind] == number]) or number in fixed[1:]
    ]
    return without_loops_of_set_props(callbacks)


def without_loops_of_set_props(callbacks):
    """Return them, with `set_props` only where it leads to no cycle: that would never end."""
    edges = {(r.callback, p) for c in callbacks for r in c.rules for p in r.outputs}
    readers = {(p, r.callback) for c in callbacks for r in c.rules for p in r.inputs}

    def leads_to(prop, target):
        seen: set[str] = set()
        rest = [prop]
        while rest:
            called = {name for p, name in readers if p == rest[0]} - seen
            seen |= called
            rest = [*rest[1:], *(p for name, p in edges if name in called)]
        return target in seen

    made = []
    for callback in callbacks:
        name = callback.rules[0].callback
        sets = tuple(p for p in callback.rules[0].sets if not leads_to(p, name))
        edges |= {(name, prop) for prop in sets}
        rules = tuple(replace(rule, sets=sets) for rule in callback.rules)
        made.append(replace(callback, rules=rules))
    return made


@st.composite
def one(draw, number, fixed, kinds):
    matches = bool(kinds) and not fixed and draw(FLAG)
    outputs = (*fixed, *((kind, MATCH if matches else ALL) for kind in kinds))
    kind = draw(KIND)
    inputs = draw(INPUTS[matches])
    if kind != PYTHON:  # what is its own Input cannot be local, and loops are tried by Python's
        inputs = [r for r in inputs if r not in outputs and r[0] not in kinds] or FIXED[:1]
    state = draw(STATE[matches])
    count = len([p for read in outputs for p in props_of(read, 1)[0]])
    actions = draw(actions_of(count))
    sets = draw(SETS) if kind == PYTHON else []
    rule = Rule(
        name="",
        inputs=(),
        outputs=(),
        prevented=draw(FLAG),
        actions=tuple(actions),
        kind=kind,
        sets=tuple(sets),
        callback=f"c{number}_",
    )
    rules = [invocation(rule, n, inputs, outputs, state) for n in ((1, 2, 3) if matches else (0,))]
    return Declared(kind, tuple(inputs), outputs, tuple(state), tuple(rules))


edits = st.lists(
    st.dictionaries(st.sampled_from(PROPS), st.integers(0, 9), min_size=1, max_size=3), max_size=4
)


def act(rule, call):
    """Return what a call returns: one value or GONE per concrete output."""
    action = rule.act(call)
    if PREVENT in action:
        raise PreventUpdate
    if ERROR in action:
        raise ValueError(rule.name)
    return [f"{rule.name}{call}" if a == VALUE else GONE for a in action]


def shaped(values, outputs):
    """Return one value per Output: a list for ALL."""
    rest = iter(values)
    return [
        [next(rest) for _ in props_of(read, 1)[0]] if props_of(read, 1)[1] else next(rest)
        for read in outputs
    ]


def flat(references):
    listed = references if isinstance(references, list) else [references]
    return [r for each in listed for r in (each if isinstance(each, list) else [each])]


class Sides:
    """A page and the engine on one side, the model on the other; both log their calls."""

    def __init__(self, callbacks):
        self.page = Page(html.Div([html.Div(id=parse_id(prop)) for prop in PROPS]))
        rules = [rule for callback in callbacks for rule in callback.rules]
        self.rules = {rule.name: rule for rule in rules}
        self.by_outputs = {rule.outputs: rule for rule in rules}
        self.counts = dict.fromkeys(self.rules, 0)
        self.log = []
        self.answers = []  # (callback, run, outcome) of calls that the engine has asked for
        vars(self.page)["_on_callclientside"] = self.receive_call
        self.promises = []  # (callback, run, rule, call, asked by the engine)
        for callback in callbacks:
            self.register(callback)
        self.local = LocalPage(self.page, dict.fromkeys(self.rules, self.call_in_page))
        self.model = Model(rules, dict.fromkeys(PROPS))
        self.expected = []
        self.late = []  # requests of the model whose function has returned a promise

    def register(self, callback):
        prevented = callback.rules[0].prevented
        if callback.kind != PYTHON:
            named = ClientsideFunction("ns", callback.rules[0].callback)
            self.page.clientside_callback(
                named, *callback.dependencies(), prevent_initial_call=prevented
            )
            return

        def function(*values):
            rule = self.by_outputs[tuple(stringify_id(o["id"]) for o in flat(ctx.outputs_list))]
            triggered = [t["prop_id"].rpartition(".")[0] for t in ctx.triggered or []]
            returned = act(rule, call := self.note(rule, triggered, values))
            for prop in rule.sets:
                ctx.set_props(parse_id(prop), {"children": f"{rule.name}{call}!"})
            return shaped(
                [no_update if value is GONE else value for value in returned], callback.outputs
            )

        self.page.callback(*callback.dependencies(), prevent_initial_call=prevented)(function)

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
        name, outputs = message["function"]["name"], flat(message["outputs"])
        rule = self.by_outputs[tuple(output["id"] for output in outputs)]
        callback = next(
            c for c in self.page.registry if c.clientside and c.clientside.function_name == name
        )
        changed = [t["propId"].rpartition(".")[0] for t in message["triggered"]]
        values = [self.read(reference) for reference in (*message["inputs"], *message["state"])]
        call, run = self.note(rule, changed, values), message["run"]
        if rule.kind == PROMISE:
            self.promises.append((outputs, run, rule, call, True))
            return
        outcome = settle(lambda *_: act(rule, call), callback, run, changed, values)
        self.answers.append((outputs, run, outcome))

    def read(self, reference):
        if isinstance(reference, list):
            return [self.read(each) for each in reference]
        before = reference.get("before")
        return self.page._read(reference) if before is None else before[0] if before else None

    def answer_engine(self):
        while self.answers:
            self.send_answer(*self.answers.pop(0))

    def send_answer(self, outputs, run, outcome):
        for output, entry in zip(outputs, outcome.get("values", ()), strict=False):
            self.page.kept[output["id"], "children"] = entry.get("value", GONE)
        self.page.send("ClientsideResult", run=run, **outcome)
        self.local.call_waiting()

    def keep_promise(self, index):
        callback, run, rule, call, by_engine = self.promises.pop(index)
        outcome = settle(lambda *_: act(rule, call), callback, run, (), ())
        if by_engine:
            self.send_answer(callback, run, outcome)
        else:
            self.local.finish(callback, run, outcome)
        self.answer_engine()
        return self.late.pop(index), by_engine

    # --- the model

    def is_local(self, request):
        return self.indexes.get(request.rule.name) in self.local.called_here

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
        self.indexes = {
            c.clientside.function_name: c.index for c in self.local.local if c.clientside
        }
        self.answer_engine()
        self.model.load()
        self.follow(by_page=False)
        self.compare()

    def change(self, props):
        self.local.change(props)
        self.local.call_waiting()
        self.answer_engine()
        self.model.edit(props)
        self.follow(by_page=True)
        self.compare()

    def settle_one(self, index):
        request, by_engine = self.keep_promise(index)
        self.model.complete(request)
        self.follow(by_page=not by_engine)
        self.compare()

    def compare(self):
        assert self.log == self.expected
        shown = {prop: self.page[prop, "children"] for prop in PROPS}
        assert shown == self.model.values
        self.log.clear()
        self.expected.clear()


@given(declared(), edits, st.data())
def test_callbacks_of_the_page_and_of_python_run_as_the_model_says(callbacks, changes, data):
    """S-51, S-63 to S-77, S-97: same calls, in the same order, with the same values."""
    sides = Sides(callbacks)
    sides.open()
    changes = list(changes)
    while changes or sides.promises:
        waits = bool(sides.promises)
        if changes and data.draw(st.booleans() if waits else st.just(value=True)):
            sides.change(changes.pop())
        else:
            sides.settle_one(data.draw(st.integers(0, len(sides.promises) - 1)))
    assert sides.page.session.scheduler.quiet
    assert sides.local.waiting == sides.local.pending == {}
