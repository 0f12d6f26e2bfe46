/**
 * What the page has to sendBatch, in order: numbers messages, gathers the changes of one microtask into one
 * SetProps, and remembers which of them the worker has not yet seen.
 */

import type { Path } from "../wire/json";
import type { Location, PageChange, PageMessage, Unnumbered } from "../wire/protocol";

/** What callbacks can ask about the page (S-113): sent when it is another than before. */
export interface Surroundings {
  location?: Location;
  cookie?: string;
}

interface Unacknowledged {
  readonly seq: number;
  readonly keys: ReadonlySet<string>;
}

/** A message that has no number yet. */
export type UnsentMessage = Unnumbered<PageMessage>;

/** What came of changes in the page itself: numbers of local callbacks, their runs, and the props they wrote. */
export interface LocalOutcome {
  readonly taken: number[];
  readonly runs: UnsentMessage[];
  readonly written: string[];
}

/** What the page had to sendBatch at one time, while it waits for somebody to sendBatch it to. */
export interface QueuedBatch {
  readonly messages: readonly UnsentMessage[];
  /** The props that the page has changed with it. */
  readonly keys: readonly string[];
  /** Whether it came before anybody had touched the page: then the components have said it of themselves. */
  readonly isBeforeUserInput: boolean;
}

export const NO_LOCAL_RUNS: LocalOutcome = { taken: [], runs: [], written: [] };

export class Outbox {
  readonly #post: (messages: PageMessage[]) => void;
  readonly #describeSurroundings: () => Surroundings | undefined;
  readonly #runLocal: (propIds: string[]) => LocalOutcome;
  #seq = 0;
  #seen = 0;
  #acknowledged = 0;
  #changes: PageChange[] = [];
  #scheduled = false;
  #unacknowledged: Unacknowledged[] = [];
  #waiters: { readonly seq: number; readonly resolve: () => void }[] = [];
  #queue: QueuedBatch[] | undefined;
  #isClosed = false;

  /**
   * `describeSurroundings` says what else has changed in the page since it was last asked; `runLocal` calls the
   * local callbacks that changes concern, and says what the worker must know of them.
   */
  constructor(
    post: (messages: PageMessage[]) => void,
    describeSurroundings: () => Surroundings | undefined = () => undefined,
    runLocal: (propIds: string[]) => LocalOutcome = () => NO_LOCAL_RUNS,
  ) {
    this.#post = post;
    this.#describeSurroundings = describeSurroundings;
    this.#runLocal = runLocal;
  }

  /** True while the worker has not answered to everything that was said. */
  get isWaiting(): boolean {
    return this.#scheduled || this.#acknowledged < this.#seq || this.queued.length > 0;
  }

  /** True while the worker has not seen all that was sent. */
  get isUnanswered(): boolean {
    return this.#acknowledged < this.#seq;
  }

  /** The number of the last message. */
  get seq(): number {
    return this.#seq;
  }

  /** What waits, in order. */
  get queued(): readonly QueuedBatch[] {
    return this.#queue ?? [];
  }

  /** From here on, changes wait. Messages that are not about changes are sent as ever. */
  pause(): void {
    this.#queue = [];
  }

  /** Gives what waits to the caller. */
  takeQueued(): QueuedBatch[] {
    this.#flush();
    const queued = this.#queue ?? [];
    this.#queue = [];
    return queued;
  }

  /** Gives back what is to wait on, before what has come meanwhile. */
  requeueFirst(queued: readonly QueuedBatch[]): void {
    this.#queue?.unshift(...queued);
  }

  /** Says what has waited, one batch for each, and whatever comes from now on at once. */
  resume(queued: readonly QueuedBatch[]): void {
    this.#queue = undefined;
    for (const entry of queued) this.sendBatch(entry);
  }

  /** Says one thing that has waited. */
  sendBatch({ messages, keys }: Pick<QueuedBatch, "messages" | "keys">): void {
    const current = messages.map((message) =>
      message.type === "SetProps" ? { ...message, seen: this.#seen } : message,
    );
    this.#sendNumbered(current, keys);
  }

  /** Nobody listens any more: from here on nothing is said, and nothing waits for an answer. */
  close(): void {
    this.#isClosed = true;
    this.#unacknowledged = [];
    this.acknowledge(this.#seq);
  }

  /** Sends at once, after the changes that wait. Returns the number of the message. */
  send(message: Unnumbered<PageMessage>): number {
    this.#flush();
    return this.#send(message);
  }

  /** Adds a change to the SetProps of this microtask. `path` is one of the store's. */
  change(change: PageChange): void {
    this.#changes.push({ ...change, path: wirePath(change.path) });
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#flush());
  }

  /** The page has applied this Update. */
  updateApplied(number: number): void {
    this.#seen = number;
  }

  /** The worker has taken everything up to `seq` into account. */
  acknowledge(seq: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, seq);
    if (this.#unacknowledged.length > 0) this.#unacknowledged = this.#unacknowledged.filter((entry) => entry.seq > seq);
    const answered = this.#waiters.filter((entry) => entry.seq <= seq);
    this.#waiters = this.#waiters.filter((entry) => entry.seq > seq);
    for (const { resolve } of answered) resolve();
  }

  /** Resolves when the worker has taken all that has been sent into account, and the page what came of it. */
  whenAnswered(): Promise<void> {
    if (!this.isUnanswered) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ seq: this.#seq, resolve }));
  }

  /** Whether the page has changed this prop later than what the worker knew at `seq`: then its own value stays. */
  isNewer(id: string, prop: string, seq: number): boolean {
    return (
      (!this.#queue && this.#changes.some((change) => change.id === id && prop in change.props)) ||
      this.#unacknowledged.some((entry) => entry.seq > seq && entry.keys.has(changeKey(id, prop)))
    );
  }

  #flush(): void {
    if (!this.#scheduled) return;
    this.#scheduled = false;
    const changes = this.#changes;
    this.#changes = [];
    const surroundings = this.#describeSurroundings();
    if (surroundings) this.post([{ type: "SetEnvironment", ...surroundings }]);
    const keys = changes.flatMap(keysOf);
    const { taken, runs, written } = this.#runLocal(keys);
    const local = taken.length > 0 ? { taken } : {};
    this.post([{ type: "SetProps", seen: this.#seen, changes, ...local }, ...runs], [...keys, ...written]);
  }

  /** Sends messages that belong together as one batch. `keys`: props that the page has changed with them. */
  post(messages: readonly UnsentMessage[], keys: readonly string[] = []): void {
    if (this.#queue) this.#queue.push({ messages, keys, isBeforeUserInput: !hasUserInput() });
    else this.#sendNumbered(messages, keys);
  }

  #sendNumbered(messages: readonly UnsentMessage[], keys: readonly string[]): void {
    if (this.#isClosed) return;
    const numbered = messages.map((message) => {
      this.#seq += 1;
      return { ...message, seq: this.#seq } as PageMessage;
    });
    if (keys.length > 0) this.#unacknowledged.push({ seq: this.#seq, keys: new Set(keys) });
    if (numbered.length === 1) this.#post(numbered);
    else this.#postAll(numbered);
  }

  /** A result without JSON, for instance because it contains itself, does not take the rest along. */
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

/** Whether anybody has clicked or typed in this page. */
export function hasUserInput(): boolean {
  return navigator.userActivation?.hasBeenActive ?? true;
}

/** The wire leaves `components` out. What stands beside it (the developer tools do) keeps its name. */
export function wirePath(path: Path): Path {
  return path[0] === "components" ? path.slice(1) : path;
}

function keysOf({ id, props }: PageChange): string[] {
  return id === undefined ? [] : Object.keys(props).map((prop) => changeKey(id, prop));
}

function changeKey(id: string, prop: string): string {
  return `${id}.${prop}`;
}
