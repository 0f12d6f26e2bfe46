/** The app's callbacks as the page knows them: which props are Inputs or Outputs of one. */

import { formatId, parseId, parsePropId, sortedKeys, withoutHash } from "../../mirror/ids";
import { areEqual, type Dictionary, isDictionary } from "../../wire/json";
import type { CallbackSpec, ComponentId } from "../../wire/protocol";

interface Pattern {
  readonly property: string;
  readonly id: Dictionary;
}

/** A callback in Python that reads a prop of a component. */
export interface Reader {
  readonly inputs: readonly { readonly id: ComponentId; readonly property: string }[];
}

export class CallbackTable {
  readonly callbacks: readonly CallbackSpec[];
  readonly #byId = new Map<string, Set<string>>();
  readonly #byKeys = new Map<string, Pattern[]>();
  /** Props of Inputs whose component has another prop among the Inputs and State of that callback. */
  readonly #answered = new Set<string>();
  readonly #answeredByKeys = new Map<string, Pattern[]>();
  readonly #outputs: readonly { id: ComponentId; property: string }[];

  readonly #readers = new Map<string, Map<string, Reader[]>>();

  /** Time that building the table took, in milliseconds. */
  readonly time: number;

  constructor(callbacks: readonly CallbackSpec[] = []) {
    const start = performance.now();
    this.callbacks = callbacks;
    for (const { inputs } of callbacks) {
      for (const { id, property } of inputs) this.#add(parseSpecId(id), property);
    }
    for (const callback of callbacks) this.#addAnswered(callback);
    this.#outputs = callbacks.flatMap(({ output }) => parseOutput(output));
    this.time = performance.now() - start;
  }

  /** The callback with this output name (S-9). */
  find(output: string): CallbackSpec | undefined {
    return this.callbacks.find((callback) => callback.output === output);
  }

  /** Whether some callback has this prop as an Input, wildcards included. */
  isWatched(id: ComponentId, property: string): boolean {
    if (typeof id === "string") return this.#byId.get(id)?.has(property) ?? false;
    const patterns = this.#byKeys.get(sortedKeys(id).join(","));
    return patterns?.some((pattern) => pattern.property === property && matches(pattern.id, id)) ?? false;
  }

  /** Whether some callback has this prop as an Input and also reads another prop of the same component (S-87). */
  isAnswered(propId: string): boolean {
    if (this.#answered.has(propId)) return true;
    if (this.#answeredByKeys.size === 0) return false;
    const { id, property } = parsePropId(propId);
    const parsed = parseId(id);
    if (typeof parsed === "string") return false;
    const patterns = this.#answeredByKeys.get(sortedKeys(parsed).join(","));
    return patterns?.some((pattern) => pattern.property === property && matches(pattern.id, parsed)) ?? false;
  }

  /** The callbacks in Python that have props of this component as Input or State, by prop. */
  readersOf(id: ComponentId): ReadonlyMap<string, readonly Reader[]> {
    const key = formatId(id);
    const known = this.#readers.get(key);
    if (known) return known;
    const found = new Map<string, Reader[]>();
    for (const { clientside_function: clientside, ...spec } of this.callbacks) {
      if (clientside) continue;
      const inputs = spec.inputs.map((input) => ({ id: parseSpecId(input.id), property: input.property }));
      const state = (spec.state ?? []).map((item) => ({ id: parseSpecId(item.id), property: item.property }));
      for (const { id: read, property } of [...inputs, ...state]) {
        if (mayMean(read, id)) found.set(property, [...(found.get(property) ?? []), { inputs }]);
      }
    }
    this.#readers.set(key, found);
    return found;
  }

  #addAnswered({ inputs, state }: CallbackSpec): void {
    const read = [...inputs, ...(state ?? [])].map(({ id, property }) => ({ id: parseSpecId(id), property }));
    for (const { id, property } of read.slice(0, inputs.length)) {
      const where = addressOf(id);
      if (!read.some((other) => other.property !== property && addressOf(other.id) === where)) continue;
      if (typeof id === "string") this.#answered.add(`${id}.${property}`);
      else this.#answeredByKeys.set(where, [...(this.#answeredByKeys.get(where) ?? []), { property, id }]);
    }
  }

  /** Whether some callback has this prop as an Output. */
  isWritten(id: ComponentId, property: string): boolean {
    return this.#outputs.some((output) => {
      if (output.property !== property || typeof output.id !== typeof id) return false;
      return isDictionary(output.id) && isDictionary(id) ? matches(output.id, id) : output.id === id;
    });
  }

  #add(id: ComponentId, property: string): void {
    if (typeof id === "string") {
      const known = this.#byId.get(id);
      if (known) known.add(property);
      else this.#byId.set(id, new Set([property]));
      return;
    }
    const keys = sortedKeys(id).join(",");
    const known = this.#byKeys.get(keys);
    if (known) known.push({ property, id });
    else this.#byKeys.set(keys, [{ property, id }]);
  }
}

/** Whether a change of this prop calls one of the callbacks. */
export function isTrigger(propId: string, readers: readonly Reader[]): boolean {
  const { id, property } = parsePropId(propId);
  const parsed = parseId(id);
  return readers.some(({ inputs }) => inputs.some((input) => input.property === property && mayMean(input.id, parsed)));
}

function mayMean(given: ComponentId, id: ComponentId): boolean {
  if (!isDictionary(given) || !isDictionary(id)) return given === id;
  return sortedKeys(given).join(",") === sortedKeys(id).join(",") && matches(given, id);
}

/** Equal for ids that may mean the same component. */
function addressOf(id: ComponentId): string {
  return typeof id === "string" ? `.${id}` : sortedKeys(id).join(",");
}

/** Python writes dictionary ids of a specification as text. */
function parseSpecId(id: ComponentId): ComponentId {
  return typeof id === "string" && id.startsWith("{") ? (JSON.parse(id) as Dictionary) : id;
}

/** `a.b`, or `..a.b...c.d..` for several (S-9). */
function parseOutput(output: string): { id: ComponentId; property: string }[] {
  const propIds = output.startsWith("..") ? output.slice(2, -2).split("...") : [output];
  return propIds
    .filter((propId) => propId.includes("."))
    .map((propId) => parsePropId(propId))
    .map(({ id, property }) => ({ id: parseSpecId(id), property: withoutHash(property) }));
}

function matches(pattern: Dictionary, id: Dictionary): boolean {
  return Object.entries(pattern).every(([key, value]) => isWildcard(value) || areEqual(value, id[key]));
}

/** `["MATCH"]` as Python writes it, `{wild: "MATCH"}` as dash-renderer does. */
function isWildcard(value: unknown): boolean {
  return Array.isArray(value) || (isDictionary(value) && "wild" in value);
}
