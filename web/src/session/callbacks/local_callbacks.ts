/**
 * Local callbacks: clientside callbacks whose Inputs only the page changes. The page calls them at once, without
 * waiting for Python, and reports to the worker in order: a change, then its runs.
 *
 *     slider.value --(local)--> wave.figure --(local)--> title.children        one microtask, no Python
 *                                          \--(Python)--> table.data           requested by the worker
 *
 * The worker decides which callbacks are local and in what order they depend on each other. It calls them itself at
 * the start and when Python has changed their Inputs. As long as such a run is pending, the page leaves to the worker
 * what depends on it (S-71).
 */

import { formatId, formatPropId, parsePropId, withoutHash } from "../../mirror/ids";
import type { CallbackSpec, CallClientside, ClientsideOutcome, LocalSpec, PropReference } from "../../wire/protocol";
import { FIRST_LOCAL_RUN, type LocalOutcome, NO_LOCAL_RUNS, type Outbox, type UnsentMessage } from "../outbox";

/** The parts of the page that local callbacks use. */
export interface LocalCallbackPage {
  has(id: string): boolean;
  /** Writes the result of a callback. */
  write(id: string, props: Record<string, unknown>): void;
  run(call: CallClientside): ClientsideOutcome | Promise<ClientsideOutcome>;
  /** Returns what components change in answer to these props, if a callback may read it (S-87). */
  takeAnswer(propIds: readonly string[]): ReturnType<Outbox["takeChanges"]>;
}

interface Local {
  readonly spec: CallbackSpec;
  readonly local: LocalSpec;
  readonly inputs: readonly string[];
  readonly outputs: readonly PropReference[];
  /** Ids of all props that may change when it runs, directly or by later local callbacks (S-71). */
  readonly reach: Set<string>;
}

type Requested = Map<Local, Set<string>>;

type LocalRunMessage = Extract<UnsentMessage, { type: "LocalRun" }>;

interface Called {
  readonly local: Local;
  readonly message: LocalRunMessage;
  readonly outcome?: ClientsideOutcome;
}

export class LocalCallbacks {
  readonly #page: LocalCallbackPage;
  readonly #outbox: () => Outbox;
  readonly #readers = new Map<string, Local[]>();
  /** Callbacks whose promise is pending, with the id of the run that counts (S-77). */
  readonly #pending = new Map<Local, number>();
  /** Requested, but they depend on a pending promise. */
  readonly #waiting: Requested = new Map();
  /** Indexes of the callbacks with a pending run of the worker, by its last Status. */
  #ofWorker = new Set<number>();
  /** Indexes of those left to the worker until it has ended their runs, with the message that tells it. */
  readonly #left = new Map<number, number>();
  /** Indexes of those that the page has taken over, with the number of the last message that tells the worker. */
  readonly #taken = new Map<number, number>();
  #all: readonly Local[] = [];
  #runs = FIRST_LOCAL_RUN;

  constructor(page: LocalCallbackPage, outbox: () => Outbox) {
    this.#page = page;
    this.#outbox = outbox;
  }

  use(callbacks: readonly CallbackSpec[]): void {
    this.#readers.clear();
    // The worker expects these runs.
    const { seen } = this.#outbox();
    const given = [...this.#waiting].map(([local, changed]) => describeRun(local, this.#nextRun(), seen, [...changed]));
    if (given.length > 0) this.#outbox().post(given.map((message) => ({ ...message, outcome: "prevented" })));
    this.#waiting.clear();
    this.#pending.clear();
    const locals = callbacks.flatMap((spec) => (spec.local ? [makeLocal(spec, spec.local)] : []));
    // In reverse order, so that the reach of a callback is complete before earlier ones add it to theirs.
    for (const local of locals.sort((a, b) => b.local.order - a.local.order)) {
      for (const propId of [...local.reach]) {
        for (const reader of this.#readers.get(propId) ?? []) for (const far of reader.reach) local.reach.add(far);
      }
      for (const propId of local.inputs) this.#readers.set(propId, [...(this.#readers.get(propId) ?? []), local]);
    }
    this.#all = locals;
    for (const readers of this.#readers.values()) readers.sort((a, b) => a.local.index - b.local.index);
  }

  /**
   * The worker has handled the messages up to `seq`; `indexes` are those of the callbacks with a pending run of its
   * own. Such a run replaces the page's, if the worker has requested it later.
   */
  follow(seq: number, indexes: readonly number[]): void {
    this.#ofWorker = new Set(indexes.filter((index) => seq >= (this.#taken.get(index) ?? 0)));
    for (const [index, told] of this.#left) if (seq >= told && !this.#ofWorker.has(index)) this.#left.delete(index);
    for (const waiting of [this.#pending, this.#waiting]) {
      for (const local of waiting.keys()) if (this.#ofWorker.has(local.local.index)) waiting.delete(local);
    }
  }

  /** Calls the waiting callbacks that depend on nothing pending any more. */
  callWaiting(): void {
    if (this.#waiting.size === 0) return;
    const written: string[] = [];
    const runs = this.#advance(this.#takeWaiting(), written);
    if (runs.length > 0) this.#outbox().post(runs, written);
  }

  /** All messages that were queued have been sent. */
  resumed(): void {
    for (const index of this.#taken.keys()) this.#taken.set(index, this.#outbox().seq);
  }

  /** Runs the local callbacks that have one of these props as Input. */
  runFor(propIds: readonly string[]): LocalOutcome {
    if (this.#readers.size === 0) return NO_LOCAL_RUNS;
    const requested: Requested = new Map();
    const taken = this.#request(requested, propIds);
    const written: string[] = [];
    return { taken, runs: this.#advance(requested, written), written };
  }

  /**
   * Adds the callbacks that have one of these props as Input to `requested`. Returns the indexes of those that the
   * page will call. The worker calls the others: those that depend on a run of its own.
   */
  #request(requested: Requested, propIds: readonly string[]): number[] {
    const asked: Requested = new Map();
    for (const propId of propIds) {
      for (const local of this.#readers.get(propId) ?? []) {
        if (this.#isComplete(local)) asked.set(local, (asked.get(local) ?? new Set<string>()).add(propId));
      }
    }
    // Each after those it depends on, which the page may take over.
    for (const local of [...asked.keys()].sort((a, b) => a.local.order - b.local.order)) {
      if (!this.#takeOver(local)) asked.delete(local);
    }
    for (const [local, changed] of asked) {
      requested.set(local, new Set([...(requested.get(local) ?? []), ...changed]));
    }
    return [...asked.keys()].map(({ local }) => local.index);
  }

  /** Decides who calls a requested callback: the page, or the worker, which is told so by the next message. */
  #takeOver(local: Local): boolean {
    const { index } = local.local;
    const told = this.#outbox().seq + 1;
    if (this.#left.has(index) || isBehind(local, this.#listOfWorker())) {
      this.#left.set(index, told);
      this.#waiting.delete(local);
      this.#pending.delete(local);
      return false;
    }
    this.#taken.set(index, told);
    this.#ofWorker.delete(index);
    return true;
  }

  /** Whether all components exist. If not, the engine calls it and reports what is missing (S-79). */
  #isComplete({ spec, outputs }: Local): boolean {
    return [...spec.inputs, ...spec.state, ...outputs].every(({ id }) => this.#page.has(formatId(id)));
  }

  /**
   * Calls the requested callbacks in rounds, each after those it depends on, and once (S-72). All callbacks of a round
   * are called before the results of any are written, so that none sees in its State what another has just written.
   */
  #advance(requested: Requested, written: string[]): UnsentMessage[] {
    const runs: UnsentMessage[] = [];
    while (requested.size > 0) {
      const round = this.#takeRound(requested).map(([local, changed]) => this.#call(local, changed));
      const changed = round.flatMap(({ local, message, outcome }) => {
        const props = outcome ? this.#write(local, outcome) : [];
        runs.push(outcome ? { ...message, ...outcome, taken: this.#request(requested, props) } : message);
        return props;
      });
      const answer = this.#page.takeAnswer(changed);
      if (answer) runs.push({ ...answer.message, taken: this.#request(requested, answer.keys) });
      written.push(...changed, ...(answer?.keys ?? []));
    }
    return runs;
  }

  /** Removes and returns the callbacks that depend on no other one. Those behind a pending promise wait. */
  #takeRound(requested: Requested): [Local, ReadonlySet<string>][] {
    const inOrder = [...requested].sort(([a], [b]) => a.local.order - b.local.order);
    for (const [local, changed] of inOrder) {
      if (!isBehind(local, [...this.#pending.keys(), ...this.#waiting.keys(), ...this.#listOfWorker()])) continue;
      this.#wait(local, changed);
      requested.delete(local);
    }
    const left = [...requested];
    const round = left.filter(([local]) => !left.some(([other]) => other !== local && reads(local, other.reach)));
    for (const [local] of round) requested.delete(local);
    return round;
  }

  #nextRun(): number {
    this.#runs += 1;
    return this.#runs;
  }

  /** The callbacks of which the worker has a run, or will have one when it has received all messages. */
  #listOfWorker(): Local[] {
    if (this.#ofWorker.size + this.#left.size === 0) return [];
    return this.#all.filter(({ local: { index } }) => this.#ofWorker.has(index) || this.#left.has(index));
  }

  #takeWaiting(): Requested {
    const requested: Requested = new Map(this.#waiting);
    this.#waiting.clear();
    return requested;
  }

  /** Its earlier run, if it is pending, does not count any more (S-77). */
  #wait(local: Local, changed: ReadonlySet<string>): void {
    this.#pending.delete(local);
    const known = this.#waiting.get(local) ?? new Set<string>();
    for (const propId of changed) known.add(propId);
    this.#waiting.set(local, known);
  }

  /** Returns the message about the call, and its outcome unless it is a promise. */
  #call(local: Local, changedProps: Iterable<string>): Called {
    const run = this.#nextRun();
    const changed = [...changedProps];
    const message = describeRun(local, run, this.#outbox().seen, changed);
    const outcome = this.#page.run(asCall(local, run, changed));
    if (!("then" in outcome)) {
      this.#pending.delete(local);
      return { local, message, outcome };
    }
    this.#pending.set(local, run);
    void outcome.then((result) => this.#finish(local, run, result));
    return { local, message };
  }

  #finish(local: Local, run: number, outcome: ClientsideOutcome): void {
    if (this.#pending.get(local) !== run) {
      this.#outbox().post([{ type: "ClientsideResult", run, outcome: "prevented" }]);
      return;
    }
    this.#pending.delete(local);
    const requested = this.#takeWaiting(); // they were requested before
    const written = this.#write(local, outcome);
    const taken = this.#request(requested, written);
    const runs = this.#advance(requested, written);
    this.#outbox().post([{ type: "ClientsideResult", run, ...outcome, taken }, ...runs], written);
  }

  /** Writes the values to the store. Returns the ids of the props that have one. */
  #write({ outputs }: Local, outcome: ClientsideOutcome): string[] {
    if (outcome.outcome !== "value") return [];
    const byId = new Map<string, Record<string, unknown>>();
    const written = outputs.flatMap(({ id, property }, index) => {
      const entry = outcome.values[index];
      if (!entry || "noUpdate" in entry) return [];
      const key = formatId(id);
      byId.set(key, { ...byId.get(key), [property]: entry.value });
      return [formatPropId(id, property)];
    });
    for (const [id, props] of byId) this.#page.write(id, props);
    return written;
  }
}

function makeLocal(spec: CallbackSpec, local: LocalSpec): Local {
  const outputs = [local.outputs].flat().map(({ id, property }) => ({ id, property: withoutHash(property) }));
  const inputs = spec.inputs.map(({ id, property }) => formatPropId(id, property));
  return {
    spec,
    local,
    inputs,
    outputs,
    reach: new Set(outputs.map(({ id, property }) => formatPropId(id, property))),
  };
}

function reads({ inputs }: Local, props: ReadonlySet<string>): boolean {
  return inputs.some((propId) => props.has(propId));
}

/** Whether it depends on another one of these, which are pending. */
function isBehind(local: Local, pending: readonly Local[]): boolean {
  return pending.some((other) => other !== local && reads(local, other.reach));
}

function describeRun({ local }: Local, run: number, seen: number, changed: readonly string[]): LocalRunMessage {
  const props = changed.map((propId) => parsePropId(propId));
  return { type: "LocalRun", callbackIndex: local.index, run, seen, changed: props };
}

function asCall({ spec, local }: Local, run: number, changed: readonly string[]): CallClientside {
  const called = spec.clientside_function;
  return {
    type: "CallClientside",
    run,
    function: { namespace: called?.namespace ?? "", name: called?.function_name ?? "" },
    inputs: [...spec.inputs],
    state: [...spec.state],
    outputs: Array.isArray(local.outputs) ? [...local.outputs] : (local.outputs as PropReference),
    triggered: changed.map((propId) => ({ propId })),
  };
}
