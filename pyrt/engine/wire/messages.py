"""The messages between page and worker, as data without behaviour (docs/wire.md).

Fields have the names of the wire in Python's spelling; the JSON is `protocol`'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

type Step = str | int

# The value of a prop that the page has computed itself: it is not sent.
ON_PAGE = object()


@dataclass(frozen=True, slots=True)
class Edit:
    """A change that happened in the page.

    `origin` is `internal`, `clientsideApi`, `external` or `persistence`; see `SetProps` in the
    README.
    """

    path: Sequence[Step]
    props: Mapping[str, object] = field(default_factory=dict)
    component_id: str | None = None
    origin: str = "internal"
    insert: Mapping[str, object] | None = None
    remove: bool = False


# --- page -> worker


@dataclass(frozen=True, slots=True)
class Hello:
    """The page is ready to draw; `rendered` promises the message `Rendered`."""

    seq: int
    lazy: Sequence[str] = ()
    rendered: bool = False


@dataclass(frozen=True, slots=True)
class Rendered:
    """Everything up to this `Update` is on the screen; 0 is the `Layout`."""

    seq: int
    update_seq: int


@dataclass(frozen=True, slots=True)
class SetProps:
    """Props changed in the page; `seen` is the last `Update` it had applied.

    `taken`: numbers of the local callbacks that the page calls itself because of them.
    """

    seq: int
    seen: int
    changes: Sequence[Edit]
    taken: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class ClientsideResult:
    """The end of a `CallClientside`. `values` has one entry for each concrete output, or fewer."""

    seq: int
    run: int
    outcome: str
    values: Sequence[Mapping[str, object]] = ()
    error: Mapping[str, object] | None = None
    taken: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class LocalRun:
    """The page has called a local callback by itself, or has begun to: then `outcome` is missing.

    `taken`: numbers of the callbacks that it calls because of the results.
    """

    seq: int
    callback_index: int
    run: int
    changed: Sequence[tuple[str, str]]
    taken: Sequence[int] | None = None
    outcome: str | None = None
    values: Sequence[Mapping[str, object]] | None = None
    error: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """The components a run waits for are loaded."""

    seq: int
    run: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """These component types are loaded, once and for all."""

    seq: int
    types: Sequence[str]


@dataclass(frozen=True, slots=True)
class Reload:
    """Start over, with a fresh layout."""

    seq: int


@dataclass(frozen=True, slots=True)
class Eval:
    """Evaluate an expression in the app's module; debug sites only."""

    seq: int
    expression: str


@dataclass(frozen=True, slots=True)
class SetEnvironment:
    """The address or the cookies of the page have changed."""

    seq: int
    location: Mapping[str, object] | None = None
    cookie: str | None = None


@dataclass(frozen=True, slots=True)
class RemoteUpdate:
    """A call that goes on elsewhere shows something: `set_props` or progress, in order."""

    seq: int
    run: int
    props: Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class RemoteResult:
    """The end of a `CallRemote`.

    `response` and `side_update` are `{id: {prop: value}}` (S-54), `cookies` texts for
    `document.cookie`, `error` is `{message, traceback?, type?}`.
    """

    seq: int
    run: int
    outcome: str
    response: Mapping[str, Mapping[str, object]] | None = None
    side_update: Mapping[str, Mapping[str, object]] | None = None
    cookies: Sequence[str] | None = None
    error: Mapping[str, object] | None = None


# --- worker -> page


@dataclass(frozen=True, slots=True)
class Layout:
    """The first layout of a session."""

    seq: int
    layout: object


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run starts; its outputs are loading (R-55). `outputs` are `(id, property)`."""

    run: int
    callback: str
    outputs: Sequence[tuple[str, str]]
    persistent: bool = False


@dataclass(frozen=True, slots=True)
class CallClientside:
    """The page shall call a JavaScript function with values it reads itself."""

    run: int
    function: Mapping[str, str]
    inputs: Sequence[object]
    state: Sequence[object]
    triggered: Sequence[Mapping[str, str]]
    outputs: object = None


@dataclass(frozen=True, slots=True)
class CallRemote:
    """The page shall have a Python function called elsewhere, with Dash's own request (S-50).

    `executor` is `job` or `server`; `callback_position` counts the app's callbacks in order of
    registration, `output` is Dash's name for it. `interval` (ms) and
    `progress` (prop ids) are those of background callbacks.
    `retry`: it may be sent again as long as nobody has answered. `cache_key`: a result known under
    it takes the place of the call, unless unread for `expire` seconds.
    """

    run: int
    executor: str
    callback_position: int
    request: Mapping[str, object]
    output: str
    transport: str = "fetch"
    persistent: bool = False
    retry: bool = False
    interval: int | None = None
    progress: Sequence[str] | None = None
    cache_key: str | None = None
    expire: float | None = None


@dataclass(frozen=True, slots=True)
class EndRemote:
    """Nobody waits for the result of a `CallRemote` any more."""

    run: int


@dataclass(frozen=True, slots=True)
class AwaitReady:
    """A run waits until these components are loaded (R-38)."""

    run: int
    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Update:
    """Changes to apply, `(id, {prop: value})`; a value may be `Encoded`, a patch, or `ON_PAGE`."""

    update_seq: int
    seq: int
    changes: Sequence[tuple[str, Mapping[str, object]]]
    origin: str = "callback"
    run: int = 0


@dataclass(frozen=True, slots=True)
class RunEnded:
    """A run is over: `done`, `prevented`, `failed` or `dropped`."""

    run: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Status:
    """What the worker has taken into account, and how many runs are pending."""

    seq: int
    pending: int


@dataclass(frozen=True, slots=True)
class Failure:
    """An error report."""

    kind: str
    title: str
    message: str
    traceback: str = ""
    callback: str | None = None
    run: int | None = None


@dataclass(frozen=True, slots=True)
class Resources:
    """Scripts and styles of packages that were imported late (R-18), and R-51 as it is now."""

    scripts: Sequence[object] = ()
    stylesheets: Sequence[object] = ()
    children_props: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class SetDocument:
    """Facts about the page itself."""

    title: str | None = None
    description: str | None = None
    cookie: str | None = None
    replace_url: str | None = None


@dataclass(frozen=True, slots=True)
class Callbacks:
    """The callback table (S-22); with the JavaScript of callbacks that came late (S-34)."""

    callbacks: Sequence[Mapping[str, object]]
    inline_scripts: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class EvalResult:
    """The value of an expression as JSON text, or the error."""

    seq: int
    value: str | None = None
    error: str | None = None


type PageMessage = (
    Hello
    | Rendered
    | SetProps
    | ClientsideResult
    | LocalRun
    | Ready
    | Loaded
    | Reload
    | Eval
    | SetEnvironment
    | RemoteUpdate
    | RemoteResult
)
type WorkerMessage = (
    Layout
    | RunStarted
    | CallClientside
    | CallRemote
    | EndRemote
    | AwaitReady
    | Update
    | RunEnded
    | Status
    | Failure
    | Resources
    | SetDocument
    | Callbacks
    | EvalResult
)
