/**
 * The start of a prerendered page. The layout that the rehearsal recorded is drawn first. The engine then sends its
 * own layout and updates to a second mirror, which is not drawn, until it has finished its usual start:
 *
 *     drawn mirror    drawPrerendered --- edits of user and components ------------.   reconcile, then send the user's edits
 *     engine mirror   Layout, changes that components made on mount, Updates -------^   (one mirror from here on)
 *
 * Decides when the start is over and which drawn values are kept. Draws nothing.
 */

import { formatPropId, parsePropId } from "../mirror/ids";
import { resolvePatches } from "../mirror/patch";
import { Store } from "../mirror/store";
import { areEqual, getAt, type Path } from "../wire/json";
import type { CallbackSpec, DryComponent, Edit, EngineMessage } from "../wire/protocol";
import type { Precomputed } from "./callbacks/answers";
import type { CallbackTable } from "./callbacks/callback_table";
import { type Outbox, type QueuedBatch, wirePath } from "./outbox";

type RunStarted = Extract<EngineMessage, { type: "RunStarted" }>;

/** How long Python may wait for something before the page stops waiting for it, in milliseconds. */
const maxWaitMs = 300;

/** What a rehearsal has recorded of a page; drawn before Python has started. */
export interface Prerendered {
  readonly layout: unknown;
  readonly callbacks: readonly CallbackSpec[];
  /** Results of callbacks that the build has computed. */
  readonly precomputed?: Precomputed;
  /** Returns an equal layout that shares no objects with `layout`. */
  readLayout(): unknown;
}

export class Handover {
  /** The layout as the engine knows it. */
  readonly engineMirror: Store;
  readonly #drawnMirror: Store;
  readonly #outbox: Outbox;
  readonly #prerendered: unknown;
  readonly #readLayout: () => unknown;
  /** Changes that components made on mount and that were not sent yet. */
  #mountChanges: Edit[] = [];
  readonly #runs = new Map<number, RunStarted>();
  readonly #written = new Set<string>();
  #pending = 1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Sequence number of the message that checks whether the worker responds while runs are pending. */
  #probeSeq = Number.POSITIVE_INFINITY;
  #hasSentComponentChanges = false;

  /** `prerendered` is the layout that is drawn; `readLayout` returns an equal copy that no component has modified. */
  constructor(drawnMirror: Store, outbox: Outbox, prerendered: unknown, readLayout: () => unknown) {
    this.engineMirror = new Store(drawnMirror.componentProps);
    this.#drawnMirror = drawnMirror;
    this.#outbox = outbox;
    this.#prerendered = prerendered;
    this.#readLayout = readLayout;
  }

  /** Whether the engine has finished its start, or responds but still waits for something. */
  get isOver(): boolean {
    return this.#isAnswered && (this.#pending === 0 || this.#outbox.seq >= this.#probeSeq);
  }

  /** Number of pending runs in the last Status. */
  get pending(): number {
    return this.#pending;
  }

  /** The runs in progress. */
  get runs(): readonly RunStarted[] {
    return [...this.#runs.values()];
  }

  /** Adds the changes that components made on mount. Runs of local callbacks are left to the engine (S-64). */
  addMountChanges(queued: readonly QueuedBatch[]): void {
    this.#mountChanges.push(...changesIn(queued));
  }

  /** Records what a message of the engine says about its start. */
  observe(message: EngineMessage): void {
    if (message.type === "RunStarted") this.#runs.set(message.run, message);
    else if (message.type === "RunEnded") this.#runs.delete(message.run);
    else if (message.type === "Status") this.#pending = message.pending;
    else if (message.type === "Update") {
      for (const { id, props, kept } of message.changes) {
        for (const prop of [...Object.keys(props), ...(kept ?? [])]) this.#written.add(formatPropId(id, prop));
      }
    }
  }

  /**
   * Sends the mount changes of components that the engine's layout contains by now, as if its own messages had
   * mounted them. Call this before sending Rendered.
   */
  sendMountChanges(): void {
    const changes: Edit[] = [];
    const rest: Edit[] = [];
    for (const change of this.#mountChanges) {
      const path = this.#findPath(change);
      if (!path) rest.push(change);
      else if (this.#apply(path, change)) changes.push({ ...change, path });
    }
    this.#mountChanges = rest;
    this.send(changes);
  }

  /**
   * Call this after each batch of the engine. Changes that components made before the first user input (sizes,
   * derived values, ticks) belong to the start: they are sent before it is over.
   */
  advance(): void {
    clearTimeout(this.#timer);
    if (this.#isAnswered && this.#pending === 0 && !this.#hasSentComponentChanges) this.#sendComponentChanges();
    if (this.#isAnswered && this.#pending > 0) this.#timer = setTimeout(() => this.#probe(), maxWaitMs);
  }

  /**
   * Decides which props keep the drawn value where the engine has another one. `isAnswer`: whether an answer is drawn
   * as the value of a prop.
   */
  reconcileChoices(
    callbacks: CallbackTable,
    queued: readonly QueuedBatch[],
    isAnswer: (propId: string) => boolean,
  ): ReconcileChoices {
    const own = ownProps(queued);
    const pristine = this.#readLayout();
    const isStillPending = (id: DryComponent["props"][string], prop: string): boolean =>
      this.#pending > 0 &&
      callbacks.isWritten(id as string, prop) &&
      !this.#written.has(formatPropId(id as string, prop));
    return {
      keeps: ({ props: { id } }, path, prop) =>
        own.has(id ? formatPropId(id as string, prop) : formatPathProp(path, prop)) ||
        (Boolean(id) && isAnswer(formatPropId(id as string, prop))) ||
        (Boolean(id) && isStillPending(id, prop)),
      original: (path, value) =>
        getAt(this.#prerendered, path.slice(1)) === value ? getAt(pristine, path.slice(1)) : value,
    };
  }

  /** Drops changes of components that no longer exist. */
  withoutRemoved(queued: readonly QueuedBatch[]): QueuedBatch[] {
    const exists = ({ id, path, insert }: Edit): boolean =>
      insert !== undefined ||
      (id === undefined ? this.#drawnMirror.componentAt(["components", ...path]) : this.#drawnMirror.pathOf(id)) !==
        undefined;
    return queued.flatMap((entry) => {
      const messages = entry.messages.map((message) =>
        message.type === "SetProps" ? { ...message, changes: message.changes.filter(exists) } : message,
      );
      const isEmpty = messages.every((message) => message.type === "SetProps" && message.changes.length === 0);
      return isEmpty ? [] : [{ ...entry, messages }];
    });
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  /** Sends changes that the engine store already contains, before all queued ones. Paths are paths of the store. */
  send(changes: readonly Edit[]): void {
    if (changes.length === 0) return;
    const keys = changes.flatMap(({ id, props }) =>
      id === undefined ? [] : Object.keys(props).map((prop) => formatPropId(id, prop)),
    );
    const onWire = changes.map((change) => ({ ...change, path: wirePath(change.path) }));
    this.#outbox.sendBatch({ messages: [{ type: "SetProps", seen: 0, changes: onWire }], keys });
  }

  get #isAnswered(): boolean {
    return this.engineMirror.root.components !== undefined && !this.#outbox.isUnanswered;
  }

  /** Sends an empty message. Its acknowledgement shows that Python is idle and waits for something. */
  #probe(): void {
    this.#probeSeq = this.#outbox.send({ type: "Loaded", types: [] });
  }

  #sendComponentChanges(): void {
    this.#hasSentComponentChanges = true;
    const queued = this.#outbox.takeQueued();
    const firstByUser = queued.findIndex(({ isBeforeUserInput }) => !isBeforeUserInput);
    const count = firstByUser < 0 ? queued.length : firstByUser;
    for (const entry of queued.slice(0, count)) {
      for (const key of entry.keys) this.#copyFromDrawn(key);
      for (const change of changesIn([entry])) {
        const path = this.#findPath(change);
        if (path) this.#apply(path, change);
      }
      this.#outbox.sendBatch(entry);
    }
    this.#outbox.requeueFirst(queued.slice(count));
  }

  #findPath({ id, path, insert, remove }: Edit): Path | undefined {
    if (id !== undefined) return this.engineMirror.pathOf(id);
    const fullPath = ["components", ...path];
    if (insert !== undefined || remove) return this.engineMirror.root.components === undefined ? undefined : fullPath;
    return this.engineMirror.componentAt(fullPath) ? fullPath : undefined;
  }

  /** Returns false if the engine already has these values. */
  #apply(path: Path, { props, insert, remove, origin }: Edit): boolean {
    if (insert !== undefined) this.engineMirror.insert(path, insert);
    else if (remove) this.engineMirror.remove(path);
    else {
      const before = this.engineMirror.componentAt(path)?.props ?? {};
      if (origin === "internal" && Object.entries(props).every(([name, value]) => areEqual(value, before[name]))) {
        return false;
      }
      this.engineMirror.merge(path, resolvePatches(props, before), "internal");
    }
    return true;
  }

  /** Copies a value that a local callback has written; only the drawn mirror has it. */
  #copyFromDrawn(key: string): void {
    const { id, property } = parsePropId(key);
    const path = this.engineMirror.pathOf(id);
    const props = this.#drawnMirror.propsOf(id);
    if (path && props && property in props) this.engineMirror.merge(path, { [property]: props[property] }, "internal");
  }
}

export interface ReconcileChoices {
  keeps(component: DryComponent, path: Path, prop: string): boolean;
  original(path: Path, value: unknown): unknown;
}

function changesIn(queued: readonly QueuedBatch[]): Edit[] {
  const messages = queued.flatMap((entry) => entry.messages);
  return messages.flatMap((message) => (message.type === "SetProps" ? message.changes : []));
}

/** Props that the page has changed and not sent yet. */
function ownProps(queued: readonly QueuedBatch[]): Set<string> {
  const withoutId = changesIn(queued).flatMap(({ id, path, props }) =>
    id === undefined ? Object.keys(props).map((prop) => formatPathProp(["components", ...path], prop)) : [],
  );
  return new Set([...queued.flatMap(({ keys }) => keys), ...withoutId]);
}

function formatPathProp(path: Path, prop: string): string {
  return `${JSON.stringify(path)}.${prop}`;
}
