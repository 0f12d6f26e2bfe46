"""Clientside callbacks of a test's page: JavaScript needs a browser, so Python stands in for it."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyrt.app.pages import SHOW_TITLE
from pyrt.model.callback import CallbackRegistry, is_no_update
from pyrt.model.errors import PreventUpdate
from pyrt.model.serialize import to_json_value

_OWN = str(Path(__file__).parent)

type Read = Callable[[str, str], object]


class ClientsideWarning(UserWarning):
    """A clientside callback was not called: there is no browser."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a clientside callback has done.

    Attributes:
        fields: of the message `ClientsideResult`.
        title: a new title of the document.
        url: a new address, without a navigation.
    """

    fields: Mapping[str, object] = field(default_factory=lambda: {"outcome": "prevented"})
    title: str | None = None
    url: str = ""


class StandIns:
    """Calls Python functions in the place of JavaScript ones.

    Args:
        functions: by `namespace.function`, or by an Output, as `title.children`.
        read: returns a prop of the page.
    """

    def __init__(self, functions: Mapping[str, Callable[..., object]], read: Read) -> None:
        self._functions = functions
        self._read = read
        self._told: set[str] = set()
        self._untold: list[str] = []

    def call(self, message: Mapping[str, Any], callbacks: CallbackRegistry) -> Result:
        """Return the result of a call that the session asks for."""
        references = [*message["inputs"], *message["state"]]
        values = [self._value(each) for each in references]
        called = message["function"]
        source = callbacks.inline_sources.get(called["name"])
        if source == SHOW_TITLE:
            data = values[0] or {}
            fields = {"outcome": "value", "values": [{}]}
            return Result(fields, data.get("title"), data.get("url") or "")
        outputs = _flat(message.get("outputs"))
        names = [f"{each['id']}.{each['property'].partition('@')[0]}" for each in outputs]
        name = f"{called['namespace']}.{called['name']}"
        known = [key for key in (name, called["name"], *names) if key in self._functions]
        if not known:
            self._note(names, name if source is None else "")
            return Result()
        try:
            result = self._functions[known[0]](*values)
        except PreventUpdate:
            return Result()
        several = isinstance(message.get("outputs"), list)
        results = list(result) if several else [result]  # type: ignore[call-overload]  # one per Output
        entries = [_entry(each) for each in results]
        return Result({"outcome": "value", "values": entries})

    def _value(self, reference: Any) -> Any:  # noqa: ANN401  # JSON
        if isinstance(reference, list):
            return [self._value(each) for each in reference]
        if "before" in reference:
            return next(iter(reference["before"]), None)
        return self._read(reference["id"], reference["property"])

    def _note(self, outputs: list[str], name: str) -> None:
        what = ", ".join(outputs) or name
        if what not in self._told:
            self._told.add(what)
            key = name or what
            self._untold.append(
                f"The clientside callback for {what} was not called: its JavaScript needs a "
                f"browser. Use the fixture pyrt_site, or give a Python function in its place: "
                f"pyrt_app(app, clientside={{{key!r}: function}})."
            )

    def warn(self) -> None:
        """Warn of the clientside callbacks that have not been called, of each once."""
        untold, self._untold = self._untold, []
        for text in untold:
            warnings.warn(text, ClientsideWarning, skip_file_prefixes=(_OWN,))


def _flat(outputs: Any) -> list[dict[str, str]]:  # noqa: ANN401  # JSON
    if outputs is None:
        return []
    if isinstance(outputs, list):
        return [each for output in outputs for each in _flat(output)]
    return [outputs]


def _entry(value: object) -> dict[str, object]:
    return {"noUpdate": True} if is_no_update(value) else {"value": to_json_value(value)}
