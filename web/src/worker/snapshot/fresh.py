"""What a Python started from a snapshot must make anew: randomness, environment, time zone.

Runs in Pyodide without any other module of pyrt. It is imported before whatever the snapshot is
to hold, so that it sees who draws a seed from the system, and stays in the snapshot; `renew` runs
after each restore.
"""

# ruff: noqa: SLF001, INP001 - state without a public name; a file that travels alone.

import gc
import os
import random
import sys
import time
import weakref
from typing import Any

_unseeded: weakref.WeakSet[random.Random] = weakref.WeakSet()
_bit_generators: list[Any] = []
_original_seed = random.Random.seed

# numpy asks the system for 128 bits; a seed that somebody chose is smaller.
_SYSTEM_ENTROPY_BITS = 65


def watch() -> None:
    """Note every `random.Random` that the system seeds from now on, the shared one included."""

    def watched(self: random.Random, a: Any = None, version: int = 2) -> None:  # noqa: ANN401
        (_unseeded.add if a is None else _unseeded.discard)(self)
        _original_seed(self, a, version)

    random.Random.seed = watched  # type: ignore[method-assign]
    shared: random.Random = random._inst
    random.seed = shared.seed
    _unseeded.add(shared)


def freeze() -> None:
    """Stop watching and find numpy's generators; the last call before the snapshot is taken."""
    random.Random.seed = _original_seed  # type: ignore[method-assign]
    random.seed = random._inst.seed
    gc.collect()
    sys._clear_internal_caches()  # type: ignore[attr-defined,unused-ignore]  # of 3.13: noise
    numpy = sys.modules.get("numpy.random.bit_generator")
    if numpy is not None:
        found = [item for item in gc.get_objects() if isinstance(item, numpy.BitGenerator)]
        _bit_generators.extend(item for item in found if _is_from_system(item))


def _is_from_system(generator: Any) -> bool:  # noqa: ANN401
    entropy = getattr(generator.seed_seq, "entropy", None)
    return isinstance(entropy, int) and entropy.bit_length() >= _SYSTEM_ENTROPY_BITS


def renew(environment: dict[str, str]) -> None:
    """Make anew what belongs to one visit; `environment` holds the variables that may differ."""
    os.environ.update(environment)
    _renew_time_zone()
    for generator in list(_unseeded):
        generator.seed()
    for bits in _bit_generators:
        bits.state = type(bits)().state
    for name, attribute in (("uuid", "_node"), ("tempfile", "_name_sequence")):
        if name in sys.modules:
            setattr(sys.modules[name], attribute, None)


def _renew_time_zone() -> None:
    """Set again what `time` found out when it was imported; it has no `tzset` in a browser."""
    year = time.localtime().tm_year
    noons = (time.mktime((year, month, 1, 12, 0, 0, 0, 0, -1)) for month in (1, 7))
    january_and_july = [time.localtime(noon) for noon in noons]
    standard, summer = sorted(january_and_july, key=lambda moment: moment.tm_gmtoff)
    time.timezone, time.altzone = -standard.tm_gmtoff, -summer.tm_gmtoff
    time.daylight = int(standard.tm_gmtoff != summer.tm_gmtoff)
    time.tzname = (standard.tm_zone, summer.tm_zone)
