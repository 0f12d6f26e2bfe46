/**
 * The messages between page and worker (docs/wire.md), and their text form. The only module that knows how
 * a batch is written; it has no state and moves nothing.
 */

import { type Dictionary, isDictionary, type Path } from "./json";

/** What `postMessage` carries: the JSON of a list of messages, and the buffers its large arrays refer to. */
export interface Batch {
  readonly text: string;
  readonly buffers: readonly ArrayBuffer[];
}

/** A component as data. `props` may hold `children` and everything the app has set. */
export interface DryComponent {
  readonly type: string;
  readonly namespace: string;
  readonly props: Dictionary;
}

export type ComponentId = string | Dictionary;

export interface PropReference {
  readonly id: ComponentId;
  readonly property: string;
}

/** One dependency of a callback: a property, or the list of those that a wildcard matched. */
export type Dependency = PropReference | readonly PropReference[];

export type Origin = "internal" | "clientsideApi" | "external" | "persistence";

export interface PageChange {
  readonly path: Path;
  readonly id?: string;
  readonly props: Dictionary;
  readonly origin: Origin;
  readonly insert?: unknown;
  readonly remove?: true;
}

export type ResultEntry = { readonly value?: unknown } | { readonly noUpdate: true };

export interface Location {
  readonly href: string;
  readonly origin: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}

export type PageMessage =
  | { type: "Hello"; seq: number; lazy: string[]; rendered: true }
  | { type: "Rendered"; seq: number; updateSeq: number }
  | { type: "SetProps"; seq: number; seen: number; changes: PageChange[]; taken?: number[] }
  | ({ type: "ClientsideResult"; seq: number; run: number; taken?: number[] } & ClientsideOutcome)
  | ({
      type: "LocalRun";
      seq: number;
      callbackIndex: number;
      run: number;
      changed: PropReference[];
      taken?: number[];
    } & (ClientsideOutcome | { outcome?: never }))
  | { type: "Ready"; seq: number; run: number }
  | { type: "Loaded"; seq: number; types: string[] }
  | { type: "Reload"; seq: number }
  | { type: "Eval"; seq: number; expression: string }
  | { type: "SetEnvironment"; seq: number; location?: Location; cookie?: string }
  | ({ seq: number } & RemoteReport);

/** Props by stringified id, as in S-54. */
export type PropsById = Readonly<Record<string, Dictionary>>;

export type RemoteUpdate = { readonly type: "RemoteUpdate"; readonly run: number; readonly props: PropsById };

export interface RemoteResult {
  readonly type: "RemoteResult";
  readonly run: number;
  /** `unreachable`: no answer could be had. `cancelled`: somebody else has ended it. */
  readonly outcome: "value" | "prevented" | "error" | "unreachable" | "cancelled";
  readonly response?: PropsById;
  readonly sideUpdate?: PropsById;
  /** Texts for `document.cookie`. */
  readonly cookies?: readonly string[];
  readonly error?: { readonly message: string; readonly traceback?: string; readonly type?: string };
}

/** What is said about a call that goes on elsewhere: any number of updates, then one result. */
export type RemoteReport = RemoteUpdate | RemoteResult;

export type ClientsideOutcome =
  | { outcome: "value"; values: ResultEntry[] }
  | { outcome: "prevented" }
  | { outcome: "error"; error: { message: string; stack: string } };

/** A message of the page before it is numbered: only the sender counts. */
export type Unnumbered<M> = M extends { seq: number } ? Omit<M, "seq"> : never;

export interface Resource {
  readonly src: string;
  readonly type?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Set for callbacks that the page may call by itself: see local.ts. `outputs` in the shape of S-50. */
export interface LocalSpec {
  readonly index: number;
  readonly order: number;
  readonly outputs: PropReference | readonly PropReference[];
}

export interface CallbackSpec {
  readonly output: string;
  readonly inputs: readonly PropReference[];
  readonly state: readonly PropReference[];
  readonly outputs?: readonly PropReference[];
  readonly clientside_function?: { readonly namespace: string; readonly function_name: string } | null;
  readonly hidden?: boolean;
  readonly persistent?: boolean;
  readonly no_output?: boolean;
  readonly local?: LocalSpec;
}

/** What Dash puts in `_dash-config`; only the keys the page reads are named. */
export interface Config extends Dictionary {
  readonly ui?: boolean;
  readonly props_check?: boolean;
  readonly show_undo_redo?: boolean;
  readonly suppress_callback_exceptions?: boolean;
  readonly update_title?: string | null;
  readonly dash_version?: string;
  readonly requests_pathname_prefix?: string;
}

export type ChildrenProps = Readonly<Record<string, Readonly<Record<string, readonly string[] | null>>>>;

/** The source of an inline clientside callback, and its sha256. */
export interface InlineScript {
  readonly hash: string;
  readonly source: string;
}

export interface DocumentMessage {
  type: "Document";
  index: string;
  title?: string | null;
  updateTitle?: string | null;
  scripts: Resource[];
  stylesheets: Resource[];
  inlineScripts?: InlineScript[];
  favicon?: string | null;
  config: Config;
  childrenProps: ChildrenProps;
  /** Whether some callback runs as a job. */
  jobs?: boolean;
}

export interface WorkerChange {
  readonly id: string;
  readonly props: Dictionary;
  readonly kept?: readonly string[];
}

export interface CallClientside {
  type: "CallClientside";
  run: number;
  function: { namespace: string; name: string };
  inputs: Dependency[];
  state: Dependency[];
  /** In the shape of S-50; absent when there is no output. */
  outputs?: Dependency | Dependency[] | null;
  triggered: { propId: string }[];
}

/** The body that Dash posts to `_dash-update-component` (S-50). */
export interface CallbackRequest extends Dictionary {
  readonly output: string;
  readonly outputs?: unknown;
  readonly inputs: readonly unknown[];
  readonly changedPropIds: readonly string[];
  readonly parsedChangedPropsIds: readonly unknown[];
  readonly state?: readonly unknown[];
}

/** A Python function to be called elsewhere: by a worker for jobs, or by a server. */
export interface CallRemote {
  type: "CallRemote";
  run: number;
  executor: "job" | "server";
  /** Its position among the app's callbacks, in order of registration. */
  callbackPosition: number;
  request: CallbackRequest;
  /** Dash's name for the callback. */
  output: string;
  transport: "fetch" | "websocket";
  persistent: boolean;
  /** Whether it may be sent again as long as nobody has answered. */
  retry: boolean;
  /** Milliseconds between polls; background callbacks only. */
  interval?: number;
  /** Prop ids that `set_progress` writes; background callbacks only. */
  progress?: string[];
  /** A result kept under this key takes the place of the call, unless unread for `expire` seconds. */
  cacheKey?: string;
  expire?: number;
}

export interface FailureMessage {
  type: "Failure";
  kind: "callback" | "layout" | "validation" | "protocol" | "clientside";
  title: string;
  message: string;
  traceback?: string | null;
  callback?: string | null;
  run?: number | null;
}

export type EngineMessage =
  | DocumentMessage
  | { type: "Layout"; seq: number; layout: unknown }
  | {
      type: "RunStarted";
      run: number;
      callback: string;
      outputs: { id: string; property: string }[];
      persistent?: boolean;
    }
  | CallClientside
  | CallRemote
  | { type: "EndRemote"; run: number }
  | { type: "AwaitReady"; run: number; ids: string[] }
  | {
      type: "Update";
      updateSeq: number;
      seq: number;
      changes: WorkerChange[];
      origin: "callback" | "sideUpdate";
      run?: number | null;
    }
  | { type: "RunEnded"; run: number; outcome: "done" | "prevented" | "failed" | "dropped" }
  | { type: "Status"; seq: number; pending: number }
  | FailureMessage
  | { type: "Resources"; scripts: Resource[]; stylesheets: Resource[]; childrenProps?: ChildrenProps }
  | {
      type: "SetDocument";
      title?: string | null;
      description?: string | null;
      cookie?: string | null;
      replaceUrl?: string | null;
    }
  | { type: "Callbacks"; callbacks: CallbackSpec[]; inlineScripts?: InlineScript[] }
  | { type: "EvalResult"; seq: number; value?: string | null; error?: string | null };

/** What a worker for jobs is asked: to call the function of one callback. */
export interface JobMessage {
  readonly type: "Job";
  /** The run, which names the job. */
  readonly job: number;
  readonly callbackPosition: number;
  readonly request: CallbackRequest;
  /** Where the page is at this moment. */
  readonly environment: { readonly location: Location; readonly cookie: string };
}

/** What it says of itself, and of its job. */
export type JobReport =
  | { readonly type: "JobReady" }
  | { readonly type: "JobUpdate"; readonly job: number; readonly props: PropsById }
  | ({ readonly type: "JobResult"; readonly job: number } & Omit<RemoteResult, "type" | "run">);

/** Posted by worker.ts itself, also before Python lives. */
export type HostMessage =
  | { type: "Log"; stream: "stdout" | "stderr"; text: string }
  | { type: "Progress"; stage: string; text: string; loaded?: number; total?: number }
  | { type: "Failed"; stage: string; message: string }
  /** All files of the site are here: from now on it needs no network. */
  | { type: "Complete" }
  /** To the rehearsal: the files that were read, the modules that were imported, the packages that were loaded. */
  | ({ type: "Used" } & UsedParts);

export interface UsedParts {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** In the order of their import; `hasProxies` when JavaScript objects are among a module's globals. */
  readonly modules: readonly { readonly name: string; readonly file: string; readonly hasProxies: boolean }[];
}

export type WorkerMessage = EngineMessage | HostMessage;

export function encodeBatch(messages: readonly (PageMessage | JobMessage | WorkerMessage | JobReport)[]): Batch {
  return { text: JSON.stringify(messages), buffers: [] };
}

/**
 * The messages of a batch. They come from our own worker and are believed, except that each must have a
 * type: a batch that is no list of messages is a bug of ours and said so.
 */
export function decodeBatch<M extends { type: string } = WorkerMessage>(batch: Batch): M[] {
  const reviver =
    batch.buffers.length > 0 ? (_key: string, value: unknown) => reviveArray(value, batch.buffers) : undefined;
  const messages: unknown = JSON.parse(batch.text, reviver);
  if (!Array.isArray(messages) || !messages.every(hasType)) {
    throw new TypeError(`The worker sent no list of messages: ${batch.text.slice(0, 200)}`);
  }
  return messages as M[];
}

function hasType(message: unknown): boolean {
  return isDictionary(message) && typeof message.type === "string";
}

const arrayTypes = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
};

type NumberArray = InstanceType<(typeof arrayTypes)[keyof typeof arrayTypes]>;

function reviveArray(value: unknown, buffers: readonly ArrayBuffer[]): unknown {
  if (!isDictionary(value) || typeof value._pyrt_buffer !== "number") return value;
  const buffer = buffers[value._pyrt_buffer];
  const ArrayType = arrayTypes[value.dtype as keyof typeof arrayTypes];
  if (buffer === undefined || ArrayType === undefined) {
    throw new TypeError(`The worker sent an array of unknown kind: ${JSON.stringify(value)}`);
  }
  const flat = new ArrayType(buffer);
  return toRows(flat, (value.shape as number[] | undefined) ?? [flat.length]);
}

/** plotly.js takes a matrix as a list of typed rows; these are views, nothing is copied. */
function toRows(flat: NumberArray, shape: number[]): unknown {
  const [rows, ...inner] = shape;
  if (rows === undefined || inner.length === 0) return Object.defineProperty(flat, "toJSON", asList);
  const size = inner.reduce((product, length) => product * length, 1);
  return Array.from({ length: rows }, (_, row) => toRows(flat.subarray(row * size, (row + 1) * size), inner));
}

/** JSON writes a typed array as a dictionary. Ours say of themselves that they are lists, so that sending needs no search. */
const asList: PropertyDescriptor = {
  value(this: NumberArray): number[] {
    return Array.from(this);
  },
};
