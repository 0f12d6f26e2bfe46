/**
 * Values that a component changes in place, without `setProps`: AG Grid writes an edited cell into the `rowData` that it
 * was given, plotly.js a range into the figure. In Dash callbacks get the page's own object, and so the edit.
 *
 * For each value that a callback in Python may read, a copy of its containers is kept from before the component got it,
 * and compared with it later.
 */

import { type Dictionary, isDictionary } from "../wire/json";
import type { DryComponent } from "../wire/protocol";

interface Watched {
  /** The object that the component was given. */
  readonly value: object;
  copy: unknown;
}

/** These packages never change what they are given; looking for changes costs time. */
const unchanging = new Set(["dash_html_components", "dash_core_components", "dash_table"]);

/** Whether components of this kind may change a value in place. */
export function mayChangeInPlace({ namespace, type }: DryComponent): boolean {
  return !unchanging.has(namespace) || type === "Graph";
}

export class InPlaceChanges {
  readonly #watched = new Map<string, Map<string, Watched>>();

  /** Called with the props that a component is about to get. `names`: those that a callback may read. */
  watch(id: string, props: Dictionary, names: Iterable<string>): void {
    for (const name of names) {
      const value = props[name];
      if (typeof value !== "object" || value === null) continue;
      const known = this.#watched.get(id) ?? new Map<string, Watched>();
      if (known.get(name)?.value === value) continue;
      this.#watched.set(id, known.set(name, { value, copy: copyContainers(value) }));
    }
  }

  /** Ids of the components with watched values, and the names of their props. */
  *watched(): Iterable<[string, Iterable<string>]> {
    for (const [id, props] of this.#watched) yield [id, props.keys()];
  }

  forget(id: string): void {
    this.#watched.delete(id);
  }

  /** The names among those of a component whose values have changed in place since the last call. */
  take(id: string, props: Dictionary, names?: readonly string[]): string[] {
    const known = this.#watched.get(id);
    if (!known) return [];
    const changed: string[] = [];
    for (const [name, watched] of known) {
      if ((names && !names.includes(name)) || props[name] !== watched.value) continue;
      if (isUnchanged(watched.copy, watched.value)) continue;
      watched.copy = copyContainers(watched.value, new Set());
      changed.push(name);
    }
    return changed;
  }
}

/** `seen`: the containers above, where a value may contain itself. */
function copyContainers(value: unknown, seen?: Set<unknown>): unknown {
  if (typeof value !== "object" || value === null || seen?.has(value)) return value;
  const isList = Array.isArray(value);
  if (!isList && !isPlain(value)) return value;
  seen?.add(value);
  const copy = isList
    ? isLong(value)
      ? value.slice()
      : value.map((item) => copyContainers(item, seen))
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyContainers(item, seen)]));
  seen?.delete(value);
  return copy;
}

function isLong(list: readonly unknown[]): boolean {
  return list.every((item) => typeof item !== "object" || item === null);
}

function isUnchanged(copy: unknown, value: unknown): boolean {
  if (Object.is(copy, value)) return true;
  if (Array.isArray(copy)) {
    return (
      Array.isArray(value) &&
      copy.length === value.length &&
      copy.every((item, index) => isUnchanged(item, value[index]))
    );
  }
  if (!isPlain(copy) || !isPlain(value)) return false;
  const keys = Object.keys(copy);
  return (
    keys.length === Object.keys(value).length &&
    keys.every((key) => Object.hasOwn(value, key) && isUnchanged(copy[key], value[key]))
  );
}

function isPlain(value: unknown): value is Dictionary {
  if (!isDictionary(value) || ArrayBuffer.isView(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
