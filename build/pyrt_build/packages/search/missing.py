"""Packages of which no version runs in a browser: all that a search would need, and who asks."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyrt_build.packages.search.need import Need
from pyrt_build.packages.search.provider import Provider


@dataclass(slots=True)
class Missing:
    """A package without a candidate.

    Attributes:
        needs: the requirements that ask for it.
        way: who needs the first one that asks, up to the app.
    """

    name: str
    needs: list[Need] = field(default_factory=list)
    way: tuple[str, ...] = ()


def find_missing(roots: Iterable[Need], provider: Provider) -> list[Missing]:
    """Return every package without a candidate among what is required.

    It follows the best candidate of each requirement. A search ends at the first package that is
    missing; a developer wants to hear of all of them.

    Args:
        roots: the requirements of the app.
        provider: a lenient one: bounds that nothing meets are not what is asked about here.
    """
    missing: dict[str, Missing] = {}
    seen: set[str] = set()
    pending: list[tuple[Need, tuple[str, ...]]] = [(root, ()) for root in roots]
    while pending:
        need, way = pending.pop(0)
        if need.name in missing:
            missing[need.name].needs.append(need)
            continue
        identifier = provider.identify(need)
        if identifier in seen:
            continue
        seen.add(identifier)
        find = provider.find_matches(identifier, {identifier: iter([need])}, {identifier: iter(())})
        candidate = next(find(), None)
        if candidate is None:
            missing[need.name] = Missing(need.name, [need], way)
        else:
            above = (need.origin, *way)
            pending += [(each, above) for each in provider.get_dependencies(candidate)]
    return list(missing.values())
