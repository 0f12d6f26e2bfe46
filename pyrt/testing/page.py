"""`Page`: a page of an app on CPython, without a browser: what the fixture `pyrt_app` returns.

page = pyrt_app(app)
page.set("amount", value=3)
assert page["total"].children == "3 EUR"
"""

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

from pyrt.engine.tree.index import IndexedComponent
from pyrt.engine.tree.layout import Layout
from pyrt.engine.tree.values import copy_value
from pyrt.model.environment import Location
from pyrt.model.errors import PyrtError
from pyrt.model.ids import is_pattern, match_values, stringify_id
from pyrt.model.serialize import to_json_value
from pyrt.testing import apps
from pyrt.testing.address import Address
from pyrt.testing.elements import Element, as_elements, components, known_props, nearest
from pyrt.testing.host import Host, Settings
from pyrt.testing.javascript import ClientsideWarning as ClientsideWarning  # noqa: PLC0414
from pyrt.testing.jobs import Job
from pyrt.testing.records import Call, PageError

_HTML = "dash_html_components"


class Page:
    """One page of an app. All that a change asks for has happened when a method returns.

    Args:
        app: a `Dash`, its `server`, or the path of a file that makes one. A file is run anew.
        settings: of the page; the keywords of `pyrt_app`.

    Raises:
        PyrtError: `app` is none of these.
        Exception: whatever the app's code raises while it starts.
    """

    def __init__(self, app: object, settings: Settings | None = None) -> None:
        settings = settings or Settings()
        self._made, self._undo = apps.load(app, Address(settings.path).location)
        self._host = Host(self._made, settings)
        self._host.open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the page, and all callbacks that have not ended."""
        self._host.close()
        self._undo()

    # --- what the user does

    def set(self, component_id: object, **props: Any) -> None:  # noqa: ANN401  # any prop
        """Change props of a component as a user does, such as the `value` of an Input.

        As in a browser, a prop that has the value already asks for nothing.

        Raises:
            PyrtError: there is no such component, or it has no such prop.
        """
        node = self._node(component_id)
        kind = str(node.component["type"])
        known = known_props(str(node.component["namespace"]), kind)
        for name in props:
            if known is not None and name not in known and not name.startswith(("data-", "aria-")):
                raise PyrtError(f"{kind} {node.id!r} has no prop {name!r}.{nearest(name, known)}")
        values = {
            name: to_json_value(value, where=f"page.set({node.id!r})")
            for name, value in props.items()
        }
        self._host.user_sets((node, values))

    def click(self, component_id: object) -> None:
        """Click a component: `n_clicks` of it and of those around it grow; links are followed.

        Raises:
            PyrtError: there is no such component, it is disabled, or it takes no clicks.
        """
        node = self._node(component_id)
        kind, namespace = str(node.component["type"]), str(node.component["namespace"])
        props = known_props(namespace, kind)
        if node.props.get("disabled"):
            raise PyrtError(f"{kind} {node.id!r} is disabled: a click on it does nothing.")
        href = node.props.get("href")
        if not isinstance(href, str) and props is not None and "n_clicks" not in props:
            raise PyrtError(
                f"{kind} {node.id!r} has no n_clicks: change what a click on it changes, as in "
                f"page.set({node.id!r}, value=...)."
            )
        clicked = [each for each in self._around(node) if _takes_clicks(each)]
        now = self._host.now_ms()
        self._host.user_sets(
            *(
                (each, {"n_clicks": _clicks(each) + 1, "n_clicks_timestamp": now})
                for each in clicked
            )
        )
        if isinstance(href, str):
            self._follow(node, href)

    def navigate(self, path: str) -> None:
        """Go to another page of the app, as a `dcc.Link` does."""
        self._host.navigate(path)

    def open(self, path: str) -> None:
        """Load the page at another address, as an `html.A` does."""
        self._host.address.push(path)
        self._load()

    def reload(self) -> None:
        """Load the page again; what the browser keeps stays, as `persistence` and stores."""
        self._load()

    def back(self) -> None:
        """Go back in the history."""
        self._host.step_in_history(-1)

    def forward(self) -> None:
        """Go forward in the history."""
        self._host.step_in_history(1)

    def advance(self, seconds: float) -> None:
        """Let the page's clock go on, which stands still otherwise.

        `dcc.Interval` ticks, and `asyncio.sleep` ends, each at its time. `time.sleep` of a callback
        really waits.
        """
        self._host.advance(seconds)

    # --- what the page shows

    def __getitem__(self, component_id: object) -> Element:
        """Return the component with an id as it is now.

        Raises:
            PyrtError: there is none.
        """
        return Element(copy_component(self._node(component_id)))

    def __contains__(self, component_id: object) -> bool:
        return self._host.session.layout.find(stringify_id(component_id)) is not None

    def find_all(self, pattern: object) -> list[Element]:
        """Return the components whose id fits one with `ALL`, in the order of the page."""
        if not is_pattern(pattern):
            return [self[pattern]] if pattern in self else []
        assert isinstance(pattern, dict)
        found = []
        for component in components(copy_value(self._host.session.layout.root)):
            component_id = component["props"].get("id")
            if isinstance(component_id, dict) and match_values(pattern, component_id) is not None:
                found.append(Element(component))
        return found

    @property
    def layout(self) -> Any:  # noqa: ANN401  # a component or a list
        """The whole layout as it is now."""
        return as_elements(copy_value(self._host.session.layout.root))

    @property
    def tree(self) -> Layout:
        """The engine's own tree of components; it changes with the page."""
        return self._host.session.layout

    @property
    def text(self) -> str:
        """The text of the page, as a user would read it: without markup."""
        root = copy_value(self._host.session.layout.root)
        frame = {"type": "", "namespace": "", "props": {"children": root}}
        return Element(frame).text

    @property
    def title(self) -> str:
        """The title of the document."""
        return self._host.title

    @property
    def location(self) -> Location:
        """The address: `pathname`, `search`, `hash`, `href`."""
        return self._host.address.location

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies that callbacks have set."""
        return self._host.environment.cookies

    # --- what has happened

    @property
    def calls(self) -> list[Call]:
        """The names of the Python functions that were called, in order; it may be cleared."""
        return self._host.calls

    @property
    def errors(self) -> list[PageError]:
        """The errors that Dash's dev tools would show, in order; it may be cleared."""
        return self._host.errors

    @property
    def jobs(self) -> list[Job]:
        """With `background="stepped"`: the background callbacks that have not ended."""
        return self._host.background.jobs

    # --- parts

    def _load(self) -> None:
        self._host.tell_address()
        self._host.reload()

    def _node(self, component_id: object) -> IndexedComponent:
        key = stringify_id(component_id)
        node = self._host.session.layout.find(key)
        if node is None:
            ids = [each.id for each in self._host.nodes()]
            few = ", ".join(sorted(map(repr, ids))[:12]) or "none"
            raise PyrtError(
                f"The page has no component with the id {key!r} now.{nearest(str(key), ids)} "
                f"Ids: {few}{', ...' if len(ids) > 12 else ''}"  # noqa: PLR2004
            )
        return node

    def _around(self, node: IndexedComponent) -> Iterator[IndexedComponent]:
        """Yield a component and those around it that have an id, outwards."""
        yield node
        above = node.parent
        while above is not None and above.id:
            if above.component["namespace"] == _HTML:
                yield above
            above = above.parent

    def _follow(self, node: IndexedComponent, href: str) -> None:
        is_plain = node.component["namespace"] == _HTML or node.props.get("external_link")
        if not self._host.address.is_own(href) or node.props.get("target") not in {None, "_self"}:
            return
        if is_plain or node.props.get("refresh"):
            self.open(href)
        else:
            self.navigate(href)


def _takes_clicks(node: IndexedComponent) -> bool:
    names = known_props(str(node.component["namespace"]), str(node.component["type"]))
    has_clicks = names is None or "n_clicks" in names
    return has_clicks and not node.props.get("disable_n_clicks")


def _clicks(node: IndexedComponent) -> int:
    count = node.props.get("n_clicks")
    return count if isinstance(count, int) else 0


def copy_component(node: IndexedComponent) -> Mapping[str, Any]:
    """Return a component of the layout as plain JSON."""
    copied = copy_value(node.component)
    assert isinstance(copied, dict)
    return copied
