"""Renew what Python must not keep from a snapshot: random seeds, environment, time zone, files.

Runs in Pyodide without any other module of pyrt. It is imported before all modules that the
snapshot contains, so that it can record which generators take their seed from the system. It stays
in the snapshot; `renew` runs after each restore.
"""

# ruff: noqa: SLF001, INP001 - state without a public name; a single file.

import gc
import io
import os
import random
import sys
import time
import weakref
from collections.abc import Iterator
from typing import Any

_unseeded: weakref.WeakSet[random.Random] = weakref.WeakSet()
_bit_generators: list[Any] = []
_open_files: list[tuple[int, str, int]] = []  # descriptor, path, position
_original_seed = random.Random.seed

# numpy takes 128 bits from the system; seeds set by an app are smaller.
_SYSTEM_ENTROPY_BITS = 65
_LAST_STANDARD_DESCRIPTOR = 2


def watch() -> None:
    """Record each `random.Random` that is seeded by the system from now on, and the shared one."""

    def watched(self: random.Random, a: Any = None, version: int = 2) -> None:  # noqa: ANN401
        (_unseeded.add if a is None else _unseeded.discard)(self)
        _original_seed(self, a, version)

    random.Random.seed = watched  # type: ignore[method-assign]
    shared: random.Random = random._inst
    random.seed = shared.seed
    _unseeded.add(shared)


def freeze() -> None:
    """Stop recording and find numpy's generators; the last call before the snapshot is taken."""
    random.Random.seed = _original_seed  # type: ignore[method-assign]
    random.seed = random._inst.seed
    gc.collect()
    sys._clear_internal_caches()  # type: ignore[attr-defined,unused-ignore]  # of 3.13: noise
    numpy = sys.modules.get("numpy.random.bit_generator")
    if numpy is not None:
        found = [item for item in gc.get_objects() if isinstance(item, numpy.BitGenerator)]
        _bit_generators.extend(item for item in found if _is_from_system(item))
    _open_files.extend(_find_open_files())


def _find_open_files() -> Iterator[tuple[int, str, int]]:
    """Yield the files that objects of the snapshot have open for reading.

    `importlib.metadata`, for one, keeps the zip file of the standard library.
    """
    for item in gc.get_objects():
        if isinstance(item, io.FileIO) and not item.closed and item.readable():
            descriptor, path = item.fileno(), item.name
            if descriptor > _LAST_STANDARD_DESCRIPTOR and isinstance(path, str):
                yield descriptor, path, os.lseek(descriptor, 0, os.SEEK_CUR)


def _is_from_system(generator: Any) -> bool:  # noqa: ANN401
    entropy = getattr(generator.seed_seq, "entropy", None)
    return isinstance(entropy, int) and entropy.bit_length() >= _SYSTEM_ENTROPY_BITS


def renew(environment: dict[str, str]) -> None:
    """Renew the state of one page load; `environment` has the variables that may differ."""
    os.environ.update(environment)
    _open_again()
    _renew_time_zone()
    for generator in list(_unseeded):
        generator.seed()
    for bits in _bit_generators:
        bits.state = type(bits)().state
    for name, attribute in (("uuid", "_node"), ("tempfile", "_name_sequence")):
        if name in sys.modules:
            setattr(sys.modules[name], attribute, None)


def _open_again() -> None:
    """Open the files of the snapshot under the descriptors that its objects know.

    A new file would get such a descriptor, and be closed when one of these objects is.
    """
    for descriptor, path, position in _open_files:
        opened = os.open(path if os.path.exists(path) else os.devnull, os.O_RDONLY)  # noqa: PTH110
        if opened != descriptor:
            os.dup2(opened, descriptor)
            os.close(opened)
        os.lseek(descriptor, position, os.SEEK_SET)


def _renew_time_zone() -> None:
    """Set the time zone constants of `time` again; there is no `time.tzset` in a browser."""
    year = time.localtime().tm_year
    noons = (time.mktime((year, month, 1, 12, 0, 0, 0, 0, -1)) for month in (1, 7))
    january_and_july = [time.localtime(noon) for noon in noons]
    standard, summer = sorted(january_and_july, key=lambda moment: moment.tm_gmtoff)
    time.timezone, time.altzone = -standard.tm_gmtoff, -summer.tm_gmtoff
    time.daylight = int(standard.tm_gmtoff != summer.tm_gmtoff)
    time.tzname = (standard.tm_zone, summer.tm_zone)
