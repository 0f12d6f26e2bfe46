/**
 * The start of a painted page. What the build's rehearsal saw is drawn already; the engine begins with a layout of its
 * own, and its messages go to a second mirror that nobody sees, until it has done what it does at every start:
 *
 *     drawn    paint --- user's and components' edits ------------.   reconcile, then the user's edits are said
 *     truth    Layout, what components said when mounted, Updates --^   (and from there on there is one mirror)
 *
 * Decides when that is, and what of the drawn layout stays; sends and draws nothing itself.
 */

import { formatPropId, parsePropId } from "../mirror/ids";
import { resolvePatches } from "../mirror/patch";
import { Store } from "../mirror/store";
import { areEqual, getAt, type Path } from "../wire/json";
import type { DryComponent, EngineMessage, PageChange } from "../wire/protocol";
import type { CallbackTable } from "./callback_table";
import { type Held, type Outbox, wirePath } from "./outbox";

type RunStarted = Extract<EngineMessage, { type: "RunStarted" }>;

/** How long Python may wait for something before the page goes on without, in ms. */
const patienceMs = 300;

export class Handover {
  /** The layout as the engine has it. */
  readonly truth: Store;
  readonly #drawn: Store;
  readonly #outbox: Outbox;
  readonly #painted: unknown;
  readonly #readAgain: () => unknown;
  /** What components said when they were mounted, as far as the engine has not been told. */
  #mounted: PageChange[] = [];
  readonly #runs = new Map<number, RunStarted>();
  readonly #written = new Set<string>();
  #pending = 1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The message that asks whether Python listens while something is pending. */
  #question = Number.POSITIVE_INFINITY;
  #hasSaidOwn = false;

  /** `painted` is the layout that is drawn; `readAgain` gives an equal one that no component has seen. */
  constructor(drawn: Store, outbox: Outbox, painted: unknown, readAgain: () => unknown) {
    this.truth = new Store(drawn.componentProps);
    this.#drawn = drawn;
    this.#outbox = outbox;
    this.#painted = painted;
    this.#readAgain = readAgain;
  }

  /** Whether all is done that the engine does at a start, or will not be done soon. */
  get isOver(): boolean {
    return this.#isAnswered && (this.#pending === 0 || this.#outbox.seq >= this.#question);
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
  takeMounted(held: readonly Held[]): void {
    this.#mounted.push(...changesIn(held));
  }

  /** Takes note of what a message of the engine means for the end of the start. */
  note(message: EngineMessage): void {
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
   * messages. To be called before it is told that these are drawn.
   */
  tellMounted(): void {
    const changes: PageChange[] = [];
    const rest: PageChange[] = [];
    for (const change of this.#mounted) {
      const path = this.#find(change);
      if (!path) rest.push(change);
      else if (this.#apply(path, change)) changes.push({ ...change, path });
    }
    this.#mounted = rest;
    this.say(changes);
  }

  /**
   * To be called after each batch of the engine. Before it is over, components have their say once more: what they
   * reported by themselves until somebody touched the page belongs to the start (sizes, derived values, ticks).
   */
  goOn(): void {
    clearTimeout(this.#timer);
    if (this.#isAnswered && this.#pending === 0 && !this.#hasSaidOwn) this.#sayOwn();
    if (this.#isAnswered && this.#pending > 0) this.#timer = setTimeout(() => this.#ask(), patienceMs);
  }

  /** What of the drawn layout stays, though the engine has it otherwise. */
  choices(callbacks: CallbackTable, held: readonly Held[]): Choices {
    const own = ownProps(held);
    const pristine = this.#readAgain();
    const isLate = (id: DryComponent["props"][string], prop: string): boolean =>
      this.#pending > 0 &&
      callbacks.isWritten(id as string, prop) &&
      !this.#written.has(formatPropId(id as string, prop));
    return {
      keeps: ({ props: { id } }, path, prop) =>
        own.has(id ? formatPropId(id as string, prop) : formatPlace(path, prop)) || (Boolean(id) && isLate(id, prop)),
      original: (path, value) =>
        getAt(this.#painted, path.slice(1)) === value ? getAt(pristine, path.slice(1)) : value,
    };
  }

  /** What was done to components that the engine does not have concerns nobody. */
  withoutGone(held: readonly Held[]): Held[] {
    const isThere = ({ id, path, insert }: PageChange): boolean =>
      insert !== undefined ||
      (id === undefined ? this.#drawn.componentAt(["components", ...path]) : this.#drawn.pathOf(id)) !== undefined;
    return held.flatMap((entry) => {
      const messages = entry.messages.map((message) =>
        message.type === "SetProps" ? { ...message, changes: message.changes.filter(isThere) } : message,
      );
      const isEmpty = messages.every((message) => message.type === "SetProps" && message.changes.length === 0);
      return isEmpty ? [] : [{ ...entry, messages }];
    });
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  /** Tells the engine, before anything else that waits, what is in its layout already. Paths as in the store. */
  say(changes: readonly PageChange[]): void {
    if (changes.length === 0) return;
    const keys = changes.flatMap(({ id, props }) =>
      id === undefined ? [] : Object.keys(props).map((prop) => formatPropId(id, prop)),
    );
    const wired = changes.map((change) => ({ ...change, path: wirePath(change.path) }));
    this.#outbox.say({ messages: [{ type: "SetProps", seen: 0, changes: wired }], keys });
  }

  get #isAnswered(): boolean {
    return this.truth.root.components !== undefined && !this.#outbox.isUnanswered;
  }

  /** A question without content: its answer says that Python is not busy, but waits. */
  #ask(): void {
    this.#question = this.#outbox.send({ type: "Loaded", types: [] });
  }

  #sayOwn(): void {
    this.#hasSaidOwn = true;
    const held = this.#outbox.takeHeld();
    const touched = held.findIndex(({ isUntouched }) => !isUntouched);
    const count = touched < 0 ? held.length : touched;
    for (const entry of held.slice(0, count)) {
      for (const key of entry.keys) this.#copy(key);
      for (const change of changesIn([entry])) {
        const path = this.#find(change);
        if (path) this.#apply(path, change);
      }
      this.#outbox.say(entry);
    }
    this.#outbox.keepFirst(held.slice(count));
  }

  #find({ id, path, insert, remove }: PageChange): Path | undefined {
    if (id !== undefined) return this.truth.pathOf(id);
    const place = ["components", ...path];
    if (insert !== undefined || remove) return this.truth.root.components === undefined ? undefined : place;
    return this.truth.componentAt(place) ? place : undefined;
  }

  /** False when the engine has these values already. */
  #apply(path: Path, { props, insert, remove, origin }: PageChange): boolean {
    if (insert !== undefined) this.truth.insert(path, insert);
    else if (remove) this.truth.remove(path);
    else {
      const before = this.truth.componentAt(path)?.props ?? {};
      if (origin === "internal" && Object.entries(props).every(([name, value]) => areEqual(value, before[name]))) {
        return false;
      }
      this.truth.merge(path, resolvePatches(props, before), "internal");
    }
    return true;
  }

  /** What local callbacks have made of it stands in the drawn layout only. */
  #copy(key: string): void {
    const { id, property } = parsePropId(key);
    const path = this.truth.pathOf(id);
    const props = this.#drawn.propsOf(id);
    if (path && props && property in props) this.truth.merge(path, { [property]: props[property] }, "internal");
  }
}

export interface Choices {
  keeps(component: DryComponent, path: Path, prop: string): boolean;
  original(path: Path, value: unknown): unknown;
}

function changesIn(held: readonly Held[]): PageChange[] {
  const messages = held.flatMap((entry) => entry.messages);
  return messages.flatMap((message) => (message.type === "SetProps" ? message.changes : []));
}

/** The props that were changed in the page and are not told yet. */
function ownProps(held: readonly Held[]): Set<string> {
  const places = changesIn(held).flatMap(({ id, path, props }) =>
    id === undefined ? Object.keys(props).map((prop) => formatPlace(["components", ...path], prop)) : [],
  );
  return new Set([...held.flatMap(({ keys }) => keys), ...places]);
}

function formatPlace(path: Path, prop: string): string {
  return `${JSON.stringify(path)}.${prop}`;
}
