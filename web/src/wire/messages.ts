/** The messages between page and worker: `make wire` writes this from pyrt/engine/wire/messages.py. */

import type { Dictionary, Path } from "./json";
import type {
  CallbackRequest,
  CallbackSpec,
  ChildrenProps,
  ClientsideError,
  ClientsideFunction,
  Config,
  Dependency,
  DryComponent,
  InlineScript,
  Location,
  Outputs,
  PropKey,
  PropsById,
  RemoteError,
  Resource,
  ResultEntry,
  Trigger,
  WorkerChange,
} from "./payloads";

export type EditOrigin = "internal" | "clientsideApi" | "external" | "persistence" | "inPlace";

export type UpdateOrigin = "callback" | "sideUpdate" | "loading";

export type ClientsideEnding = "value" | "prevented" | "error";

export type RemoteEnding = "value" | "prevented" | "error" | "unreachable" | "cancelled";

export type RunEnding = "done" | "prevented" | "failed" | "dropped";

export type FailureKind = "callback" | "layout" | "validation" | "protocol" | "clientside";

export type RemoteExecutor = "job" | "server";

export type PrecomputeScope = "named" | "fit" | "all";

export type RemoteTransport = "fetch" | "websocket";

/** A change of one component that happened in the page. */
export interface Edit {
  /** Of the component in the layout. */
  readonly path: Path;
  /** New values, `{prop: value}`. With the origin `clientsideApi` a value may be a patch (S-100). */
  readonly props: Dictionary;
  /** Of the component, if it has one. It wins over `path`. */
  readonly id?: string;
  /**
   * `internal` (a component called `setProps`), `clientsideApi` (a script called `dash_clientside.set_props`),
   * `external`, `persistence` (restored by R-61) or `inPlace`. The last two request no callbacks.
   */
  readonly origin: EditOrigin;
  /** A component to insert at `path`. */
  readonly insert?: DryComponent;
  /** Whether the component at `path` is removed. */
  readonly remove?: boolean;
}

/**
 * Something that happened in a page whose worker has ended. One of four kinds. Props were changed (`changed`), a prop
 * got new components (`inserted`), the first layout was served (`initial`): these request callbacks. Or a call has
 * begun (`callback`): what was requested of it before is served.
 */
export interface JournalEntry {
  /** The props that were changed, by the page or by a callback. */
  readonly changed?: readonly PropKey[];
  /** `local.index` of the local callbacks that the page has called because of that. */
  readonly taken?: readonly number[];
  /** The prop that holds the new components. */
  readonly inserted?: PropKey;
  /** True. */
  readonly initial?: boolean;
  /** Dash's name of the callback. */
  readonly callback?: string;
  /** Its concrete outputs. */
  readonly outputs?: readonly PropKey[];
}

/** A run of a worker that has ended, whose function the page still has called elsewhere. */
export interface KeptRun {
  readonly run: number;
  /** Dash's name of the callback. */
  readonly callback: string;
  /** Its concrete outputs. */
  readonly outputs: readonly PropKey[];
}

/** What a callback returned for all combinations of the values of its Inputs and State. */
export interface AnswerTable {
  /** Dash's name of the callback. */
  readonly callback: string;
  /** Its Inputs, then its State. */
  readonly inputs: readonly PrecomputedInput[];
  /** How many of them are Inputs. */
  readonly inputCount: number;
  /** Combinations whose call failed are missing. */
  readonly answers: readonly PrecomputedAnswer[];
}

/** An Input or State of a callback whose results are known for some of its values. */
export interface PrecomputedInput {
  readonly id: string;
  readonly property: string;
  /** For which there are results, at least one. */
  readonly values: readonly unknown[];
  /** Whether each value is a list in which the order does not matter, or null. */
  readonly isSet: boolean;
}

/** The results of a callback for one combination of values. */
export interface PrecomputedAnswer {
  /** Of the values, in `values` of each input. */
  readonly positions: readonly number[];
  /** The new props, `{id, props}` each; none if the callback raised PreventUpdate. */
  readonly changes: readonly WorkerChange[];
}

/** The page has loaded the resources and can render. Starts a session; answered by `Layout`. */
export interface Hello {
  readonly type: "Hello";
  readonly seq: number;
  /** Component types, `namespace/Type`, that are not loaded yet. */
  readonly lazy: readonly string[];
  /** Whether the page will send `Rendered`. Without it no run waits for that message. */
  readonly rendered: boolean;
}

/**
 * Replaces `Hello` in a new worker, whose page is open: the worker before has ended. Starts a session with the layout
 * that the page shows. There are no initial calls: what had been requested and had not begun is requested again.
 */
export interface Resume {
  readonly type: "Resume";
  readonly seq: number;
  /** What the page shows, with its own changes. */
  readonly layout: unknown;
  /** As in `Hello`. */
  readonly lazy: readonly string[];
  /** Of the last `Update` that the page has drawn; the next one follows it. */
  readonly updateSeq: number;
  /** The id for the next run. */
  readonly run: number;
  /** What has happened since nothing was left to call, in order. */
  readonly journal: readonly JournalEntry[];
  /**
   * Runs of the page: clientside, in job workers, on a server. Each is called again with its id, and the page then goes
   * on with the call that it has.
   */
  readonly kept: readonly KeptRun[];
}

/**
 * The page has rendered the `Layout`, or an `Update` with components or with `confirm`. What components sent when they
 * mounted or got their props stands before this message. Initial calls (S-64), and callbacks that read what a component
 * may answer (S-87), wait for it.
 */
export interface Rendered {
  readonly type: "Rendered";
  readonly seq: number;
  /** Of the `Update`; 0 is the `Layout`. */
  readonly updateSeq: number;
}

/**
 * Props were changed in the page, which has applied them already; one batch per microtask. All changed props request
 * the callbacks that read them. Equal values were left out.
 */
export interface SetProps {
  readonly type: "SetProps";
  readonly seq: number;
  /** `updateSeq` of the last `Update` that the page had applied. */
  readonly seen: number;
  /** In order. */
  readonly changes: readonly Edit[];
  /**
   * `local.index` of the local callbacks that the page calls itself because of this message, so that the worker does
   * not.
   */
  readonly taken?: readonly number[];
}

/** The end of a `CallClientside`. */
export interface ClientsideResult {
  readonly type: "ClientsideResult";
  readonly seq: number;
  readonly run: number;
  readonly outcome: ClientsideEnding;
  /**
   * One entry for each concrete output, in the order of `outputs` flattened: `{value}`, `{noUpdate: true}`, or `{}` for
   * undefined. Outputs without an entry are not updated.
   */
  readonly values?: readonly ResultEntry[];
  /** `{message, stack}`. */
  readonly error?: ClientsideError;
  /** As in `SetProps`. */
  readonly taken?: readonly number[];
}

/**
 * The page has called a local callback, or has begun to: then `outcome` is missing. A `ClientsideResult` follows where
 * the function returned a promise. The page has applied the results already.
 */
export interface LocalRun {
  readonly type: "LocalRun";
  readonly seq: number;
  /** `local.index` of the callback. */
  readonly callbackIndex: number;
  /** The page counts its runs from 2^40 on. */
  readonly run: number;
  /**
   * `updateSeq` of the last `Update` that the page had applied when it called the function. A run that a later one has
   * requested is still to come.
   */
  readonly seen: number;
  /** The props that caused the call. */
  readonly changed: readonly PropKey[];
  /** As in `SetProps`. */
  readonly taken?: readonly number[];
  readonly outcome?: ClientsideEnding;
  /** As in `ClientsideResult`. */
  readonly values?: readonly ResultEntry[];
  /** As in `ClientsideResult`. */
  readonly error?: ClientsideError;
}

/** The components of an `AwaitReady` are loaded. */
export interface Ready {
  readonly type: "Ready";
  readonly seq: number;
  readonly run: number;
}

/** Lazy component types are loaded from now on. */
export interface Loaded {
  readonly type: "Loaded";
  readonly seq: number;
  /** `namespace/Type`. */
  readonly types: readonly string[];
}

/** Asks for a new session in the same interpreter: the layout is served again (S-181). */
export interface Reload {
  readonly type: "Reload";
  readonly seq: number;
}

/**
 * Asks for the value of an expression in the app's module: in sites built with `--debug`. In sites that offer their
 * tools to agents, a text that begins with `agents:` is a request of `pyrt/agents/open_page/tab.py`.
 */
export interface Eval {
  readonly type: "Eval";
  readonly seq: number;
  readonly expression: string;
}

/** Compute results in advance; answered by `Precomputed`. Only in the rehearsal of a build. */
export interface Precompute {
  readonly type: "Precompute";
  readonly seq: number;
  /** Callbacks, `module:function` each, beside those declared with `precompute=True`. */
  readonly functions: readonly string[];
  /** Which others: none (`named`), those that are fit for it (`fit`), or `all`. */
  readonly scope: PrecomputeScope;
  /** At most so many calls for one callback. */
  readonly maxCalls: number;
}

/** The address or the cookies of the page have changed (S-113). */
export interface SetEnvironment {
  readonly type: "SetEnvironment";
  readonly seq: number;
  readonly location?: Location;
  /** `document.cookie`. */
  readonly cookie?: string;
}

/** Props that the function of a `CallRemote` has set while it runs. */
export interface RemoteUpdate {
  readonly type: "RemoteUpdate";
  readonly seq: number;
  readonly run: number;
  /** `{id: {prop: value}}` of `set_props`, or of progress. */
  readonly props: PropsById;
}

/** The end of a `CallRemote`. Ignored after `EndRemote`. */
export interface RemoteResult {
  readonly type: "RemoteResult";
  readonly seq: number;
  readonly run: number;
  /**
   * `unreachable`: there was no answer; the worker may call the function itself, where `fallback="browser"` allows it.
   * `cancelled`: something else has ended the call.
   */
  readonly outcome: RemoteEnding;
  /** `{id: {prop: value}}` (S-54). */
  readonly response?: PropsById;
  /** What `set_props` has collected, in the same form. */
  readonly sideUpdate?: PropsById;
  /** Texts for `document.cookie`. */
  readonly cookies?: readonly string[];
  /** `{message, traceback?, type?}`. */
  readonly error?: RemoteError;
}

/** The page around the layout: once, after the app's script has run, before `Hello`. */
export interface Document {
  readonly type: "Document";
  /** The rendered index template (S-165), with markers in the place of resources. */
  readonly index: string;
  readonly title: string;
  /** The title while callbacks run (S-160). */
  readonly updateTitle?: string;
  /** In Dash's order, `[{src, type?, attributes?}]`. */
  readonly scripts: readonly Resource[];
  /** As `scripts`. */
  readonly stylesheets: readonly Resource[];
  /** Sources of inline clientside functions, `[{hash, source}]`. */
  readonly inlineScripts: readonly InlineScript[];
  /** URL. */
  readonly favicon?: string;
  /** What Dash puts into `_dash-config`; see below. */
  readonly config: Config;
  /** The props that hold components. */
  readonly childrenProps: ChildrenProps;
  /** Whether some callback runs in a job worker. */
  readonly jobs: boolean;
}

/** The first layout of a session. Initial runs follow. */
export interface Layout {
  readonly type: "Layout";
  readonly seq: number;
  /** Components as data. */
  readonly layout: unknown;
}

/** A run starts, before its function is called; its outputs are loading. */
export interface RunStarted {
  readonly type: "RunStarted";
  readonly run: number;
  /** Dash's name for it, as in `CallbackSpec.output`. */
  readonly callback: string;
  /** Its concrete outputs. */
  readonly outputs: readonly PropKey[];
  /** Whether it is a persistent callback, which does not count as pending. */
  readonly persistent: boolean;
}

/** Asks the page to call a JavaScript function with values that the page reads itself. */
export interface CallClientside {
  readonly type: "CallClientside";
  readonly run: number;
  /** `{namespace, name}`. */
  readonly function: ClientsideFunction;
  /**
   * For each dependency `{id, property}`, or a list of these for a wildcard. `before: [value]` is added where the page
   * shows a newer value, which a local callback of the same trigger has written; `before: []` if the prop was not set.
   */
  readonly inputs: readonly Dependency[];
  /** As `inputs`. */
  readonly state: readonly Dependency[];
  /** `[{propId}]`. */
  readonly triggered: readonly Trigger[];
  /** In the shape of S-50; missing without outputs. */
  readonly outputs?: Outputs;
}

/** Asks the page to have a Python function called by a job worker or a server. */
export interface CallRemote {
  readonly type: "CallRemote";
  readonly run: number;
  /** What calls the function. */
  readonly executor: RemoteExecutor;
  /** Of the callback among all of the app, in order of registration, from 0. */
  readonly callbackPosition: number;
  /** The body that Dash would post (S-50). */
  readonly request: CallbackRequest;
  /** Dash's name for the callback. */
  readonly output: string;
  readonly transport: RemoteTransport;
  /** Whether it is a persistent callback. */
  readonly persistent: boolean;
  /** Whether the request may be sent again as long as there was no answer. */
  readonly retry: boolean;
  /** Milliseconds between polls; background callbacks only. */
  readonly interval?: number;
  /** Prop ids that `set_progress` writes; background callbacks only. */
  readonly progress?: readonly string[];
  /** A result that the page has stored under this key takes the place of the call (S-125); jobs only. */
  readonly cacheKey?: string;
  /** Seconds after which a stored result that was not read is forgotten. */
  readonly expire?: number;
}

/** The result of a `CallRemote` is not needed any more: its worker or request is ended. Rules: S-77, S-123, S-124. */
export interface EndRemote {
  readonly type: "EndRemote";
  readonly run: number;
}

/** A run waits until components are loaded; answered by `Ready`. */
export interface AwaitReady {
  readonly type: "AwaitReady";
  readonly run: number;
  /** Components whose type is in `lazy` of `Hello`. */
  readonly ids: readonly string[];
}

/** Props to set in the page's layout, in order. An id that is not in the layout is skipped. */
export interface Update {
  readonly type: "Update";
  /** Counts these messages from 1. */
  readonly updateSeq: number;
  /**
   * Of the last message of the page that was taken into account. The page keeps its own value of a prop that it has
   * changed in a later message.
   */
  readonly seq: number;
  /**
   * `[{id, props, kept?}]`. A value may be a patch (S-100). `kept` names props whose value the page has already, as the
   * result of its clientside run `run`.
   */
  readonly changes: readonly WorkerChange[];
  /**
   * The outputs of a callback (`callback`), what `set_props` has set (`sideUpdate`), or the values of `running` and
   * `progress`, which count only while it runs (`loading`).
   */
  readonly origin: UpdateOrigin;
  /** Of a clientside callback, where there is `kept`. */
  readonly run?: number;
  /** Whether the page must send `Rendered` for it, as runs wait for what its components answer (S-87). */
  readonly confirm?: boolean;
}

/** A run has ended: its outputs are no longer loading, results that the page has kept are freed. */
export interface RunEnded {
  readonly type: "RunEnded";
  readonly run: number;
  /** `prevented` and `failed` leave the outputs as they are; `dropped` runs were overtaken by a later one (S-77). */
  readonly outcome: RunEnding;
}

/** How far the worker is; at the end of each batch in which this changed. */
export interface Status {
  readonly type: "Status";
  /** Of the last message of the page that was handled. */
  readonly seq: number;
  /** The number of runs that have not ended, without persistent ones. */
  readonly pending: number;
  /**
   * `local.index` of the local callbacks of which the worker has a run of its own: the page has not called them, and
   * leaves to the worker what depends on them (S-71).
   */
  readonly local?: readonly number[];
  /** The runs whose Python function has been called here and has not returned. */
  readonly called?: readonly number[];
}

/** An error report, for dev tools and console. */
export interface Failure {
  readonly type: "Failure";
  readonly kind: FailureKind;
  readonly title: string;
  readonly message: string;
  readonly traceback: string;
  /** Dash's name of the callback. */
  readonly callback?: string;
  readonly run?: number;
}

/** Files of packages that were imported late; loaded before what follows is applied. */
export interface Resources {
  readonly type: "Resources";
  /** `[{src, type?, attributes?}]`. */
  readonly scripts: readonly Resource[];
  /** As `scripts`. */
  readonly stylesheets: readonly Resource[];
  /** The props that hold components, with those of the new packages. */
  readonly childrenProps?: ChildrenProps;
}

/** Changes of the document around the layout. */
export interface SetDocument {
  readonly type: "SetDocument";
  readonly title?: string;
  /** Content of the meta tag. */
  readonly description?: string;
  /** Text for `document.cookie`. */
  readonly cookie?: string;
  /** Path, query and fragment for the address bar, without a navigation. */
  readonly replaceUrl?: string;
}

/** The callback table: once after `Document`, and again when callbacks were added (S-34). */
export interface Callbacks {
  readonly type: "Callbacks";
  /** Specs as in S-22; local callbacks have `local: {index, order, outputs}`. */
  readonly callbacks: readonly CallbackSpec[];
  /** `[{hash, source}]` of all inline clientside functions, after an addition. */
  readonly inlineScripts?: readonly InlineScript[];
}

/** Answers `Eval`. */
export interface EvalResult {
  readonly type: "EvalResult";
  /** Of the `Eval`. */
  readonly seq: number;
  /** JSON text. */
  readonly value?: string;
  /** Traceback. */
  readonly error?: string;
}

/** Answers `Precompute`. */
export interface Precomputed {
  readonly type: "Precomputed";
  /** One for each callback whose results are known. */
  readonly tables: readonly AnswerTable[];
  /** Sentences: why a callback, or one combination, is left to Python. */
  readonly refused: readonly string[];
}

export type PageMessage =
  | Hello
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
  | RemoteResult;

export type EngineMessage =
  | Document
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
  | Precomputed;
