"""A slow, obvious model of S-63 to S-90 for components that stay: lists, and no index."""

from collections.abc import Callable
from dataclasses import dataclass, field

VALUE, NO_UPDATE, PREVENT, ERROR = "value", "no_update", "prevent", "error"


@dataclass(frozen=True)
class Rule:
    """One callback; with MATCH, one of its invocations.

    Attributes:
        name: of the callback and its MATCH value.
        inputs, outputs, state: the props that its dependencies mean.
        prevented: `prevent_initial_call`.
        actions: what its calls do, in turn, again and again: one action per output.
        kind: what calls it.
        sets: the props that each call writes by `set_props`.
        callback: the name that all invocations of a callback share.
        patterns: per Input its pattern, and the props of which a change asks for the rule; a prop
            is its own pattern.
        shapes: per Input and State, the number of props of a list, or None for a single one.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    prevented: bool
    actions: tuple[tuple[str, ...], ...]
    state: tuple[str, ...] = ()
    kind: str = "python"
    sets: tuple[str, ...] = ()
    callback: str = ""
    patterns: tuple[tuple[object, tuple[str, ...]], ...] = ()
    shapes: tuple[int | None, ...] = ()

    @property
    def family(self) -> str:
        return self.callback or self.name

    @property
    def reads(self) -> tuple[tuple[object, tuple[str, ...]], ...]:
        return self.patterns or tuple((prop, (prop,)) for prop in self.inputs)

    @property
    def only_lists(self) -> bool:
        count = len(self.reads)
        return all(shape is not None for shape in self.shapes[:count] or (None,) * count)

    def act(self, call: int) -> tuple[str, ...]:
        return self.actions[call % len(self.actions)]


@dataclass(eq=False)
class Request:
    rule: Rule
    changed: list[str]
    initial: bool = False
    group: int | None = None
    predecessors: frozenset[str] = frozenset()
    values: tuple[object, ...] = ()
    call: int | None = None


@dataclass
class Model:
    rules: list[Rule]
    values: dict[str, object]
    requested: list[Request] = field(default_factory=list)
    running: list[Request] = field(default_factory=list)
    finished: list[tuple[int | None, tuple[str, ...], list[str]]] = field(default_factory=list)
    started: list[Request] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def load(self) -> None:
        """S-63, S-66: one group of all; those without inputs are asked for once more, alone."""
        writers = [r for prop in self.values for r in self.rules if prop in r.outputs]
        initial = [r for r in dict.fromkeys(writers) if not r.prevented]
        self.requested += [Request(r, [], initial=True, group=0) for r in initial]
        alone = [r for r in self.rules if r in initial and not r.inputs]
        self.requested += [Request(r, [], initial=True) for r in alone]
        self.settle()

    def edit(self, props: dict[str, object]) -> None:
        self.values.update(props)
        self.requested += [Request(r, [p]) for p in props for r in self.consumers(p)]
        self.settle()

    def consumers(self, prop: str) -> list[Rule]:
        """S-13, S-20: by pattern, in the order in which callbacks first name it."""
        patterns = dict.fromkeys(pattern for rule in self.rules for pattern, _ in rule.reads)
        return [
            rule
            for pattern in patterns
            for rule in self.rules
            for read, props in rule.reads
            if read == pattern and prop in props
        ]

    def call(self, request: Request) -> None:
        """The function is called: at once by the page, later where Python is busy."""
        request.call = self.counts.get(request.rule.name, 0)
        self.counts[request.rule.name] = request.call + 1

    def take_started(
        self, wanted: Callable[[Request], bool], *, one: bool = False
    ) -> list[Request]:
        """Remove and return the started requests of one kind that are not called yet."""
        found = [request for request in self.started if wanted(request)]
        found = found[:1] if one else found
        self.started = [request for request in self.started if request not in found]
        return found

    def complete(self, request: Request) -> None:
        """S-75, S-76, S-77, S-83."""
        self.complete_all([request])

    def complete_all(self, requests: list[Request]) -> None:
        """The results of several are applied before what they ask for is looked at (S-83)."""
        for request in requests:
            if request in self.running:
                self.apply(request)
        self.settle()

    def apply(self, request: Request) -> None:
        assert request.call is not None
        action = request.rule.act(request.call)
        self.running.remove(request)
        updated = []
        if PREVENT not in action and ERROR not in action:  # S-52, S-89
            value = f"{request.rule.name}{request.call}!"
            self.values |= dict.fromkeys(request.rule.sets, value)
            self.requested += [
                Request(r, [p]) for p in request.rule.sets for r in self.consumers(p)
            ]
        if PREVENT not in action and ERROR not in action:
            updated = [p for p, a in zip(request.rule.outputs, action, strict=True) if a == VALUE]
        for prop in updated:
            self.values[prop] = f"{request.rule.name}{request.call}"
        predecessors = request.predecessors | {request.rule.family}
        self.requested += [
            Request(r, [p], predecessors=predecessors) for p in updated for r in self.consumers(p)
        ]
        self.finished.append((request.group, request.rule.outputs, updated))

    def settle(self) -> None:
        while self.turn():
            pass

    def turn(self) -> bool:
        """Do one round, and return whether it changed anything."""
        before = list(self.requested)
        self.requested = [r for r in self.requested if r.rule.family not in r.predecessors]  # S-73
        self.merge()
        names = [r.rule.name for r in self.requested]
        self.running = [r for r in self.running if r.rule.name not in names]  # S-77
        ready = [r for r in self.requested if not self.is_blocked(r)]
        if not ready and not self.running:
            ready = self.break_deadlock()
        for request in ready:
            self.requested.remove(request)
            if not self.is_pruned(request):
                self.start(request)
        return self.requested != before

    def merge(self) -> None:
        """S-70."""
        merged: list[Request] = []
        for rule in dict.fromkeys(r.rule for r in self.requested):
            same = [r for r in self.requested if r.rule is rule]
            if len(same) > 1:
                first = next((r for r in same if r.initial), None)
                same = [r for r in same if r is not first]
            if len(same) > 1:
                changed = list(dict.fromkeys(p for r in same for p in r.changed))
                groups = [r.group for r in same if r.group is not None]
                last = same[-1]
                group = groups[-1] if groups else None
                same = [Request(rule, changed, last.initial, group, last.predecessors)]
            merged += same
        self.requested = merged

    def is_blocked(self, request: Request) -> bool:
        """S-71."""
        others = [r for r in (*self.requested, *self.running) if r is not request]
        pending = {prop for other in others for prop in self.reach(other.rule)}
        return any(p in pending for p in request.rule.inputs if p not in request.rule.outputs)

    def reach(self, rule: Rule) -> set[str]:
        reached: set[str] = set()
        rules = [rule]
        while rules:
            new = set(rules.pop().outputs) - reached
            reached |= new
            rules += [r for prop in sorted(new) for r in self.consumers(prop)]
        return reached

    def break_deadlock(self) -> list[Request]:
        """S-73."""
        chosen: list[Request] = []
        candidates = list(self.requested)
        while candidates:
            chosen.append(candidates.pop(0))
            outputs = {p for r in chosen for p in r.rule.outputs}
            candidates = [
                r
                for r in candidates
                if not any(p in outputs for p in r.rule.inputs if p not in r.rule.outputs)
            ]
        return chosen

    def is_pruned(self, request: Request) -> bool:
        """S-74."""
        members = [f for f in self.finished if f[0] is not None and f[0] == request.group]
        if not members or request.rule.only_lists:
            return False
        possible = {p for _, outputs, _ in members for p in outputs}
        updated = {p for *_, props in members for p in props}
        inputs = set(request.rule.inputs)
        return not inputs & updated and inputs <= possible

    def start(self, request: Request) -> None:
        read = iter(self.values[p] for p in (*request.rule.inputs, *request.rule.state))
        shapes = request.rule.shapes or (None,) * len(request.rule.inputs + request.rule.state)
        request.values = tuple(
            next(read) if shape is None else [next(read) for _ in range(shape)] for shape in shapes
        )
        self.running.append(request)
        self.started.append(request)
