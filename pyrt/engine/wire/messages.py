"""The messages between page and worker, as data without behaviour.

`make wire` writes the types of TypeScript (web/src/wire/messages.ts) and the table of docs/wire.md
from this module: fields from annotations, meanings from docstrings. The JSON key of a field is its
name in camelCase. A field whose default is None may be missing in the JSON.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Literal

from pyrt.engine.wire.record import record

# --- what messages carry. Aliases of literals are written to TypeScript; the others have an
# interface of the same name in web/src/wire/payloads.ts.

# The value of a prop in an `Update` that the page has computed itself: it is not sent.
ON_PAGE = object()

type Step = str | int
type Path = Sequence[Step]
type PropsById = Mapping[str, Mapping[str, object]]
type DryComponent = Mapping[str, object]
type PropKey = tuple[str, str]
type WorkerChange = tuple[str, Mapping[str, object]]
type Dependency = object
type Outputs = object
type Location = Mapping[str, object]
type ClientsideFunction = Mapping[str, str]
type ClientsideError = Mapping[str, object]
type ResultEntry = Mapping[str, object]
type Trigger = Mapping[str, str]
type CallbackRequest = Mapping[str, object]
type RemoteError = Mapping[str, object]
type Resource = Mapping[str, object]
type InlineScript = Mapping[str, str]
type ChildrenProps = Mapping[str, object]
type CallbackSpec = Mapping[str, object]
type Config = object

type EditOrigin = Literal["internal", "clientsideApi", "external", "persistence", "inPlace"]
type UpdateOrigin = Literal["callback", "sideUpdate", "loading"]
type ClientsideEnding = Literal["value", "prevented", "error"]
type RemoteEnding = Literal["value", "prevented", "error", "unreachable", "cancelled"]
type RunEnding = Literal["done", "prevented", "failed", "dropped"]
type FailureKind = Literal["callback", "layout", "validation", "protocol", "clientside"]
type RemoteExecutor = Literal["job", "server"]
type PrecomputeScope = Literal["named", "fit", "all"]
type RemoteTransport = Literal["fetch", "websocket"]


@record
class Edit:
    """A change of one component that happened in the page.

    Attributes:
        path: of the component in the layout.
        props: new values, `{prop: value}`. With the origin `clientsideApi` a value may be a patch
            (S-100).
        origin: `internal` (a component called `setProps`), `clientsideApi` (a script called
            `dash_clientside.set_props`), `external` (R-26), `persistence` (restored by R-61) or
            `inPlace` (R-81). The last two request no callbacks.
        id: of the component, if it has one. It wins over `path`.
        insert: a component to insert at `path` (R-26).
        remove: whether the component at `path` is removed (R-26).
    """

    path: Path
    props: Mapping[str, object] = field(default_factory=dict)
    id: str | None = None
    origin: EditOrigin = "internal"
    insert: DryComponent | None = None
    remove: bool | None = None


@record
class JournalEntry:
    """Something that happened in a page whose worker has ended. One of four kinds.

    Props were changed (`changed`), a prop got new components (`inserted`), the first layout was
    served (`initial`): these request callbacks. Or a call has begun (`callback`): what was
    requested of it before is served.

    Attributes:
        changed: the props that were changed, by the page or by a callback.
        taken: `local.index` of the local callbacks that the page has called because of that.
        inserted: the prop that holds the new components.
        initial: true.
        callback: Dash's name of the callback.
        outputs: its concrete outputs.
    """

    changed: Sequence[PropKey] | None = None
    taken: Sequence[int] | None = None
    inserted: PropKey | None = None
    initial: bool | None = None
    callback: str | None = None
    outputs: Sequence[PropKey] | None = None


@record
class KeptRun:
    """A run of a worker that has ended, whose function the page still has called elsewhere.

    Attributes:
        callback: Dash's name of the callback.
        outputs: its concrete outputs.
    """

    run: int
    callback: str
    outputs: Sequence[PropKey] = ()


@record
class PrecomputedInput:
    """An Input or State of a callback whose results are known for some of its values.

    Attributes:
        values: for which there are results, at least one.
        is_set: whether each value is a list in which the order does not matter, or null.
    """

    id: str
    property: str
    values: Sequence[object]
    is_set: bool = False


@record
class PrecomputedAnswer:
    """The results of a callback for one combination of values.

    Attributes:
        positions: of the values, in `values` of each input.
        changes: the new props, `{id, props}` each; none if the callback raised PreventUpdate.
    """

    positions: Sequence[int]
    changes: Sequence[WorkerChange]


@record
class AnswerTable:
    """What a callback returned for all combinations of the values of its Inputs and State.

    Attributes:
        callback: Dash's name of the callback.
        inputs: its Inputs, then its State.
        input_count: how many of them are Inputs.
        answers: combinations whose call failed are missing.
    """

    callback: str
    inputs: Sequence[PrecomputedInput]
    input_count: int
    answers: Sequence[PrecomputedAnswer]


# --- page -> worker


@record
class Hello:
    """The page has loaded the resources and can render. Starts a session; answered by `Layout`.

    Attributes:
        lazy: component types, `namespace/Type`, that are not loaded yet (R-38).
        rendered: whether the page will send `Rendered`. Without it no run waits for that message.
    """

    seq: int
    lazy: Sequence[str] = ()
    rendered: bool = False


@record
class Resume:
    """Replaces `Hello` in a new worker, whose page is open: the worker before has ended.

    Starts a session with the layout that the page shows. There are no initial calls: what had been
    requested and had not begun is requested again.

    Attributes:
        layout: what the page shows, with its own changes.
        lazy: as in `Hello`.
        update_seq: of the last `Update` that the page has drawn; the next one follows it.
        run: the id for the next run.
        journal: what has happened since nothing was left to call, in order.
        kept: runs of the page: clientside, in job workers, on a server. Each is called again with
            its id, and the page then goes on with the call that it has.
    """

    seq: int
    layout: object
    lazy: Sequence[str] = ()
    update_seq: int = 0
    run: int = 1
    journal: Sequence[JournalEntry] = ()
    kept: Sequence[KeptRun] = ()


@record
class Rendered:
    """The page has rendered the `Layout`, or an `Update` with components or with `confirm`.

    What components sent when they mounted or got their props stands before this message. Initial
    calls (S-64), and callbacks that read what a component may answer (S-87), wait for it.

    Attributes:
        update_seq: of the `Update`; 0 is the `Layout`.
    """

    seq: int
    update_seq: int


@record
class SetProps:
    """Props were changed in the page, which has applied them already; one batch per microtask.

    All changed props request the callbacks that read them. Equal values were left out (R-32).

    Attributes:
        seen: `updateSeq` of the last `Update` that the page had applied.
        changes: in order.
        taken: `local.index` of the local callbacks that the page calls itself because of this
            message, so that the worker does not.
    """

    seq: int
    seen: int
    changes: Sequence[Edit]
    taken: Sequence[int] | None = None


@record
class ClientsideResult:
    """The end of a `CallClientside`.

    Attributes:
        values: one entry for each concrete output, in the order of `outputs` flattened:
            `{value}`, `{noUpdate: true}`, or `{}` for undefined. Outputs without an entry are not
            updated.
        error: `{message, stack}`.
        taken: as in `SetProps`.
    """

    seq: int
    run: int
    outcome: ClientsideEnding
    values: Sequence[ResultEntry] | None = None
    error: ClientsideError | None = None
    taken: Sequence[int] | None = None


@record
class LocalRun:
    """The page has called a local callback, or has begun to: then `outcome` is missing.

    A `ClientsideResult` follows where the function returned a promise. The page has applied the
    results already.

    Attributes:
        callback_index: `local.index` of the callback.
        run: the page counts its runs from 2^40 on.
        seen: `updateSeq` of the last `Update` that the page had applied when it called the
            function. A run that a later one has requested is still to come.
        changed: the props that caused the call.
        taken: as in `SetProps`.
        values: as in `ClientsideResult`.
        error: as in `ClientsideResult`.
    """

    seq: int
    callback_index: int
    run: int
    seen: int
    changed: Sequence[PropKey]
    taken: Sequence[int] | None = None
    outcome: ClientsideEnding | None = None
    values: Sequence[ResultEntry] | None = None
    error: ClientsideError | None = None


@record
class Ready:
    """The components of an `AwaitReady` are loaded."""

    seq: int
    run: int


@record
class Loaded:
    """Lazy component types are loaded from now on.

    Attributes:
        types: `namespace/Type`.
    """

    seq: int
    types: Sequence[str]


@record
class Reload:
    """Asks for a new session in the same interpreter: the layout is served again (S-181)."""

    seq: int


@record
class Eval:
    """Asks for the value of an expression in the app's module: in sites built with `--debug`.

    In sites that offer their tools to agents, a text that begins with `agents:` is a request of
    `pyrt/agents/open_page/tab.py`.
    """

    seq: int
    expression: str


@record
class Precompute:
    """Compute results in advance; answered by `Precomputed`. Only in the rehearsal of a build.

    Attributes:
        functions: callbacks, `module:function` each, beside those declared with `precompute=True`.
        scope: which others: none (`named`), those that are fit for it (`fit`), or `all`.
        max_calls: at most so many calls for one callback.
    """

    seq: int
    functions: Sequence[str]
    scope: PrecomputeScope
    max_calls: int


@record
class SetEnvironment:
    """The address or the cookies of the page have changed (S-113).

    Attributes:
        cookie: `document.cookie`.
    """

    seq: int
    location: Location | None = None
    cookie: str | None = None


@record
class RemoteUpdate:
    """Props that the function of a `CallRemote` has set while it runs.

    Attributes:
        props: `{id: {prop: value}}` of `set_props`, or of progress.
    """

    seq: int
    run: int
    props: PropsById


@record
class RemoteResult:
    """The end of a `CallRemote`. Ignored after `EndRemote`.

    Attributes:
        outcome: `unreachable`: there was no answer; the worker may call the function itself, where
            `fallback="browser"` allows it. `cancelled`: something else has ended the call.
        response: `{id: {prop: value}}` (S-54).
        side_update: what `set_props` has collected, in the same form.
        cookies: texts for `document.cookie`.
        error: `{message, traceback?, type?}`.
    """

    seq: int
    run: int
    outcome: RemoteEnding
    response: PropsById | None = None
    side_update: PropsById | None = None
    cookies: Sequence[str] | None = None
    error: RemoteError | None = None


# --- worker -> page


@record
class Document:
    """The page around the layout: once, after the app's script has run, before `Hello`.

    Attributes:
        index: the rendered index template (S-165), with markers in the place of resources.
        update_title: the title while callbacks run (S-160).
        scripts: in Dash's order (R-7), `[{src, type?, attributes?}]`.
        stylesheets: as `scripts`.
        inline_scripts: sources of inline clientside functions, `[{hash, source}]`.
        favicon: URL.
        config: what Dash puts into `_dash-config`; see below.
        children_props: the props that hold components (R-51).
        jobs: whether some callback runs in a job worker.
    """

    index: str
    title: str
    update_title: str | None
    scripts: Sequence[Resource]
    stylesheets: Sequence[Resource]
    inline_scripts: Sequence[InlineScript]
    favicon: str | None
    config: Config
    children_props: ChildrenProps
    jobs: bool = False


@record
class Layout:
    """The first layout of a session. Initial runs follow.

    Attributes:
        layout: components as data (R-64).
    """

    seq: int
    layout: object


@record
class RunStarted:
    """A run starts, before its function is called; its outputs are loading (R-55).

    Attributes:
        callback: Dash's name for it, as in `CallbackSpec.output`.
        outputs: its concrete outputs.
        persistent: whether it is a persistent callback, which does not count as pending.
    """

    run: int
    callback: str
    outputs: Sequence[PropKey]
    persistent: bool = False


@record
class CallClientside:
    """Asks the page to call a JavaScript function with values that the page reads itself.

    Attributes:
        function: `{namespace, name}`.
        inputs: for each dependency `{id, property}`, or a list of these for a wildcard. `before:
            [value]` is added where the page shows a newer value, which a local callback of the same
            trigger has written; `before: []` if the prop was not set.
        state: as `inputs`.
        triggered: `[{propId}]`.
        outputs: in the shape of S-50; missing without outputs.
    """

    run: int
    function: ClientsideFunction
    inputs: Sequence[Dependency]
    state: Sequence[Dependency]
    triggered: Sequence[Trigger]
    outputs: Outputs | None = None


@record
class CallRemote:
    """Asks the page to have a Python function called by a job worker or a server.

    Attributes:
        executor: what calls the function.
        callback_position: of the callback among all of the app, in order of registration, from 0.
        request: the body that Dash would post (S-50).
        output: Dash's name for the callback.
        persistent: whether it is a persistent callback.
        retry: whether the request may be sent again as long as there was no answer.
        interval: milliseconds between polls; background callbacks only.
        progress: prop ids that `set_progress` writes; background callbacks only.
        cache_key: a result that the page has stored under this key takes the place of the call
            (S-125); jobs only.
        expire: seconds after which a stored result that was not read is forgotten.
    """

    run: int
    executor: RemoteExecutor
    callback_position: int
    request: CallbackRequest
    output: str
    transport: RemoteTransport = "fetch"
    persistent: bool = False
    retry: bool = False
    interval: int | None = None
    progress: Sequence[str] | None = None
    cache_key: str | None = None
    expire: float | None = None


@record
class EndRemote:
    """The result of a `CallRemote` is not needed any more: its worker or request is ended.

    Rules: S-77, S-123, S-124.
    """

    run: int


@record
class AwaitReady:
    """A run waits until components are loaded (R-38); answered by `Ready`.

    Attributes:
        ids: components whose type is in `lazy` of `Hello`.
    """

    run: int
    ids: Sequence[str]


@record
class Update:
    """Props to set in the page's layout, in order. An id that is not in the layout is skipped.

    Attributes:
        update_seq: counts these messages from 1.
        seq: of the last message of the page that was taken into account. The page keeps its own
            value of a prop that it has changed in a later message.
        changes: `[{id, props, kept?}]`. A value may be a patch (S-100). `kept` names props whose
            value the page has already, as the result of its clientside run `run`.
        origin: the outputs of a callback (`callback`), what `set_props` has set (`sideUpdate`), or
            the values of `running` and `progress`, which count only while it runs (`loading`).
        run: of a clientside callback, where there is `kept`.
        confirm: whether the page must send `Rendered` for it, as runs wait for what its components
            answer (S-87).
    """

    update_seq: int
    seq: int
    changes: Sequence[WorkerChange]
    origin: UpdateOrigin = "callback"
    run: int | None = None
    confirm: bool | None = None


@record
class RunEnded:
    """A run has ended: its outputs are no longer loading, results that the page has kept are freed.

    Attributes:
        outcome: `prevented` and `failed` leave the outputs as they are; `dropped` runs were
            overtaken by a later one (S-77).
    """

    run: int
    outcome: RunEnding


@record
class Status:
    """How far the worker is; at the end of each batch in which this changed.

    Attributes:
        seq: of the last message of the page that was handled.
        pending: the number of runs that have not ended, without persistent ones (R-57).
        local: `local.index` of the local callbacks of which the worker has a run of its own: the
            page has not called them, and leaves to the worker what depends on them (S-71).
        called: the runs whose Python function has been called here and has not returned.
    """

    seq: int
    pending: int
    local: Sequence[int] | None = None
    called: Sequence[int] | None = None


@record
class Failure:
    """An error report, for dev tools and console.

    Attributes:
        callback: Dash's name of the callback.
    """

    kind: FailureKind
    title: str
    message: str
    traceback: str = ""
    callback: str | None = None
    run: int | None = None


@record
class Resources:
    """Files of packages that were imported late (R-18); loaded before what follows is applied.

    Attributes:
        scripts: `[{src, type?, attributes?}]`.
        stylesheets: as `scripts`.
        children_props: the props that hold components (R-51), with those of the new packages.
    """

    scripts: Sequence[Resource] = ()
    stylesheets: Sequence[Resource] = ()
    children_props: ChildrenProps | None = None


@record
class SetDocument:
    """Changes of the document around the layout.

    Attributes:
        description: content of the meta tag.
        cookie: text for `document.cookie`.
        replace_url: path, query and fragment for the address bar, without a navigation.
    """

    title: str | None = None
    description: str | None = None
    cookie: str | None = None
    replace_url: str | None = None


@record
class Callbacks:
    """The callback table: once after `Document`, and again when callbacks were added (S-34).

    Attributes:
        callbacks: specs as in S-22; local callbacks have `local: {index, order, outputs}`.
        inline_scripts: `[{hash, source}]` of all inline clientside functions, after an addition.
    """

    callbacks: Sequence[CallbackSpec]
    inline_scripts: Sequence[InlineScript] | None = None


@record
class EvalResult:
    """Answers `Eval`.

    Attributes:
        seq: of the `Eval`.
        value: JSON text.
        error: traceback.
    """

    seq: int
    value: str | None = None
    error: str | None = None


@record
class Precomputed:
    """Answers `Precompute`.

    Attributes:
        tables: one for each callback whose results are known.
        refused: sentences: why a callback, or one combination, is left to Python.
    """

    tables: Sequence[AnswerTable]
    refused: Sequence[str]


type PageMessage = (
    Hello
    | Resume
    | Rendered
    | SetProps
    | ClientsideResult
    | LocalRun
    | Ready
    | Loaded
    | Reload
    | Eval
    | Precompute
    | SetEnvironment
    | RemoteUpdate
    | RemoteResult
)
type EngineMessage = (
    Document
    | Layout
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
    | Precomputed
)
