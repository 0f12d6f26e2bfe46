/**
 * Patches: a change of a value as a list of operations (S-100), applied without modifying the old value; and the
 * builder for clientside code. The operations agree with pyrt/model/patch.py.
 */

import { areEqual, type Dictionary, getAt, isDictionary, type Path, removeAt, setAt } from "../wire/json";

interface Operation {
  readonly operation: string;
  readonly location: Path;
  readonly params: Dictionary;
}

export interface PatchValue {
  readonly __dash_patch_update: string;
  readonly operations: readonly Operation[];
}

export function isPatch(value: unknown): value is PatchValue {
  return isDictionary(value) && "__dash_patch_update" in value;
}

/**
 * Applies all operations in order and returns the new value.
 *
 * @throws Error if the old value is missing or an operation does not fit the value at its location (S-104).
 */
export function applyPatch(old: unknown, patch: PatchValue): unknown {
  if (old === undefined) throw new Error("Cannot patch undefined");
  return patch.operations.reduce(applyOperation, old);
}

/** `props` with its patches applied to `oldProps`. */
export function resolvePatches(props: Dictionary, oldProps: Dictionary): Dictionary {
  if (!Object.values(props).some(isPatch)) return props;
  return Object.fromEntries(
    Object.entries(props).map(([name, value]) => [name, isPatch(value) ? applyPatch(oldProps[name], value) : value]),
  );
}

function applyOperation(root: unknown, { operation, location, params }: Operation): unknown {
  const path = resolveLocation(root, location);
  if (operation === "Assign") return setAt(root, path, params.value);
  if (operation === "Delete") return removeAt(root, path);
  const change = operations[operation];
  if (!change) throw new Error(`Invalid Operation ${operation}`);
  return setAt(root, path, change(getAt(root, path), params));
}

/** Negative indexes count from the end of the list (S-102). */
function resolveLocation(root: unknown, location: Path): Path {
  const path: (string | number)[] = [];
  for (const step of location) path.push(resolveIndex(step, getAt(root, path)));
  return path;
}

function resolveIndex<T>(step: T, container: unknown): T | number {
  return typeof step === "number" && step < 0 ? asList(container).length + step : step;
}

const operations: Readonly<Record<string, (old: unknown, params: Dictionary) => unknown>> = {
  Merge: (old, { value }) => ({ ...(old as Dictionary | undefined), ...(value as Dictionary) }),
  Extend: (old, { value }) =>
    typeof old === "string" && typeof value === "string" ? old + value : [...asList(old), ...asList(value)],
  Insert: (old, { value, index }) => insert(asList(old), Number(resolveIndex(index, old)), value),
  // As in Dash, these two start a list if there is none: an empty Div has `children: null`.
  Append: (old, { value }) => [...asList(old ?? []), value],
  Prepend: (old, { value }) => [value, ...asList(old ?? [])],
  // JavaScript's +, as in Dash: adds numbers, joins strings.
  Add: (old, { value }) => (old as number) + (value as number),
  Sub: (old, { value }) => Number(old) - Number(value),
  Mul: (old, { value }) => Number(old) * Number(value),
  Div: (old, { value }) => Number(old) / Number(value),
  Clear: (old) => emptied(old),
  Reverse: (old) => (typeof old === "string" ? [...old].reverse().join("") : [...asList(old)].reverse()),
  Remove: (old, { value }) => asList(old).filter((item) => !areEqual(item, value)),
};

function insert(list: readonly unknown[], index: number, value: unknown): unknown[] {
  const at = index >= 0 && index < list.length ? index : list.length;
  return [...list.slice(0, at), value, ...list.slice(at)];
}

function emptied(value: unknown): unknown {
  if (Array.isArray(value)) return [];
  if (typeof value === "string") return "";
  return isDictionary(value) ? {} : undefined;
}

function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
  throw new TypeError(`A patch wants to change a list, but finds ${JSON.stringify(value) ?? "nothing"} there.`);
}

/** `dash_clientside.Patch`: each method records one operation at `location`. */
export class PatchBuilder {
  readonly #operations: Operation[] = [];

  assign(location: Path, value: unknown): this {
    return this.#record("Assign", location, { value });
  }
  merge(location: Path, value: unknown): this {
    return this.#record("Merge", location, { value });
  }
  extend(location: Path, value: unknown): this {
    return this.#record("Extend", location, { value });
  }
  delete(location: Path): this {
    return this.#record("Delete", location, {});
  }
  insert(location: Path, index: number, value: unknown): this {
    return this.#record("Insert", location, { index, value });
  }
  append(location: Path, value: unknown): this {
    return this.#record("Append", location, { value });
  }
  prepend(location: Path, value: unknown): this {
    return this.#record("Prepend", location, { value });
  }
  add(location: Path, value: unknown): this {
    return this.#record("Add", location, { value });
  }
  sub(location: Path, value: unknown): this {
    return this.#record("Sub", location, { value });
  }
  mul(location: Path, value: unknown): this {
    return this.#record("Mul", location, { value });
  }
  div(location: Path, value: unknown): this {
    return this.#record("Div", location, { value });
  }
  clear(location: Path): this {
    return this.#record("Clear", location, {});
  }
  reverse(location: Path): this {
    return this.#record("Reverse", location, {});
  }
  remove(location: Path, value: unknown): this {
    return this.#record("Remove", location, { value });
  }

  build(): PatchValue {
    return { __dash_patch_update: "__dash_patch_update", operations: this.#operations };
  }

  #record(operation: string, location: Path, params: Dictionary): this {
    this.#operations.push({ operation, location, params });
    return this;
  }
}
