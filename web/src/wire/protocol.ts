/**
 * The messages between page and worker (docs/wire.md), and their text form. The messages of Python are generated
 * (messages.ts); those of the worker script and of the job workers are declared here.
 */

import type { WorkerAbilities } from "../browser/abilities";
import { reviveArray } from "./arrays";
import { isDictionary } from "./json";
import type * as messages from "./messages";
import type { EngineMessage, PageMessage } from "./messages";
import { packMessages } from "./packing";
import type { CallbackRequest, ClientsideError, Location, PropsById, ResultEntry } from "./payloads";

export type * from "./messages";
export type { Document as DocumentMessage } from "./messages";
export type * from "./payloads";

/** What `postMessage` carries: the JSON of a list of messages, and the buffers of its large arrays, or large values. */
export interface Batch {
  readonly text: string;
  readonly buffers: readonly ArrayBuffer[];
}

/** A message of the page before the outbox has given it its `seq`. */
export type Unnumbered<M> = M extends { seq: number } ? Omit<M, "seq"> : never;

/** What an executor reports about a call: any number of updates and waits, then one result. The outbox adds `seq`. */
export type RemoteUpdate = Unnumbered<messages.RemoteUpdate>;
export type RemoteResult = Unnumbered<messages.RemoteResult>;
/** A call waits, and why; without a reason it goes on. Stays in the page. */
export interface RemoteWait {
  readonly type: "RemoteWait";
  readonly run: number;
  readonly reason: string | undefined;
}
export type RemoteReport = RemoteUpdate | RemoteResult | RemoteWait;

/** How the call of a clientside function ended. */
export type ClientsideOutcome =
  | { readonly outcome: "value"; readonly values: readonly ResultEntry[] }
  | { readonly outcome: "prevented" }
  | { readonly outcome: "error"; readonly error: ClientsideError };

/** Asks a job worker to call the function of one callback. */
export interface JobMessage {
  readonly type: "Job";
  /** The run, which identifies the job. */
  readonly job: number;
  readonly callbackPosition: number;
  readonly request: CallbackRequest;
  /** Address and cookies of the page at this moment. */
  readonly environment: { readonly location: Location; readonly cookie: string };
}

/** What a job worker reports: that it is ready, and about its job. */
export type JobReport =
  | { readonly type: "JobReady" }
  | { readonly type: "JobUpdate"; readonly job: number; readonly props: PropsById }
  | ({ readonly type: "JobResult"; readonly job: number } & Omit<RemoteResult, "type" | "run">);

/** Posted by the worker script (worker/main.ts), also before Python runs. */
export type HostMessage =
  | { type: "Log"; stream: "stdout" | "stderr"; text: string }
  /** `isStalled` when the text names a file of which nothing arrives; false when it goes on. */
  | { type: "Progress"; stage: string; text: string; loaded?: number; total?: number; isStalled?: boolean }
  /** Python reads a file of the site, or a large one of the app; `waiting`: a request for it, or a part, runs. */
  | ReadingMessage
  /** `canRestart` when a new worker may succeed, because a wrong file has been replaced in the browser's cache. */
  | { type: "Failed"; stage: string; message: string; canRestart?: boolean }
  /**
   * What only the worker can find out about the browser, once the interpreter has started; and whether large values may
   * come packed.
   */
  | { type: "Abilities"; found: WorkerAbilities; readsPacked?: true }
  /** All files of the site are downloaded: from now on it needs no network. */
  | { type: "Complete" }
  /** To the rehearsal: the files that were read, the modules that were imported, the packages that were loaded. */
  | ({ type: "Used" } & UsedParts);

/** Sizes in bytes. */
export interface ReadingMessage {
  readonly type: "Reading";
  readonly path: string;
  readonly loaded: number;
  readonly total: number;
  readonly waiting: boolean;
}

export interface UsedParts {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** In the order of their import. */
  readonly modules: readonly UsedModule[];
}

/** `hasProxies` when JavaScript objects are among its globals; `byApp` when it was imported after the engine. */
export interface UsedModule {
  readonly name: string;
  readonly file: string;
  readonly hasProxies: boolean;
  readonly byApp: boolean;
}

export type WorkerMessage = EngineMessage | HostMessage;

type AnyMessage = PageMessage | JobMessage | WorkerMessage | JobReport;

/** `isPacked`: large values go beside the text, as bytes that only Python can read. */
export function encodeBatch(messages: readonly AnyMessage[], isPacked = false): Batch {
  const buffers: ArrayBuffer[] = [];
  const written = isPacked ? packMessages(messages, buffers) : messages;
  return { text: JSON.stringify(written), buffers };
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
