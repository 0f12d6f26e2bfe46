"""Computes the results of callbacks for all combinations of values of their Inputs and State.

An Input or State whose values are not known to be few counts with the value that it has after the
start: there are results for as long as it keeps that value.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from pyrt.engine.graph.compiled_callback import CallbackPort, CompiledCallback
from pyrt.engine.schedule.arguments import fix_arguments
from pyrt.engine.schedule.run import Arguments, Ending, Outcome, Run, Target
from pyrt.engine.session_config import Precomputing
from pyrt.engine.tree.index import IndexedComponent
from pyrt.engine.tree.layout import MISSING
from pyrt.engine.tree.values import copy_value, read_value
from pyrt.engine.wire.messages import (
    AnswerTable,
    Precompute,
    Precomputed,
    PrecomputedAnswer,
    PrecomputedInput,
)
from pyrt.engine.wire.protocol import Batch
from pyrt.model.errors import LayoutError
from pyrt.model.ids import PropId
from pyrt.model.patch import is_patch
from pyrt.precompute.choices import Choices, find_choices
from pyrt.precompute.fitness import names_of, why_impure, why_unfit

MAX_ERRORS = 3  # combinations that are named of one callback
ADVICE = "its answers come from Python only"


def precompute(session: Precomputing, request: Precompute) -> Precomputed:
    """Return the results of the callbacks that were asked for, and why others have none.

    The layout does not change.
    """
    tables: list[AnswerTable] = []
    refused: list[str] = []
    named = set(request.functions)
    for compiled in session.graph.by_index.values():
        callback = compiled.callback
        mine = names_of(callback) & named
        named -= mine
        is_wanted = callback.precompute or bool(mine) or request.scope == "all"
        if callback.function is None or not (is_wanted or request.scope == "fit"):
            continue
        try:
            table, notes = _Table(session, compiled, request, is_checked=not is_wanted).compute()
        except _Unfit as error:
            if is_wanted:
                refused.append(f"{callback} is not precomputed: {error}; {ADVICE}.")
            continue
        tables.append(table)
        refused += notes
    refused += [
        f"precompute names {name!r}, which is no callback of the app." for name in sorted(named)
    ]
    return Precomputed(tables, refused)


class _Unfit(Exception):  # noqa: N818 -- control flow
    """The results of a callback cannot be known in advance; the text says why."""


@dataclass(frozen=True, slots=True)
class _Argument:
    """One Input or State: where it is, and its values."""

    target: IndexedComponent
    property: str
    choices: Choices


@dataclass(frozen=True, slots=True)
class _Table:
    """The results of one callback.

    Attributes:
        is_checked: whether the callback has to be shown to depend on its arguments only.
    """

    session: Precomputing
    compiled: CompiledCallback
    request: Precompute
    is_checked: bool

    def compute(self) -> tuple[AnswerTable, list[str]]:
        """Return the table, and sentences about combinations that are missing in it.

        Raises:
            _Unfit: there is no table.
        """
        callback = self.compiled.callback
        reason = why_unfit(callback) or (why_impure(callback) if self.is_checked else "")
        if reason:
            raise _Unfit(reason)
        fixed = self._fix_arguments()
        arguments = [*self._find_arguments(fixed)]
        count = math.prod(len(each.choices.values) for each in arguments)
        if count > self.request.max_calls:
            raise _Unfit(
                f"it would be called {count} times, the limit is {self.request.max_calls} "
                "(precompute-calls)"
            )
        answers, errors = [], []
        for positions in product(*(range(len(each.choices.values)) for each in arguments)):
            values = [
                each.choices.values[at] for each, at in zip(arguments, positions, strict=True)
            ]
            try:
                answers.append(PrecomputedAnswer(positions, self._answer(fixed, values)))
            except _Unfit as error:
                errors.append(f"({', '.join(map(repr, values))}): {error}")
        if not answers:
            raise _Unfit(f"no call succeeds: {errors[0]}")
        inputs = [
            PrecomputedInput(
                each.target.id, each.property, each.choices.values, each.choices.is_set
            )
            for each in arguments
        ]
        table = AnswerTable(callback.callback_id, inputs, len(callback.inputs), answers)
        return table, [*self._describe(errors)]

    def _fix_arguments(self) -> Arguments:
        inputs = self.compiled.inputs
        run = Run(self.compiled.plain, {_prop_id(port): -1 for port in inputs[:1]})
        try:
            fixed = fix_arguments(self.session.graph, run)
        except LayoutError as error:
            raise _Unfit(str(error).partition("\n")[0]) from error
        if fixed is None or not all(_is_one(target) for target in (*fixed.inputs, *fixed.state)):
            raise _Unfit("some of its components are not on the page")
        return fixed

    def _find_arguments(self, fixed: Arguments) -> Iterator[_Argument]:
        """Yield the Inputs and State with their values.

        Raises:
            _Unfit: none of them has values that are few.
        """
        written = {*self._props_of_callbacks()}
        is_finite = False
        ports = (*self.compiled.inputs, *self.compiled.state)
        for port, target in zip(ports, (*fixed.inputs, *fixed.state), strict=True):
            assert isinstance(target, IndexedComponent)
            if (target.id, port.property) in written:
                raise _Unfit(f"another callback changes {target.id}.{port.property}")
            current = read_value(target.props.get(port.property))
            props = {name: copy_value(read_value(value)) for name, value in target.props.items()}
            kind = str(target.component.get("type"))
            choices = find_choices(kind, port.property, props)
            is_finite |= choices is not None
            yield _Argument(target, port.property, _with(choices, current))
        if not is_finite:
            raise _Unfit("none of its Inputs has a small number of values")

    def _props_of_callbacks(self) -> Iterator[tuple[str, str]]:
        for other in self.session.graph.by_index.values():
            for output in other.outputs:
                if output.component_id is not None:
                    yield output.component_id, output.property

    def _answer(
        self, fixed: Arguments, values: Sequence[object]
    ) -> list[tuple[str, Mapping[str, object]]]:
        """Call the function once, or twice where it is to be shown that it gives the same.

        Raises:
            _Unfit: the call fails, or does more than return values.
        """
        changes = self._call(fixed, values)
        if self.is_checked and _text(changes) != _text(self._call(fixed, values)):
            raise _Unfit("two calls return different values")
        return changes

    def _call(
        self, fixed: Arguments, values: Sequence[object]
    ) -> list[tuple[str, Mapping[str, object]]]:
        count = len(fixed.inputs)
        run = Run(self.compiled.plain, {_prop_id(port): -1 for port in self.compiled.inputs[:1]})
        run.arguments = replace(fixed, input_values=values[:count], state_values=values[count:])
        outcome = self.session.invoker.call(run)
        if outcome is None:
            raise _Unfit("it is async")
        if outcome.ending is Ending.FAILED:
            raise _Unfit(outcome.report.message if outcome.report else "it failed")
        if outcome.side_updates or outcome.cookies:
            raise _Unfit("it does more than return values")
        return _changes(outcome)

    def _describe(self, errors: Sequence[str]) -> Iterator[str]:
        for error in errors[:MAX_ERRORS]:
            yield f"{self.compiled.callback} is left to Python for {error}."
        if len(errors) > MAX_ERRORS:
            more = len(errors) - MAX_ERRORS
            yield f"{self.compiled.callback} is left to Python for {more} more combinations."


def _changes(outcome: Outcome) -> list[tuple[str, Mapping[str, object]]]:
    changes: list[tuple[str, Mapping[str, object]]] = []
    for component_id, written in outcome.updates.items():
        if any(is_patch(value.stored) for value in written.values()):
            raise _Unfit("it returns a Patch, which needs the value before")
        changes.append((component_id, {prop: value.wire for prop, value in written.items()}))
    return changes


def _text(changes: Sequence[tuple[str, Mapping[str, object]]]) -> str:
    batch = Batch()
    parts = [f"{key} {prop} {batch.value(v)}" for key, ps in changes for prop, v in ps.items()]
    return "\n".join([*parts, *(bytes(buffer.data).hex() for buffer in batch.buffers)])


def _with(choices: Choices | None, current: object) -> Choices:
    """Return the choices, with the value that the prop has now."""
    value = None if current is MISSING else current
    if choices is None:
        return Choices([value])
    if choices.is_set and isinstance(value, list):
        known = any(_as_set(value) == _as_set(each) for each in choices.values)
    else:
        known = value in choices.values
    return choices if known else replace(choices, values=[*choices.values, value])


def _as_set(value: object) -> frozenset[str]:
    return frozenset(map(repr, value)) if isinstance(value, list) else frozenset()


def _is_one(target: Target) -> bool:
    return isinstance(target, IndexedComponent)


def _prop_id(port: CallbackPort) -> PropId:
    return PropId(str(port.component_id), port.property)
