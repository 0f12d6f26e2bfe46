/**
 * The start of a prerendered page. What the build's rehearsal saw is drawnStore already; the engine begins with a layout of its
 * own, and its messages go to a second mirror that nobody sees, until it has done what it does at every start:
 *
 *     drawnStore    paint --- user's and components' edits ------------.   reconcile, then the user's edits are said
 *     engineStore    Layout, what components said when mounted, Updates --^   (and from there on there is one mirror)
 *
 * Decides when that is, and what of the drawnStore layout stays; sends and draws nothing itself.
 */

import { formatPropId, parsePropId } from "../mirror/ids";
import { resolvePatches } from "../mirror/patch";
import { Store } from "../mirror/store";
import { areEqual, getAt, type Path } from "../wire/json";
import type { DryComponent, EngineMessage, PageChange } from "../wire/protocol";
import type { CallbackTable } from "./callback_table";
import { type Outbox, type QueuedBatch, wirePath } from "./outbox";

type RunStarted = Extract<EngineMessage, { type: "RunStarted" }>;

/** How long Python may wait for something before the page goes on without, in ms. */
const maxWaitMs = 300;

export class Handover {
  /** The layout as the engine has it. */
  readonly engineStore: Store;
  readonly #drawnStore: Store;
  readonly #outbox: Outbox;
  readonly #prerendered: unknown;
  readonly #readLayout: () => unknown;
  /** What components said when they were mounted, as far as the engine has not been told. */
  #mountChanges: PageChange[] = [];
  readonly #runs = new Map<number, RunStarted>();
  readonly #written = new Set<string>();
  #pending = 1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The message that asks whether Python listens while something is pending. */
  #probeSeq = Number.POSITIVE_INFINITY;
  #hasSentComponentChanges = false;

  /** `prerendered` is the layout that is drawnStore; `readLayout` gives an equal one that no component has seen. */
  constructor(drawnStore: Store, outbox: Outbox, prerendered: unknown, readLayout: () => unknown) {
    this.engineStore = new Store(drawnStore.componentProps);
    this.#drawnStore = drawnStore;
    this.#outbox = outbox;
    this.#prerendered = prerendered;
    this.#readLayout = readLayout;
  }

  /** Whether all is done that the engine does at a start, or will not be done soon. */
  get isOver(): boolean {
    return this.#isAnswered && (this.#pending === 0 || this.#outbox.seq >= this.#probeSeq);
  }

  /** As the worker said last. */
  get pending(): number {
    return this.#pending;
  }

  /** The runs that are under way. */
  get runs(): readonly RunStarted[] {
    return [...this.#runs.values()];
  }

  /** What components had to say while they were mounted. Runs of local callbacks are left to the engine (S-64). */
  addMountChanges(queued: readonly QueuedBatch[]): void {
    this.#mountChanges.push(...changesIn(queued));
  }

  /** Takes observe of what a message of the engine means for the end of the start. */
  observe(message: EngineMessage): void {
    if (message.type === "RunStarted") this.#runs.set(message.run, message);
    else if (message.type === "RunEnded") this.#runs.delete(message.run);
    else if (message.type === "Status") this.#pending = message.pending;
    else if (message.type === "Update") {
      for (const { id, props, held } of message.changes) {
        for (const prop of [...Object.keys(props), ...(held ?? [])]) this.#written.add(formatPropId(id, prop));
      }
    }
  }

  /**
   * Tells the engine what components said that are in its layout by now: as if they had been mounted by its own
   * messages. To be called before it is told that these are drawnStore.
   */
  sendMountChanges(): void {
    const changes: PageChange[] = [];
    const rest: PageChange[] = [];
    for (const change of this.#mountChanges) {
      const path = this.#findPath(change);
      if (!path) rest.push(change);
      else if (this.#apply(path, change)) changes.push({ ...change, path });
    }
    this.#mountChanges = rest;
    this.send(changes);
  }

  /**
   * To be called after each batch of the engine. Before it is over, components have their say once more: what they
   * reported by themselves until somebody firstByUser the page belongs to the start (sizes, derived values, ticks).
   */
  advance(): void {
    clearTimeout(this.#timer);
    if (this.#isAnswered && this.#pending === 0 && !this.#hasSentComponentChanges) this.#sendComponentChanges();
    if (this.#isAnswered && this.#pending > 0) this.#timer = setTimeout(() => this.#probe(), maxWaitMs);
  }

  /** What of the drawnStore layout stays, though the engine has it otherwise. */
  reconcileChoices(callbacks: CallbackTable, queued: readonly QueuedBatch[]): ReconcileChoices {
    const own = ownProps(queued);
    const pristine = this.#readLayout();
    const isStillPending = (id: DryComponent["props"][string], prop: string): boolean =>
      this.#pending > 0 &&
      callbacks.isWritten(id as string, prop) &&
      !this.#written.has(formatPropId(id as string, prop));
    return {
      keeps: ({ props: { id } }, path, prop) =>
        own.has(id ? formatPropId(id as string, prop) : formatPathProp(path, prop)) ||
        (Boolean(id) && isStillPending(id, prop)),
      original: (path, value) =>
        getAt(this.#prerendered, path.slice(1)) === value ? getAt(pristine, path.slice(1)) : value,
    };
  }

  /** What was done to components that the engine does not have concerns nobody. */
  withoutRemoved(queued: readonly QueuedBatch[]): QueuedBatch[] {
    const exists = ({ id, path, insert }: PageChange): boolean =>
      insert !== undefined ||
      (id === undefined ? this.#drawnStore.componentAt(["components", ...path]) : this.#drawnStore.pathOf(id)) !==
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

  /** Tells the engine, before anything else that waits, what is in its layout already. Paths as in the store. */
  send(changes: readonly PageChange[]): void {
    if (changes.length === 0) return;
    const keys = changes.flatMap(({ id, props }) =>
      id === undefined ? [] : Object.keys(props).map((prop) => formatPropId(id, prop)),
    );
    const onWire = changes.map((change) => ({ ...change, path: wirePath(change.path) }));
    this.#outbox.sendBatch({ messages: [{ type: "SetProps", seen: 0, changes: onWire }], keys });
  }

  get #isAnswered(): boolean {
    return this.engineStore.root.components !== undefined && !this.#outbox.isUnanswered;
  }

  /** A question without content: its answer says that Python is not busy, but waits. */
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

  #findPath({ id, path, insert, remove }: PageChange): Path | undefined {
    if (id !== undefined) return this.engineStore.pathOf(id);
    const fullPath = ["components", ...path];
    if (insert !== undefined || remove) return this.engineStore.root.components === undefined ? undefined : fullPath;
    return this.engineStore.componentAt(fullPath) ? fullPath : undefined;
  }

  /** False when the engine has these values already. */
  #apply(path: Path, { props, insert, remove, origin }: PageChange): boolean {
    if (insert !== undefined) this.engineStore.insert(path, insert);
    else if (remove) this.engineStore.remove(path);
    else {
      const before = this.engineStore.componentAt(path)?.props ?? {};
      if (origin === "internal" && Object.entries(props).every(([name, value]) => areEqual(value, before[name]))) {
        return false;
      }
      this.engineStore.merge(path, resolvePatches(props, before), "internal");
    }
    return true;
  }

  /** What local callbacks have made of it stands in the drawnStore layout only. */
  #copyFromDrawn(key: string): void {
    const { id, property } = parsePropId(key);
    const path = this.engineStore.pathOf(id);
    const props = this.#drawnStore.propsOf(id);
    if (path && props && property in props) this.engineStore.merge(path, { [property]: props[property] }, "internal");
  }
}

export interface ReconcileChoices {
  keeps(component: DryComponent, path: Path, prop: string): boolean;
  original(path: Path, value: unknown): unknown;
}

function changesIn(queued: readonly QueuedBatch[]): PageChange[] {
  const messages = queued.flatMap((entry) => entry.messages);
  return messages.flatMap((message) => (message.type === "SetProps" ? message.changes : []));
}

/** The props that were changed in the page and are not told yet. */
function ownProps(queued: readonly QueuedBatch[]): Set<string> {
  const withoutId = changesIn(queued).flatMap(({ id, path, props }) =>
    id === undefined ? Object.keys(props).map((prop) => formatPathProp(["components", ...path], prop)) : [],
  );
  return new Set([...queued.flatMap(({ keys }) => keys), ...withoutId]);
}

function formatPathProp(path: Path, prop: string): string {
  return `${JSON.stringify(path)}.${prop}`;
}
