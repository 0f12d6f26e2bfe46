"""Options of callbacks with a structure: `running`, and those of background callbacks.

They are checked and kept here; the engine applies them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pyrt.model.dependencies import Dependency, Input, Output
from pyrt.model.errors import DefinitionError, WildcardInLongCallback


class Running(NamedTuple):
    """An Output with its values while a callback runs (`on`) and afterwards (`off`) (S-99)."""

    output: Output
    on: object
    off: object


@dataclass(frozen=True, slots=True)
class Background:
    """The options of a background callback (S-23); `interval_ms` is ignored in the tab."""

    interval_ms: int = 1000
    manager: object = None
    progress: tuple[Output, ...] = ()
    progress_default: tuple[object, ...] | None = None
    cancel: tuple[Input, ...] = ()
    cache_args_to_ignore: tuple[object, ...] = ()
    cache_ignore_triggered: bool = True


def make_running(running: Sequence[object] | None) -> tuple[Running, ...]:
    """Return the entries of `running`, which may be one tuple or a list of them (S-99)."""
    if not running:
        return ()
    entries = running if isinstance(running[0], list | tuple) else [running]
    return tuple(Running(*entry) for entry in entries)  # type: ignore[misc]  # three items each


def make_background(  # noqa: PLR0913  # one per option of Dash
    *,
    interval_ms: int,
    manager: object,
    progress: Sequence[Output] | Output | None,
    progress_default: object,
    cancel: Sequence[Input] | Input | None,
    cache_args_to_ignore: Sequence[object] | object | None,
    cache_ignore_triggered: bool,
) -> Background:
    """Check and return the options of a background callback.

    Raises:
        WildcardInLongCallback: `progress` or `cancel` has a wildcard id (S-42).
        DefinitionError: there is not one default for each progress output (S-122).
    """
    made = Background(
        interval_ms=interval_ms,
        manager=manager,
        progress=_as_tuple(progress),
        progress_default=_as_tuple(progress_default) if progress_default else None,
        cancel=_as_tuple(cancel),
        cache_args_to_ignore=_as_tuple(cache_args_to_ignore),
        cache_ignore_triggered=cache_ignore_triggered,
    )
    _refuse_wildcards("progress", made.progress)
    _refuse_wildcards("cancel", made.cancel)
    if made.progress_default is not None and len(made.progress_default) != len(made.progress):
        raise DefinitionError(
            f"The progress of a background callback has {len(made.progress)} outputs, but "
            f"progress_default has {len(made.progress_default)} values. Give one for each output."
        )
    return made


def _as_tuple[T](given: Sequence[T] | T | None) -> tuple[T, ...]:
    if given is None:
        return ()
    return tuple(given) if isinstance(given, list | tuple) else (given,)  # type: ignore[return-value]  # not a list or tuple


def _refuse_wildcards(role: str, dependencies: Iterable[Dependency]) -> None:
    for dependency in dependencies:
        if dependency.has_wildcard():
            raise WildcardInLongCallback(
                f"The {role} of a background callback cannot have a pattern-matching id, but "
                f"{dependency!r} has one. Name each component by a fixed id."
            )
