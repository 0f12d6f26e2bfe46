"""The address of a test's page: history, links, and `dcc.Location` (R-69, R-70)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from pyrt.model.environment import Location

ORIGIN = "http://127.0.0.1:8050"
_FIELDS = ("pathname", "href", "hash", "search")  # in the order in which the component looks


def make_location(url: str) -> Location:
    """Return the parts of an absolute address."""
    parts = urlsplit(url)
    search = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    origin = f"{parts.scheme}://{parts.netloc}"
    return Location(
        f"{origin}{parts.path or '/'}{search}{fragment}",
        origin,
        parts.path or "/",
        search,
        fragment,
    )


@dataclass(frozen=True, slots=True)
class Move:
    """What a change of a `dcc.Location` asks for.

    Attributes:
        url: the new address.
        reloads: whether the page is loaded again.
        tells_all: whether all `dcc.Location` of the page learn of it.
    """

    url: str
    reloads: bool
    tells_all: bool


class Address:
    """Where the page is, and where it has been."""

    def __init__(self, path: str) -> None:
        self._entries = [make_location(urljoin(f"{ORIGIN}/", path))]
        self._at = 0

    @property
    def location(self) -> Location:
        """The current address."""
        return self._entries[self._at]

    def resolve(self, url: str) -> str:
        """Return the absolute address of a link."""
        return urljoin(self.location.href, url)

    def is_own(self, url: str) -> bool:
        """Tell whether a link leads to a page of the same origin."""
        return self.resolve(url).startswith(f"{self.location.origin}/")

    def push(self, url: str) -> None:
        """Go to another address: `history.pushState`."""
        self._entries[self._at + 1 :] = [make_location(self.resolve(url))]
        self._at += 1

    def replace(self, url: str) -> None:
        """Change the current entry: `history.replaceState`."""
        self._entries[self._at] = make_location(self.resolve(url))

    def step(self, steps: int) -> bool:
        """Go back (-1) or forward (1); tell whether there is such an entry."""
        if not 0 <= self._at + steps < len(self._entries):
            return False
        self._at += steps
        return True

    def difference(self, props: Mapping[str, object]) -> dict[str, object]:
        """Return what a `dcc.Location` with these props has to send."""
        now = self.location
        return {
            name: getattr(now, name) for name in _FIELDS if props.get(name) != getattr(now, name)
        }

    def missing(self, props: Mapping[str, object]) -> dict[str, object]:
        """Return the props that a `dcc.Location` lacks when it is mounted."""
        return {name: getattr(self.location, name) for name in _FIELDS if props.get(name) is None}

    def move(self, props: Mapping[str, object], changed: Mapping[str, object]) -> Move | None:
        """Return what a `dcc.Location` does after some of its props were changed."""
        wanted = {
            name: str(props[name])
            for name in _FIELDS
            if name in changed
            and props.get(name) is not None
            and props[name] != getattr(self.location, name)
        }
        if not wanted:
            return None
        refresh = props.get("refresh", True)
        return Move(self._url(wanted), refresh is True, refresh == "callback-nav")

    def _url(self, wanted: Mapping[str, str]) -> str:
        if "href" in wanted:
            return wanted["href"]
        now = self.location
        parts = {name: wanted.get(name, getattr(now, name)) for name in ("pathname", "search")}
        return "".join([*parts.values(), wanted.get("hash", now.hash)])
