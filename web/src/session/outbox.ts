/**
 * The page's outgoing messages: numbers them, collects the changes of one microtask into one SetProps, and remembers
 * which of them the worker has not acknowledged.
 */

import { isPatch } from "../mirror/patch";
import type { Path } from "../wire/json";
import type { Edit, Location, PageMessage, Unnumbered } from "../wire/protocol";

/** What callbacks can read about the page (S-113). Sent when it has changed since the last SetProps. */
export interface PageEnvironment {
  location?: Location;
  cookie?: string;
}

interface Unacknowledged {
  readonly seq: number;
  readonly keys: readonly string[];
  /** Those that a new worker must get again. */
  readonly messages: readonly UnsentMessage[];
}

/** A message without its sequence number. */
export type UnsentMessage = Unnumbered<PageMessage>;

/**
 * Result of running local callbacks after a change: indexes of the callbacks that the page has taken over, messages
 * about their runs, and the prop ids they wrote.
 */
export interface LocalOutcome {
  readonly taken: number[];
  readonly runs: UnsentMessage[];
  readonly written: string[];
}

/** Messages of one microtask that wait while the outbox is paused. */
export interface QueuedBatch {
  readonly messages: readonly UnsentMessage[];
  /** Ids of the props that the page has changed with these messages. */
  readonly keys: readonly string[];
  /** Whether they were queued before the first user input. Then components reported them, not the user. */
  readonly isBeforeUserInput: boolean;
}

/** Run ids of local callbacks are greater; the engine counts its own from 1. */
export const FIRST_LOCAL_RUN = 2 ** 40;

export const NO_LOCAL_RUNS: LocalOutcome = { taken: [], runs: [], written: [] };

export class Outbox {
  readonly #post: (messages: PageMessage[]) => void;
  readonly #takeEnvironmentChanges: () => PageEnvironment | undefined;
  readonly #runLocal: (propIds: string[]) => LocalOutcome;
  readonly #prepare: (propIds: string[]) => void;
  #seq = 0;
  #seen = 0;
  #acknowledged = 0;
  #changes: Edit[] = [];
  #scheduled = false;
  #unacknowledged: Unacknowledged[] = [];
  #waiters: { readonly seq: number; readonly resolve: () => void }[] = [];
  #queue: QueuedBatch[] | undefined;
  #isClosed = false;
  /** Whether messages are made and not sent, because the worker has ended. */
  #isCut = false;
  #observe: ((messages: readonly PageMessage[]) => void) | undefined;

  /**
   * `takeEnvironmentChanges` returns what has changed about the page since its last call. `runLocal` runs the local
   * callbacks of the changed props and returns what the worker must know about them. `prepare` is called with the
   * changed props before they are sent; what is changed then is sent with them.
   */
  constructor(
    post: (messages: PageMessage[]) => void,
    takeEnvironmentChanges: () => PageEnvironment | undefined = () => undefined,
    runLocal: (propIds: string[]) => LocalOutcome = () => NO_LOCAL_RUNS,
    prepare: (propIds: string[]) => void = () => undefined,
  ) {
    this.#prepare = prepare;
    this.#post = post;
    this.#takeEnvironmentChanges = takeEnvironmentChanges;
    this.#runLocal = runLocal;
  }

  /** Whether anything waits to be sent, or was sent and is not acknowledged. */
  get isWaiting(): boolean {
    return this.#scheduled || this.#acknowledged < this.#seq || this.queued.length > 0;
  }

  /** Whether something was sent that the worker has not acknowledged. */
  get isUnanswered(): boolean {
    return this.#acknowledged < this.#seq;
  }

  /** Sequence number of the last message. */
  get seq(): number {
    return this.#seq;
  }

  /** `updateSeq` of the last Update that the page has applied. */
  get seen(): number {
    return this.#seen;
  }

  /** The queued batches, oldest first. */
  get queued(): readonly QueuedBatch[] {
    return this.#queue ?? [];
  }

  /** From now on, changes are queued. Other messages are still sent at once. */
  pause(): void {
    this.#queue = [];
  }

  /** Removes and returns the queued batches. The outbox stays paused. */
  takeQueued(): QueuedBatch[] {
    this.#flush();
    const queued = this.#queue ?? [];
    this.#queue = [];
    return queued;
  }

  /** Puts batches back at the head of the queue. */
  requeueFirst(queued: readonly QueuedBatch[]): void {
    this.#queue?.unshift(...queued);
  }

  /** Sends these batches in order. From now on, changes are sent at once. */
  resume(queued: readonly QueuedBatch[]): void {
    this.#queue = undefined;
    for (const entry of queued) this.sendBatch(entry);
  }

  /** Sends one batch that was queued, with the current `seen`. */
  sendBatch({ messages, keys }: Pick<QueuedBatch, "messages" | "keys">): void {
    const current = messages.map((message) =>
      message.type === "SetProps" ? { ...message, seen: this.#seen } : message,
    );
    this.#sendNumbered(current, keys);
  }

  /** Calls `observe` with all messages from now on, also those that are not sent. */
  observe(observe: (messages: readonly PageMessage[]) => void): void {
    this.#observe = observe;
  }

  /** The worker has ended: from now on nothing is sent, and nothing waits for an answer. */
  close(): void {
    this.#isClosed = true;
    this.#unacknowledged = [];
    this.acknowledge(this.#seq);
  }

  /** The worker has ended, and another one will follow: until then messages are made and not sent. */
  cut(): void {
    this.#isCut = true;
  }

  /**
   * There is a new worker. `describe` returns the first message for it, with the layout as it is shown. What the worker
   * before has not handled follows, batch by batch: each click is a call of its own. `readShown` returns a prop as it is
   * shown, for a change that was a patch.
   */
  reconnect(describe: () => UnsentMessage, readShown: (id: string, prop: string) => unknown): void {
    this.#flush();
    const again = this.#unacknowledged;
    this.#unacknowledged = [];
    const first = describe();
    this.#isCut = false;
    this.#isClosed = false;
    this.#sendNumbered([first], []);
    for (const { messages, keys } of again) {
      if (messages.length > 0) {
        this.sendBatch({ messages: messages.map((message) => withoutPatches(message, readShown)), keys });
      }
    }
  }

  /** Sends a message at once, after the changes collected so far. Returns its sequence number. */
  send(message: Unnumbered<PageMessage>): number {
    this.#flush();
    return this.#send(message);
  }

  /** Adds a change to the SetProps of this microtask. `path` is a path of the store. */
  change(change: Edit): void {
    this.#changes.push({ ...change, path: wirePath(change.path) });
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#prepare(this.#changes.flatMap(keysOf));
      this.#flush();
    });
  }

  /** Called when the page has applied the Update with this `updateSeq`. */
  updateApplied(updateSeq: number): void {
    this.#seen = updateSeq;
  }

  /** Called when the worker has processed all messages up to `seq`. */
  acknowledge(seq: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, seq);
    if (this.#unacknowledged.length > 0) this.#unacknowledged = forgetHandled(this.#unacknowledged, seq);
    const answered = this.#waiters.filter((entry) => entry.seq <= seq);
    this.#waiters = this.#waiters.filter((entry) => entry.seq > seq);
    for (const { resolve } of answered) resolve();
  }

  /** Resolves when the worker has processed everything sent so far and the page has applied the results. */
  whenAnswered(): Promise<void> {
    if (!this.isUnanswered) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ seq: this.#seq, resolve }));
  }

  /** Whether the page has changed this prop after message `seq`. Then the page's own value is kept. */
  isNewer(id: string, prop: string, seq: number): boolean {
    return (
      (!this.#queue && this.#changes.some((change) => change.id === id && prop in change.props)) ||
      this.#unacknowledged.some((entry) => entry.seq > seq && entry.keys.includes(changeKey(id, prop)))
    );
  }

  /** Removes the changes that were collected, and returns them as a message. */
  takeChanges(): { message: Extract<UnsentMessage, { type: "SetProps" }>; keys: string[] } | undefined {
    if (!this.#scheduled) return undefined;
    this.#scheduled = false;
    const changes = this.#changes;
    this.#changes = [];
    return { message: { type: "SetProps", seen: this.#seen, changes }, keys: changes.flatMap(keysOf) };
  }

  #flush(): void {
    const taken = this.takeChanges();
    if (!taken) return;
    const environment = this.#takeEnvironmentChanges();
    if (environment) this.post([{ type: "SetEnvironment", ...environment }]);
    const calling = taken.message.changes.filter(({ origin }) => origin !== "persistence" && origin !== "inPlace");
    const local = this.#runLocal(calling.flatMap(keysOf));
    const message = local.taken.length > 0 ? { ...taken.message, taken: local.taken } : taken.message;
    this.post([message, ...local.runs], [...taken.keys, ...local.written]);
  }

  /**
   * Sends messages as one batch, or queues it while paused. `keys`: ids of the props that the page has changed with
   * them.
   */
  post(messages: readonly UnsentMessage[], keys: readonly string[] = []): void {
    if (this.#queue) this.#queue.push({ messages, keys, isBeforeUserInput: !hasUserInput() });
    else this.#sendNumbered(messages, keys);
  }

  #sendNumbered(messages: readonly UnsentMessage[], keys: readonly string[]): void {
    if (this.#isClosed && !this.#isCut) return;
    const numbered = messages.map((message) => {
      this.#seq += 1;
      return { ...message, seq: this.#seq } as PageMessage;
    });
    try {
      if (this.#isCut) return;
      if (numbered.length === 1) this.#post(numbered);
      else this.#postAll(numbered);
    } finally {
      this.#note(numbered, messages, keys); // while the worker is at work
    }
  }

  #note(numbered: readonly PageMessage[], messages: readonly UnsentMessage[], keys: readonly string[]): void {
    this.#observe?.(numbered);
    const repeated = messages.filter(isRepeated);
    if (keys.length > 0 || repeated.length > 0) {
      this.#unacknowledged.push({ seq: this.#seq, keys, messages: repeated });
    }
  }

  /** If one result cannot be written as JSON (for instance, it contains itself), the other messages are still sent. */
  #postAll(messages: PageMessage[]): void {
    try {
      this.#post(messages);
    } catch {
      for (const message of messages) this.#postSafely(message);
    }
  }

  #postSafely(message: PageMessage): void {
    try {
      this.#post([message]);
    } catch (error) {
      const { message: text, stack } = error as Error;
      const failed = { ...message, values: undefined, outcome: "error", error: { message: text, stack: stack ?? "" } };
      this.#post([failed as unknown as PageMessage]);
    }
  }

  #send(message: Unnumbered<PageMessage>): number {
    this.#sendNumbered([message], []);
    return this.#seq;
  }
}

/** Whether a new worker must get the message again: what the page has changed, and its own calls. */
function isRepeated(message: UnsentMessage): boolean {
  const { type } = message;
  return type === "SetProps" || type === "LocalRun" || (type === "ClientsideResult" && message.run > FIRST_LOCAL_RUN);
}

/** Without what is handled. The start of a local call is kept until its result is handled: the engine must know of it. */
function forgetHandled(entries: readonly Unacknowledged[], seq: number): Unacknowledged[] {
  const isHandled = (entry: Unacknowledged): boolean => entry.seq <= seq;
  const handled = entries.filter(isHandled).flatMap(({ messages }) => messages);
  const ended = new Set(handled.flatMap((message) => (message.type === "ClientsideResult" ? [message.run] : [])));
  return entries.flatMap((entry) => {
    if (!isHandled(entry)) return [entry];
    const open = entry.messages.filter(
      (message) => message.type === "LocalRun" && message.outcome === undefined && !ended.has(message.run),
    );
    return open.length > 0 ? [{ ...entry, messages: open }] : [];
  });
}

/** The layout that is shown has the patches already. */
function withoutPatches(message: UnsentMessage, readShown: (id: string, prop: string) => unknown): UnsentMessage {
  if (message.type !== "SetProps") return message;
  const changes = message.changes.map((change) => {
    const { id, props } = change;
    if (id === undefined || !Object.values(props).some(isPatch)) return change;
    const whole = Object.entries(props).map(([prop, value]) => [prop, isPatch(value) ? readShown(id, prop) : value]);
    return { ...change, props: Object.fromEntries(whole) as Edit["props"] };
  });
  return { ...message, changes };
}

/** Whether the user has clicked or typed in this page. */
export function hasUserInput(): boolean {
  return navigator.userActivation?.hasBeenActive ?? true;
}

/** Paths on the wire leave out `components`. Paths outside the layout (developer tools) keep their first step. */
export function wirePath(path: Path): Path {
  return path[0] === "components" ? path.slice(1) : path;
}

function keysOf({ id, props }: Edit): string[] {
  return id === undefined ? [] : Object.keys(props).map((prop) => changeKey(id, prop));
}

function changeKey(id: string, prop: string): string {
  return `${id}.${prop}`;
}
