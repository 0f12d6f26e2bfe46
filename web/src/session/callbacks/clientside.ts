/**
 * Clientside callbacks (S-92 to S-96): functions of `window.dash_clientside`, called when the engine asks, with
 * values from the page's store. The page keeps their results, so that the worker need not send them back.
 */

import { messageOf } from "../../files/reasons";
import { formatId, formatPropId, parseId, parsePropId, withoutHash } from "../../mirror/ids";
import type { Store } from "../../mirror/store";
import { inDashForm } from "../../wire/arrays";
import { type Dictionary, isDictionary } from "../../wire/json";
import type { CallClientside, ClientsideOutcome, Dependency, PropReference, ResultEntry } from "../../wire/protocol";
import type { Outbox } from "../outbox";

type Namespace = Record<string, ((...values: unknown[]) => unknown) | undefined>;

/** `window.dash_clientside`, read at each call because assets may replace it. */
export interface DashClientside {
  no_update: unknown;
  PreventUpdate: unknown;
  callback_context?: Dictionary;
  [name: string]: unknown;
}

type Valued = PropReference & { readonly value: unknown };

export class ClientsideRunner {
  readonly #engineMirror: () => Store;
  readonly #outbox: Outbox;
  readonly #results = new Map<number, Map<string, unknown>>();
  readonly #errors = new Map<number, unknown>();
  /** The calls for the engine whose runs have not ended. */
  readonly #calls = new Map<number, ClientsideOutcome | Promise<ClientsideOutcome>>();
  /** Those of an engine that has ended. */
  #kept: ReadonlyMap<number, ClientsideOutcome | Promise<ClientsideOutcome>> = new Map();
  /** Those whose outcome the engine waits for. */
  readonly #asked = new Set<number>();

  /** `engineMirror` returns the layout that messages of the engine refer to. */
  constructor(engineMirror: () => Store, outbox: Outbox) {
    this.#engineMirror = engineMirror;
    this.#outbox = outbox;
  }

  /** Calls a function for the engine and sends its outcome. A new engine, after `cut`, gets that of the same call. */
  call(message: CallClientside): void {
    const outcome = this.#kept.get(message.run) ?? this.run(message, this.#engineMirror());
    this.#calls.set(message.run, outcome);
    this.#asked.add(message.run);
    if ("then" in outcome) void outcome.then((settled) => this.#sendOutcome(message, settled));
    else this.#sendOutcome(message, outcome);
  }

  /** The engine has ended: outcomes wait until another one asks for them. */
  cut(): void {
    this.#asked.clear();
    this.#kept = new Map(this.#calls);
  }

  /**
   * Calls a function with values of the mirror `store`. Returns its outcome, or a promise of it if the function
   * returned one. Never throws.
   */
  run(message: CallClientside, store: Store): ClientsideOutcome | Promise<ClientsideOutcome> {
    const { run, outputs } = message;
    try {
      const result = this.#invoke(message, store);
      if (!isThenable(result)) return this.#outcome(run, outputs, () => result);
      return Promise.resolve(result).then(
        (value) => this.#outcome(run, outputs, () => value),
        (error: unknown) => this.#outcome(run, outputs, () => rethrow(error)),
      );
    } catch (error) {
      return this.#outcome(run, outputs, () => rethrow(error));
    }
  }

  /** The value that clientside run `run` has returned for this prop. */
  resultOf(run: number | undefined, id: string, property: string): unknown {
    return run === undefined ? undefined : this.#results.get(run)?.get(formatPropId(id, property));
  }

  /** The value that the function of this run has thrown, with its own stack. */
  errorOf(run: number): unknown {
    return this.#errors.get(run);
  }

  release(run: number): void {
    this.#results.delete(run);
    this.#errors.delete(run);
    this.#calls.delete(run);
  }

  #invoke({ function: { namespace, name }, inputs, state, outputs, triggered }: CallClientside, store: Store): unknown {
    const dashClientside = getDashClientside();
    const inputsList = inputs.map((dependency) => withValues(dependency, store));
    const statesList = state.map((dependency) => withValues(dependency, store));
    const inputValues = byPropId(inputsList);
    const triggers = triggered.map(({ propId }) => propId);
    dashClientside.callback_context = {
      triggered: triggers.map((propId) => ({ prop_id: propId, value: inputValues[propId] })),
      triggered_id: triggers[0] === undefined ? undefined : parseId(parsePropId(triggers[0]).id),
      inputs_list: inputsList,
      inputs: inputValues,
      states_list: state.length > 0 ? statesList : undefined,
      states: byPropId(statesList),
      outputs_list: outputs ? parseIds(outputs) : undefined,
    };
    try {
      const functions = dashClientside[namespace] as Namespace | undefined;
      const called = functions?.[name];
      if (typeof called !== "function") {
        throw new TypeError(`dash_clientside.${namespace}.${name} is not a function`);
      }
      return called.apply(functions, [...inputsList, ...statesList].map(valuesOf));
    } finally {
      delete getDashClientside().callback_context;
    }
  }

  #sendOutcome({ run }: CallClientside, outcome: ClientsideOutcome): void {
    if (!this.#asked.delete(run)) return;
    try {
      this.#outbox.send({ type: "ClientsideResult", run, ...outcome });
    } catch (error) {
      // The value cannot be written as JSON, for instance because it contains itself.
      this.#outbox.send({ type: "ClientsideResult", run, ...this.#failed(run, error) });
    }
  }

  #outcome(run: number, outputs: CallClientside["outputs"], result: () => unknown): ClientsideOutcome {
    try {
      const value = result();
      const values = outputs ? pairUp(outputs, value) : [];
      this.#results.set(run, collectResults(outputs, values));
      return { outcome: "value", values };
    } catch (error) {
      if (error === getDashClientside().PreventUpdate) return { outcome: "prevented" };
      return this.#failed(run, error);
    }
  }

  #failed(run: number, error: unknown): ClientsideOutcome {
    this.#errors.set(run, error);
    const { message, stack } = error instanceof Error ? error : { message: messageOf(error), stack: "" };
    return { outcome: "error", error: { message, stack: stack ?? "" } };
  }
}

function withValues(dependency: Dependency, store: Store): Valued | Valued[] {
  return isList(dependency) ? dependency.map((item) => withValue(item, store)) : withValue(dependency, store);
}

function withValue(reference: PropReference, store: Store): Valued {
  const { id, property, before } = reference;
  return { ...withParsedId(reference), value: inDashForm(before ? before[0] : store.propsOf(id)?.[property]) };
}

export function getDashClientside(): DashClientside {
  const host = window as unknown as { dash_clientside?: DashClientside };
  host.dash_clientside ??= {} as DashClientside;
  return host.dash_clientside;
}

function isList(dependency: Dependency): dependency is readonly PropReference[] {
  return Array.isArray(dependency);
}

function withParsedId({ id, property }: PropReference): PropReference {
  return { id: typeof id === "string" ? parseId(id) : id, property: withoutHash(property) };
}

function parseIds(outputs: NonNullable<CallClientside["outputs"]>): unknown {
  if (!Array.isArray(outputs)) {
    const { id, property } = outputs as PropReference; // a duplicate keeps its hash (S-95)
    return { id: typeof id === "string" ? parseId(id) : id, property };
  }
  return outputs.map((output: Dependency) => parseIds(output as NonNullable<CallClientside["outputs"]>));
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

function rethrow(error: unknown): never {
  throw error;
}

function valuesOf(dependency: Valued | Valued[]): unknown {
  return Array.isArray(dependency) ? dependency.map(({ value }) => value) : dependency.value;
}

function byPropId(dependencies: readonly (Valued | Valued[])[]): Record<string, unknown> {
  const entries = dependencies.flat().map(({ id, property, value }) => [formatPropId(id, property), value ?? null]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

/**
 * One entry per concrete output, in order (S-94). Lists are paired item by item up to the shorter length. A single
 * `no_update` stands for all outputs of a list.
 */
function pairUp(outputs: NonNullable<CallClientside["outputs"]>, result: unknown): ResultEntry[] {
  const { no_update: noUpdate } = getDashClientside();
  if (!Array.isArray(outputs)) return [result === noUpdate ? { noUpdate: true } : toEntry(result)];
  if (result === noUpdate) return outputs.flat().map(() => ({ noUpdate: true }));
  if (!Array.isArray(result)) {
    throw new TypeError(
      `A clientside callback with ${outputs.length} outputs must return an array, but returned ${String(result)}`,
    );
  }
  return outputs.flatMap((output: Dependency, index) =>
    index < result.length ? pairUp(output as NonNullable<CallClientside["outputs"]>, result[index]) : noUpdates(output),
  );
}

function noUpdates(output: Dependency): ResultEntry[] {
  return (isList(output) ? output : [output]).map(() => ({ noUpdate: true }));
}

function toEntry(value: unknown): ResultEntry {
  return value === undefined ? {} : { value };
}

function collectResults(outputs: CallClientside["outputs"], values: readonly ResultEntry[]): Map<string, unknown> {
  const flat = outputs ? ([outputs].flat(2) as PropReference[]) : [];
  return new Map(
    flat.flatMap(({ id, property }, index) => {
      const entry = values[index];
      const isValue = isDictionary(entry) && "value" in entry;
      return isValue ? [[`${formatId(id)}.${withoutHash(property)}`, entry.value] as const] : [];
    }),
  );
}
