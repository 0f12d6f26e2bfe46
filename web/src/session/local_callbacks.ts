/**
 * Local callbacks: clientside callbacks whose Inputs only the page changes. The page calls them at once, without
 * waiting for Python, and reports to the worker in order: a change, then its runs.
 *
 *     slider.value --(local)--> wave.figure --(local)--> title.children        one microtask, no Python
 *                                          \--(Python)--> table.data           requested by the worker
 *
 * The worker decides which callbacks are local and in what order they depend on each other.
 */

import { formatId, formatPropId, parsePropId, withoutHash } from "../mirror/ids";
import type { CallbackSpec, CallClientside, ClientsideOutcome, LocalSpec, PropReference } from "../wire/protocol";
import { type LocalOutcome, NO_LOCAL_RUNS, type Outbox, type UnsentMessage } from "./outbox";

/** Run ids of local callbacks start here; the engine counts its own from 1. */
const FIRST_RUN = 2 ** 40;

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
  #runs = FIRST_RUN;

  constructor(page: LocalCallbackPage, outbox: () => Outbox) {
    this.#page = page;
    this.#outbox = outbox;
  }

  use(callbacks: readonly CallbackSpec[]): void {
    this.#readers.clear();
    // The worker expects these runs.
    const given = [...this.#waiting].map(([local, changed]) => describeRun(local, this.#nextRun(), [...changed]));
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
    for (const readers of this.#readers.values()) readers.sort((a, b) => a.local.index - b.local.index);
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
   * page will call.
   */
  #request(requested: Requested, propIds: readonly string[]): number[] {
    const taken = new Set<number>();
    for (const propId of propIds) {
      for (const local of this.#readers.get(propId) ?? []) {
        if (!this.#isComplete(local)) continue;
        const changed = requested.get(local) ?? new Set<string>();
        requested.set(local, changed.add(propId));
        taken.add(local.local.index);
      }
    }
    return [...taken];
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
      if (!this.#isBehindPending(local)) continue;
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

  #isBehindPending(local: Local): boolean {
    const before = [...this.#pending.keys(), ...this.#waiting.keys()].filter((other) => other !== local);
    return before.some((other) => reads(local, other.reach));
  }

  #wait(local: Local, changed: ReadonlySet<string>): void {
    const known = this.#waiting.get(local) ?? new Set<string>();
    for (const propId of changed) known.add(propId);
    this.#waiting.set(local, known);
  }

  /** Returns the message about the call, and its outcome unless it is a promise. */
  #call(local: Local, changedProps: Iterable<string>): Called {
    const run = this.#nextRun();
    const changed = [...changedProps];
    const message = describeRun(local, run, changed);
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
    // Those that wait were requested before.
    const requested: Requested = new Map(this.#waiting);
    this.#waiting.clear();
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

function describeRun({ local }: Local, run: number, changed: readonly string[]): LocalRunMessage {
  return { type: "LocalRun", callbackIndex: local.index, run, changed: changed.map((propId) => parsePropId(propId)) };
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
