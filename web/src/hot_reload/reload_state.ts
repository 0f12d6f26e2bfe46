/**
 * What stays when the app runs again in the page (S-172): Dash's rules of `dev_tools_hot_reload_preserve_state`. Values
 * that the user, clientside code and `set_props` have given to props are put back where the component's initial value is
 * the one that they replaced; if it is another one now, the new code wins. Memory stores keep what any callback has
 * written. Each value is put back once, also into components that a callback inserts later.
 *
 *     edits     changed since the last run: {id: {prop: [value, original]}}
 *     pending   of runs before, for components that have not appeared yet
 */

import { formatId } from "../mirror/ids";
import { isKept, isMemoryStore } from "../saved_state/saved_state";
import { areEqual, type Dictionary, isDictionary, type Path } from "../wire/json";
import type { ComponentId, DryComponent } from "../wire/protocol";

type Edit = readonly [value: unknown, original: unknown];
type Edits = Map<string, Map<string, Edit>>;

export class ReloadState {
  #edits: Edits = new Map();
  #pending: Edits;
  /** Prop ids that `set_props` of Python is about to set. */
  readonly #expected = new Set<string>();
  isEnabled = true;

  /** `kept`: the edits of the page before it was loaded anew. */
  constructor(kept: unknown = {}) {
    this.#pending = isDictionary(kept)
      ? new Map(
          Object.entries(kept).map(([key, props]) => [
            key,
            new Map(Object.entries(props as Dictionary)) as Map<string, Edit>,
          ]),
        )
      : new Map();
  }

  /** The app is about to run again: what was changed is to be put back. */
  begin(): void {
    for (const [key, props] of this.#edits) {
      this.#pending.set(key, new Map([...(this.#pending.get(key) ?? []), ...props]));
    }
    this.#edits = new Map();
    if (!this.isEnabled) this.#pending = new Map();
  }

  /** The next values of these props come from `set_props`. */
  expect(id: string, props: Dictionary): void {
    for (const name of Object.keys(props)) this.#expected.add(`${id}.${name}`);
  }

  record(component: DryComponent, path: Path, props: Dictionary, isByUser: boolean): void {
    const key = keyOf(component, path);
    const known = this.#edits.get(key);
    for (const [name, value] of Object.entries(props)) {
      const isOwn = this.#expected.delete(`${key}.${name}`) || isByUser || isMemoryStore(component) || known?.has(name);
      if (isOwn && isKept(component, name)) this.#add(key, name, value, component.props[name]);
    }
  }

  /** The values to put back into a component that is about to be drawn. */
  editsOf(component: DryComponent, path: Path): Dictionary | undefined {
    const key = keyOf(component, path);
    const pending = this.#pending.get(key);
    if (!pending) return undefined;
    this.#pending.delete(key);
    const found: Record<string, unknown> = {};
    for (const [name, [value, original]] of pending) {
      const current = component.props[name];
      if (!areEqual(current ?? null, original ?? null)) continue;
      this.#add(key, name, value, original);
      if (!areEqual(current, value)) found[name] = value;
    }
    return Object.keys(found).length > 0 ? found : undefined;
  }

  endRestoring(): void {
    // What has not appeared yet stays pending.
  }

  /** As JSON can hold them. */
  get edits(): Record<string, Record<string, Edit>> {
    const all = new Map([...this.#pending, ...this.#edits]);
    return Object.fromEntries([...all].map(([key, props]) => [key, Object.fromEntries([...props].filter(isJson))]));
  }

  #add(key: string, name: string, value: unknown, replaced: unknown): void {
    const props = this.#edits.get(key) ?? new Map<string, Edit>();
    const known = props.get(name) ?? this.#pending.get(key)?.get(name);
    props.set(name, [value, known ? known[1] : replaced]);
    this.#edits.set(key, props);
  }
}

function keyOf({ props }: DryComponent, path: Path): string {
  return props.id ? formatId(props.id as ComponentId) : JSON.stringify(path);
}

function isJson([, edit]: [string, Edit]): boolean {
  try {
    return JSON.stringify(edit) !== undefined;
  } catch {
    return false;
  }
}
