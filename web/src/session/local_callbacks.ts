/**
 * Local callbacks: clientside callbacks whose Inputs only the page changes. The page calls them by itself, at
 * once, however busy Python is, and tells the worker what came of it, in order: a change, then its runs.
 *
 *     slider.value --(local)--> wave.figure --(local)--> title.children        one microtask, no Python
 *                                          \--(Python)--> table.data           asked for by the worker
 *
 * Which callbacks are local, and in what order they depend on each other, the worker has worked out.
 */

import { formatId, formatPropId, parsePropId } from "../mirror/ids";
import type { CallbackSpec, CallClientside, ClientsideOutcome, LocalSpec, PropReference } from "../wire/protocol";
import { type LocalOutcome, NO_LOCAL_RUNS, type Outbox, type UnsentMessage } from "./outbox";

/** The engine counts its runs from 1, the page its own from here. */
const FIRST_RUN = 2 ** 40;

/** What the page does with values and knows of components. */
export interface LocalCallbackPage {
  has(id: string): boolean;
  /** Writes a result; the props it has changed. */
  write(id: string, props: Record<string, unknown>): void;
  run(call: CallClientside): ClientsideOutcome | Promise<ClientsideOutcome>;
}

interface Local {
  readonly spec: CallbackSpec;
  readonly local: LocalSpec;
  readonly inputs: readonly string[];
  readonly outputs: readonly PropReference[];
  /** Every prop that may change when it runs, by itself or by local callbacks after it (S-71). */
  readonly reach: Set<string>;
}

type Requested = Map<Local, Set<string>>;

export class LocalCallbacks {
  readonly #page: LocalCallbackPage;
  readonly #outbox: () => Outbox;
  readonly #readers = new Map<string, Local[]>();
  /** Promises that are open: the run that counts for each callback (S-77). */
  readonly #pending = new Map<Local, number>();
  /** Asked for, but behind an open promise. */
  readonly #waiting: Requested = new Map();
  #runs = FIRST_RUN;

  constructor(page: LocalCallbackPage, outbox: () => Outbox) {
    this.#page = page;
    this.#outbox = outbox;
  }

  use(callbacks: readonly CallbackSpec[]): void {
    this.#readers.clear();
    this.#waiting.clear();
    this.#pending.clear();
    const locals = callbacks.flatMap((spec) => (spec.local ? [makeLocal(spec, spec.local)] : []));
    // From the last to the first: what a callback reaches is known before it is asked for.
    for (const local of locals.sort((a, b) => b.local.order - a.local.order)) {
      for (const propId of [...local.reach]) {
        for (const reader of this.#readers.get(propId) ?? []) for (const far of reader.reach) local.reach.add(far);
      }
      for (const propId of local.inputs) this.#readers.set(propId, [...(this.#readers.get(propId) ?? []), local]);
    }
  }

  /** Calls what these props concern. */
  runFor(propIds: readonly string[]): LocalOutcome {
    if (this.#readers.size === 0) return NO_LOCAL_RUNS;
    const requested: Requested = new Map();
    const taken = this.#request(requested, propIds);
    const written: string[] = [];
    return { taken, runs: this.#advance(requested, written), written };
  }

  /** Notes who reads these props; returns the numbers of those the page will call. */
  #request(requested: Requested, propIds: readonly string[]): number[] {
    const taken = new Set<number>();
    for (const propId of propIds) {
      for (const local of this.#readers.get(propId) ?? []) {
        if (!this.#isComplete(local)) continue;
        const changed = requested.get(local) ?? new Set<string>();
        requested.set(local, changed.add(propId));
        taken.add(local.local.number);
      }
    }
    return [...taken];
  }

  /** The engine knows what to say when something is missing (S-79). */
  #isComplete({ spec, outputs }: Local): boolean {
    return [...spec.inputs, ...spec.state, ...outputs].every(({ id }) => this.#page.has(formatId(id)));
  }

  /** Calls what is requested, each after those it depends on, so that none is called twice (S-72). */
  #advance(requested: Requested, written: string[]): UnsentMessage[] {
    const runs: UnsentMessage[] = [];
    for (let local = firstOf(requested); local; local = firstOf(requested)) {
      const changed = requested.get(local) ?? new Set<string>();
      requested.delete(local);
      if (this.#isBehindPending(local)) this.#wait(local, changed);
      else runs.push(this.#call(local, [...changed], requested, written));
    }
    return runs;
  }

  #isBehindPending(local: Local): boolean {
    const before = [...this.#pending.keys(), ...this.#waiting.keys()].filter((other) => other !== local);
    return before.some((other) => local.inputs.some((propId) => other.reach.has(propId)));
  }

  #wait(local: Local, changed: ReadonlySet<string>): void {
    const known = this.#waiting.get(local) ?? new Set<string>();
    for (const propId of changed) known.add(propId);
    this.#waiting.set(local, known);
  }

  #call(local: Local, changed: readonly string[], requested: Requested, written: string[]): UnsentMessage {
    this.#runs += 1;
    const run = this.#runs;
    const message = {
      type: "LocalRun" as const,
      callback: local.local.number,
      run,
      changed: changed.map((propId) => parsePropId(propId)),
    };
    const outcome = this.#page.run(asCall(local, run, changed));
    if (!("then" in outcome)) {
      this.#pending.delete(local);
      const props = this.#write(local, outcome);
      written.push(...props);
      return { ...message, ...outcome, taken: this.#request(requested, props) };
    }
    this.#pending.set(local, run);
    void outcome.then((result) => this.#finish(local, run, result));
    return message;
  }

  #finish(local: Local, run: number, outcome: ClientsideOutcome): void {
    if (this.#pending.get(local) !== run) {
      this.#outbox().post([{ type: "ClientsideResult", run, outcome: "prevented" }]);
      return;
    }
    this.#pending.delete(local);
    const requested: Requested = new Map();
    const written = this.#write(local, outcome);
    const taken = this.#request(requested, written);
    for (const [waiting, changed] of this.#waiting) {
      requested.set(waiting, new Set([...changed, ...(requested.get(waiting) ?? [])]));
    }
    this.#waiting.clear();
    const runs = this.#advance(requested, written);
    this.#outbox().post([{ type: "ClientsideResult", run, ...outcome, taken }, ...runs], written);
  }

  /** Puts the values into the mirror; returns the props that have one. */
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
  const outputs = [local.outputs].flat();
  const inputs = spec.inputs.map(({ id, property }) => formatPropId(id, property));
  return {
    spec,
    local,
    inputs,
    outputs,
    reach: new Set(outputs.map(({ id, property }) => formatPropId(id, property))),
  };
}

function firstOf(requested: Requested): Local | undefined {
  let first: Local | undefined;
  for (const local of requested.keys()) if (!first || local.local.order < first.local.order) first = local;
  return first;
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
