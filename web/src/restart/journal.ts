/**
 * What a new worker has to be told when the page's worker has ended: what has requested callbacks, and which calls have
 * begun, since nothing was left to call. It listens to the messages of both sides.
 *
 *     SetProps a.value      changed a.value
 *     RunStarted 7, b       (7) -> begun b       if its function was called
 *     Update b.children     changed b.children   -> kept, because the callback that reads it has not begun
 *     Status, pending: 0    everything before is forgotten
 */

import { FIRST_LOCAL_RUN } from "../session/outbox";
import type { CallbackSpec, EngineMessage, JournalEntry, KeptRun, PageMessage, PropKey } from "../wire/protocol";

type Message<T extends EngineMessage["type"]> = Extract<EngineMessage, { type: T }>;
type LocalOutcome = Extract<PageMessage, { type: "LocalRun" | "ClientsideResult" }>;

/** A run that has started and has not ended. */
export interface OpenRun {
  readonly run: number;
  /** Dash's name of the callback. */
  readonly callback: string;
  readonly outputs: readonly PropKey[];
  readonly isPersistent: boolean;
}

interface Noted {
  readonly entry: JournalEntry;
  /** Of the message of the page; 0 for one of the engine. */
  readonly seq: number;
  /** Of the run that started here: the entry counts only if its function was called. */
  readonly run?: number;
}

/** A persistent callback that ends its worker again and again is not called for ever. */
const mostStarts = 3;

/** What a new worker is told; a part of `Resume`. */
export interface Unfinished {
  readonly run: number;
  readonly journal: readonly JournalEntry[];
  readonly kept: readonly KeptRun[];
}

export class Journal {
  readonly #callbacks: () => readonly CallbackSpec[];
  #noted: Noted[] = [];
  readonly #open = new Map<number, OpenRun>();
  /** Runs whose function was called, here or elsewhere. */
  readonly #begun = new Set<number>();
  /** Runs whose function is called by the page. */
  readonly #elsewhere = new Set<number>();
  /** Runs whose Python function has not returned, by the last Status. */
  #called: readonly number[] = [];
  /** Told to a new worker, which has not started them yet. */
  readonly #kept = new Map<number, OpenRun>();
  /** Local callbacks whose promise is pending: run, and `local.index`. */
  readonly #localRuns = new Map<number, number>();
  /** How often persistent callbacks were started again. */
  readonly #starts = new Map<string, number>();
  #nextRun = 1;
  /** `seq` of the last message of the page that the engine has handled. */
  #handled = 0;

  /** `callbacks` returns the callback table. */
  constructor(callbacks: () => readonly CallbackSpec[]) {
    this.#callbacks = callbacks;
  }

  /** Runs whose Python function has not returned, oldest first. */
  get called(): readonly OpenRun[] {
    return this.#called.flatMap((run) => this.#open.get(run) ?? []);
  }

  /** The page has made these messages, in this order. */
  sent(messages: readonly PageMessage[]): void {
    for (const message of messages) {
      if (message.type === "SetProps") {
        const changed = message.changes.flatMap(({ id, props, origin, insert, remove }) => {
          if (id === undefined || insert !== undefined || remove) return [];
          return origin === "persistence" || origin === "inPlace" ? [] : keysOf(id, props);
        });
        this.#noteChange(changed, message.seq, message.taken);
      } else if (message.type === "LocalRun" || message.type === "ClientsideResult") this.#noteLocal(message);
    }
  }

  received(messages: readonly EngineMessage[]): void {
    for (const message of messages) this.#receive(message);
  }

  /** What is unfinished now. The runs that the page does not keep have ended with their worker. */
  takeUnfinished(): Unfinished {
    const { called } = this;
    for (const { run } of called) this.#begun.add(run);
    for (const open of this.#open.values()) {
      if (this.#elsewhere.has(open.run) || (this.#begun.has(open.run) && this.#startsAgain(open))) {
        this.#begun.add(open.run);
        this.#kept.set(open.run, open);
      }
    }
    this.#open.clear();
    this.#elsewhere.clear();
    this.#called = [];
    // What was not handled is sent again.
    this.#noted = this.#noted.filter(
      ({ seq, run }) => seq <= this.#handled && (run === undefined || this.#begun.has(run)),
    );
    return {
      run: this.#nextRun,
      journal: this.#noted.map(({ entry }) => entry),
      kept: [...this.#kept.values()].map(({ run, callback, outputs }) => ({ run, callback, outputs })),
    };
  }

  #startsAgain({ isPersistent, callback }: OpenRun): boolean {
    if (!isPersistent) return false;
    const starts = (this.#starts.get(callback) ?? 0) + 1;
    this.#starts.set(callback, starts);
    return starts <= mostStarts;
  }

  #receive(message: EngineMessage): void {
    if ("seq" in message) this.#handled = Math.max(this.#handled, message.seq);
    switch (message.type) {
      case "Layout":
        this.#noted = [{ entry: { initial: true }, seq: 0 }];
        break;
      case "Update":
        this.#noteUpdate(message);
        break;
      case "RunStarted":
        this.#start(message);
        break;
      case "CallClientside":
      case "CallRemote":
        this.#begun.add(message.run);
        this.#elsewhere.add(message.run);
        break;
      case "RunEnded":
        this.#begun.add(message.run);
        this.#elsewhere.delete(message.run);
        this.#open.delete(message.run);
        break;
      case "Status":
        this.#follow(message);
        break;
      default:
    }
  }

  #start({ run, callback, outputs, persistent }: Message<"RunStarted">): void {
    this.#kept.delete(run);
    this.#open.set(run, { run, callback, outputs, isPersistent: persistent });
    if (run < FIRST_LOCAL_RUN) this.#nextRun = Math.max(this.#nextRun, run + 1);
    this.#noted.push({ entry: { callback, outputs }, seq: 0, run });
  }

  #follow({ seq, pending, called = [] }: Message<"Status">): void {
    this.#called = called;
    for (const run of called) this.#begun.add(run);
    const waitedFor = [...this.#open.values()].filter(({ isPersistent }) => !isPersistent);
    const isAllBegun = waitedFor.length === pending && waitedFor.every(({ run }) => this.#begun.has(run));
    if (pending > 0 && !isAllBegun) return;
    this.#noted = this.#noted.filter((each) => each.seq > seq);
    if (pending === 0) this.#kept.clear();
    for (const run of this.#begun) if (!this.#open.has(run)) this.#begun.delete(run);
  }

  #noteUpdate({ changes, origin }: Message<"Update">): void {
    for (const { id, props, kept = [] } of changes) {
      const names = [...Object.keys(props), ...kept];
      this.#noteChange(
        names.map((property) => ({ id, property })),
        0,
      );
      if (origin !== "callback") continue;
      for (const property of names) {
        if (mayHoldComponents(props[property])) this.#noted.push({ entry: { inserted: { id, property } }, seq: 0 });
      }
    }
  }

  #noteChange(changed: readonly PropKey[], seq: number, taken?: readonly number[]): void {
    if (changed.length > 0) this.#noted.push({ entry: { changed, ...(taken && { taken }) }, seq });
  }

  /** What the page's own calls have written. */
  #noteLocal(message: LocalOutcome): void {
    const { run } = message;
    if (message.type === "LocalRun") this.#localRuns.set(run, message.callbackIndex);
    const index = this.#localRuns.get(run);
    if (message.outcome === undefined) return;
    this.#localRuns.delete(run);
    const local = this.#callbacks().find((callback) => callback.local?.index === index)?.local;
    if (!local || message.outcome !== "value") return;
    const written = [local.outputs].flat().flatMap(({ id, property }, at): PropKey[] => {
      const entry = message.values?.[at];
      if (!entry || "noUpdate" in entry || typeof id !== "string") return [];
      return [{ id, property: property.split("@")[0] as string }];
    });
    this.#noteChange(written, message.seq, message.taken);
  }
}

function keysOf(id: string, props: object): PropKey[] {
  return Object.keys(props).map((property) => ({ id, property }));
}

function mayHoldComponents(value: unknown): boolean {
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value);
}
