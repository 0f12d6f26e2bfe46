"""A slow, obvious model of S-63 to S-86 for callbacks with fixed ids: lists, and no index."""

from collections.abc import Callable
from dataclasses import dataclass, field

VALUE, NO_UPDATE, PREVENT, ERROR = "value", "no_update", "prevent", "error"


@dataclass(frozen=True)
class Rule:
    """One callback. `actions` say what its calls do, in turn, again and again."""

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    prevented: bool
    actions: tuple[tuple[str, ...], ...]  # per call, one action per output
    state: tuple[str, ...] = ()
    kind: str = "python"

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
        self.requested += [Request(r, [p]) for p in props for r in self.rules if p in r.inputs]
        self.settle()

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
        if PREVENT not in action and ERROR not in action:
            updated = [p for p, a in zip(request.rule.outputs, action, strict=True) if a == VALUE]
        for prop in updated:
            self.values[prop] = f"{request.rule.name}{request.call}"
        predecessors = request.predecessors | {request.rule.name}
        self.requested += [
            Request(r, [p], predecessors=predecessors)
            for p in updated
            for r in self.rules
            if p in r.inputs
        ]
        self.finished.append((request.group, request.rule.outputs, updated))

    def settle(self) -> None:
        while self.turn():
            pass

    def turn(self) -> bool:
        """Do one round, and return whether it changed anything."""
        before = list(self.requested)
        self.requested = [r for r in self.requested if r.rule.name not in r.predecessors]  # S-73
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
            rules += [r for r in self.rules if new & set(r.inputs)]
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
        if not members or not request.rule.inputs:
            return False
        possible = {p for _, outputs, _ in members for p in outputs}
        updated = {p for *_, props in members for p in props}
        inputs = set(request.rule.inputs)
        return not inputs & updated and inputs <= possible

    def start(self, request: Request) -> None:
        read = (*request.rule.inputs, *request.rule.state)
        request.values = tuple(self.values[p] for p in read)
        self.running.append(request)
        self.started.append(request)
