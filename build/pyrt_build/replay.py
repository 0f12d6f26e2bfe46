"""`pyrt replay`: repeats the messages of a page with the Python of this machine.

The engine has no clock and no randomness, so that an app's outputs depend on the page's messages
only. A log that `window.__pyrt__.saveLog()` writes in a debug site is a reproducible bug report:

    [{"direction": "boot", "environment": {...}},
     {"direction": "sent", "message": {"type": "SetProps", ...}},      page -> worker
     {"direction": "received", "message": {"type": "Update", ...}}]    worker -> page

The app gets what the page sent; what it writes is compared with what the page received.
"""

import asyncio
import json
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pyrt.model.environment import Launch, encode_launch
from pyrt_build.errors import BuildError

type Message = dict[str, Any]
type Outputs = dict[str, list[object]]

_CALLBACK_TIMEOUT_S = 60  # a callback that takes longer is not waited for
SHOWN_CHARS = 200  # of a value
_ON_PAGE = "(the result of a clientside callback)"


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that differs: the nth of a prop, from 1, or of the errors."""

    prop_id: str
    nth: int
    recorded: object
    replayed: object

    def __str__(self) -> str:
        return (
            f"{self.prop_id}, value {self.nth}:\n"
            f"  recorded {_shorten(self.recorded)}\n"
            f"  replayed {_shorten(self.replayed)}"
        )


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


NOTHING = _Nothing()


def replay(log: Path, app: Path, launch: Launch | None = None) -> list[Difference]:
    """Replay a log with an app file, and return the differences of its outputs.

    Raises:
        BuildError: the log or the app cannot be read, or the app does not start.
    """
    entries = _read_log(log)
    environment = _on_this_machine(_environment(entries), app, launch)
    sent = [message for message in _messages(entries, "sent") if message["type"] != "Eval"]
    replayed = asyncio.run(_run_app(environment, sent))
    return list(_compare(_outputs(_messages(entries, "received")), _outputs(replayed)))


def _on_this_machine(environment: Message, app: Path, launch: Launch | None) -> Message:
    """Return the environment of the page with the paths of this machine."""
    recorded = environment.get("launch") or {}
    variables = recorded.get("variables") or {}
    folder = str(app.absolute().parent)
    how = launch or Launch(root=folder, path=[folder])
    how = replace(how, variables=variables)
    return {**environment, "entry": str(app.absolute()), "launch": encode_launch(how)}


def _messages(entries: list[Message], direction: str) -> list[Message]:
    return [
        entry["message"]
        for entry in entries
        if entry["direction"] == direction and isinstance(entry["message"], dict)
    ]


def _read_log(log: Path) -> list[Message]:
    try:
        entries = json.loads(log.read_text(encoding="utf-8"))
    except OSError as error:
        raise BuildError(f"{log} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise BuildError(f"{log} is no message log: it is not JSON ({error}).") from None
    known = {"boot", "sent", "received"}
    if not isinstance(entries, list) or not all(
        isinstance(entry, dict) and entry.get("direction") in known for entry in entries
    ):
        raise BuildError(
            f"{log} is no message log. Save one with window.__pyrt__.saveLog() in a debug site."
        )
    return entries


def _environment(entries: list[Message]) -> Message:
    for entry in entries:
        environment = entry.get("environment")
        if entry["direction"] == "boot" and isinstance(environment, dict):
            return environment
    raise BuildError("The log does not say where it was recorded: its boot entry is missing.")


async def _run_app(environment: Message, sent: list[Message]) -> list[Message]:
    """Start the app as the worker does, pass it the messages, and return all that it posts."""
    received: list[Message] = []

    def post(text: str, buffers: list[bytes]) -> None:
        received.extend(_with_numbers(json.loads(text), buffers))

    receive = _boot(environment, post)
    for message in sent:
        receive(json.dumps([message]), None)
        await _until_idle()
    return received


def _boot(
    environment: Message, post: Callable[[str, list[bytes]], None]
) -> Callable[[str, object], None]:
    from pyrt.activation import activate  # noqa: PLC0415  # the engine is needed only here

    activate()
    from pyrt.model.failures import StartError  # noqa: PLC0415
    from pyrt.worker import boot, connect  # noqa: PLC0415

    try:
        boot(json.dumps(environment))
    except StartError as error:
        raise BuildError(f"The app does not start:\n{error}") from None
    return connect(post)


async def _until_idle() -> None:
    """Wait until the tasks of async callbacks have ended."""
    await asyncio.sleep(0)
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        done, _ = await asyncio.wait(others, timeout=_CALLBACK_TIMEOUT_S)
        await asyncio.sleep(0)
        if not done:
            return


def _with_numbers(value: list[Message], buffers: list[bytes]) -> list[Message]:
    """Return a batch with lists of numbers in place of buffers."""

    def put(item: Any) -> Any:  # noqa: ANN401  # JSON of any shape
        if isinstance(item, list):
            return [put(part) for part in item]
        if isinstance(item, dict):
            if "_pyrt_buffer" in item:
                return _numbers(buffers[item["_pyrt_buffer"]], item["dtype"])
            return {key: put(part) for key, part in item.items()}
        return item

    return [put(message) for message in value]


def _numbers(data: bytes, dtype: str) -> list[Any]:
    codes = {"float64": "d", "float32": "f", "int8": "b", "uint8": "B", "int16": "h"}
    codes |= {"uint16": "H", "int32": "i", "uint32": "I", "int64": "q", "uint64": "Q"}
    return array(codes[dtype], data).tolist()


def _outputs(messages: list[Message]) -> Outputs:
    """Return the values that were written, in order, by prop."""
    found: Outputs = {}
    for message in messages:
        match message:
            case {"type": "Update", "changes": changes}:
                for change in changes:
                    for prop, value in change.get("props", {}).items():
                        found.setdefault(f"{change['id']}.{prop}", []).append(value)
                    for prop in change.get("kept") or ():
                        found.setdefault(f"{change['id']}.{prop}", []).append(_ON_PAGE)
            case {"type": "Failure", "title": title, "message": text}:
                found.setdefault("errors", []).append(f"{title}: {text}")
            case {"type": "Layout", "layout": layout}:
                found.setdefault("layout", []).append(layout)
    return found


def _compare(recorded: Outputs, replayed: Outputs) -> Iterator[Difference]:
    for prop_id in dict.fromkeys([*recorded, *replayed]):
        before, after = recorded.get(prop_id, []), replayed.get(prop_id, [])
        for at in range(max(len(before), len(after))):
            left = before[at] if at < len(before) else NOTHING
            right = after[at] if at < len(after) else NOTHING
            if left != right:
                yield Difference(prop_id, at + 1, left, right)
                break  # later values may differ because of this one


def _shorten(value: object) -> str:
    text = repr(value) if isinstance(value, _Nothing) else json.dumps(value, ensure_ascii=False)
    if len(text) <= SHOWN_CHARS:
        return text
    return f"{text[:SHOWN_CHARS]}... ({len(text)} characters)"
