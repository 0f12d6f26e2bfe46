/**
 * What the user has typed and chosen since the page was opened: the props of components that they have changed. A page
 * that starts again, because the browser has discarded it, gives them to the new layout, as persistence does: a
 * value is put back where the component still has the value that the user has changed.
 *
 * Clicks and other events are not part of it: what they have called must not be called again.
 *
 *     edits   {"text": {"value": ["typed", ""]}, "[\"components\", \"props\", ...]": {...}}     [new, old]; old absent: unset
 */

import { formatId } from "../mirror/ids";
import { areEqual, type Dictionary, isDictionary, type Path } from "../wire/json";
import type { ComponentId, DryComponent } from "../wire/protocol";

/** The value of a prop now, and before the user changed it (absent: it was unset). */
type SavedEdit = readonly [value: unknown, original?: unknown];

/** Prop ids are separate: `edits[key][prop]`; a component without an id has its path as key. */
export type SavedEdits = Readonly<Record<string, Readonly<Record<string, SavedEdit>>>>;

/** Counters, times, what the pointer was on, and values that components derive from others. */
const eventProps = /^n_|_timestamp$|[a-z](Data|Clicked|Changed)$|^derived_|^virtualRow|^loading_state$/;

/** Longest JSON of one edit, in characters. */
const maxEditLength = 500_000;

export class SavedState {
  readonly #edits = new Map<string, Map<string, SavedEdit>>();
  #restoring: SavedEdits;

  /** `restoring`: the edits of the page that this one continues. */
  constructor(restoring: SavedEdits = {}) {
    this.#restoring = restoring;
  }

  /**
   * Called before `props` are merged into a component. `isByUser`: the user has changed them, no callback. What a
   * callback sets counts where the user has changed the prop before: forms are emptied so.
   */
  record(component: DryComponent, path: Path, props: Dictionary, isByUser: boolean): void {
    if (!isByUser && this.#edits.size === 0 && !isMemoryStore(component)) return;
    const key = keyOf(component, path);
    const known = this.#edits.get(key);
    for (const [name, value] of Object.entries(props)) {
      const isChanged = isByUser || known?.has(name) || isMemoryStore(component);
      if (isChanged && isKept(component, name)) this.#add(key, name, value, component.props[name]);
    }
  }

  /** The saved values of a component that is about to be drawn; undefined if there are none. */
  editsOf(component: DryComponent, path: Path): Dictionary | undefined {
    const saved = this.#restoring[keyOf(component, path)];
    if (!isDictionary(saved)) return undefined;
    const found: Record<string, unknown> = {};
    for (const [name, edit] of Object.entries(saved)) {
      if (!Array.isArray(edit) || !isKept(component, name)) continue;
      const [value, original] = edit as SavedEdit;
      const current = component.props[name];
      if (!areEqual(current ?? null, original ?? null) || areEqual(current, value)) continue;
      found[name] = value;
      this.#add(keyOf(component, path), name, value, original);
    }
    return Object.keys(found).length > 0 ? found : undefined;
  }

  /** The start is over: components that appear from now on are new. */
  endRestoring(): void {
    this.#restoring = {};
  }

  /** As JSON can hold them. During the start, also those that are not put back yet. */
  get edits(): SavedEdits {
    const own = [...this.#edits].map(([key, props]) => {
      return [key, Object.fromEntries([...props].filter(([, edit]) => canSave(edit)))] as const;
    });
    return { ...this.#restoring, ...Object.fromEntries(own) };
  }

  #add(key: string, name: string, value: unknown, replaced: unknown): void {
    const props = this.#edits.get(key) ?? new Map<string, SavedEdit>();
    const known = props.get(name);
    const original = known ? known[1] : replaced;
    props.set(name, original === undefined ? [value] : [value, original]);
    this.#edits.set(key, props);
  }
}

function keyOf({ props }: DryComponent, path: Path): string {
  return props.id ? formatId(props.id as ComponentId) : JSON.stringify(path);
}

export function isKept({ type, props }: DryComponent, name: string): boolean {
  // A hot reload keeps clicks, too: as in Dash, callbacks get them when they run again.
  if ((!import.meta.env.PYRT_DEV && eventProps.test(name)) || type === "Location") return false;
  return !/password/i.test(type) && props.type !== "password";
}

/** A Store whose data only the page holds. */
export function isMemoryStore({ namespace, type, props }: DryComponent): boolean {
  const isStore = namespace === "dash_core_components" && type === "Store";
  return isStore && (props.storage_type ?? "memory") === "memory";
}

function canSave(edit: SavedEdit): boolean {
  try {
    return JSON.stringify(edit).length <= maxEditLength;
  } catch {
    return false; // it contains itself
  }
}
