"""Checks of an app when it is made and when it starts; messages say what to do instead."""

from collections.abc import Mapping, Sequence

from pyrt.model.component import Component
from pyrt.model.errors import DuplicateIdError, NoLayoutException, ObsoleteKwargException
from pyrt.model.ids import stringify_id


def check_layout(layout: object) -> None:
    """Check that a layout can be shown (R-80).

    Raises:
        NoLayoutException: there is none, or it contains something else than components and text.
        DuplicateIdError: two components have the same id.
    """
    if layout is None:
        raise NoLayoutException(
            "The app has no layout: `app.layout` is None. Set it before the call of `app.run()`."
        )
    seen: set[str] = set()
    for part in layout if isinstance(layout, list | tuple) else [layout]:
        if isinstance(part, str):
            continue
        if not isinstance(part, Component):
            raise NoLayoutException(
                f"Only strings and components are allowed in a layout, but this one holds {part!r}."
            )
        _check_ids(part, seen)


def _check_ids(component: Component, seen: set[str]) -> None:
    for each in (component, *component._traverse()):  # noqa: SLF001  # Dash's name
        component_id = stringify_id(getattr(each, "id", None))
        if component_id and component_id in seen:
            raise DuplicateIdError(
                f"Two components of the layout have the id `{component_id}`. "
                "Give each component an id of its own."
            )
        seen.add(component_id)


def check_obsolete(arguments: Mapping[str, object]) -> None:
    """Refuse arguments that `Dash(...)` does not have, or no longer has.

    Raises:
        ObsoleteKwargException: Dash has dropped it.
        TypeError: Dash never had it.
    """
    for name in arguments:
        if name in ("components_cache_max_age", "static_folder"):
            raise ObsoleteKwargException(
                f"Dash(...) has had no argument {name} since Dash 1.0. Leave it out; today's "
                "arguments are listed at https://dash.plotly.com/reference."
            )
        if name not in ("dynamic_loading", "preloaded_libraries"):
            raise TypeError(f"Dash() got an unexpected keyword argument '{name}'")
        print(f"{name} is ignored: Dash no longer has this argument. Leave it out.")  # noqa: T201


def check_route(name: str, view_func: object, methods: Sequence[str], taken: Sequence[str]) -> None:
    """Check the arguments of a route of a server (S-174).

    Raises:
        ValueError: an argument is invalid, or the name is in use.
    """
    if name.startswith("/"):
        raise ValueError(f"The name of a route has no slash in front of it, unlike {name!r}.")
    if not callable(view_func):
        raise ValueError(f"view_func of {name!r} is a function, not {view_func!r}.")  # noqa: TRY004  # Dash's choice
    if not set(methods) <= {"POST", "GET"}:
        raise ValueError("methods should only contain POST and GET")
    if name in taken:
        raise ValueError(f"The app has a route {name!r} already. Choose another name.")
