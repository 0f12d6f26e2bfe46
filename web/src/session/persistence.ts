/**
 * Persistence of the user's edits: they are kept in the browser's storage and restored when the
 * component appears again with the value it had before the edit.
 */

import { type ComponentClass, findClass, type Transform } from "../mirror/component_classes";
import { formatId } from "../mirror/ids";
import { isComponent } from "../mirror/tree";
import type { SavedState } from "../saved_state/saved_state";
import { areEqual, type Dictionary, isDictionary, type Path, setAt } from "../wire/json";
import type { ComponentId, DryComponent } from "../wire/protocol";
import { type Storage, Storages } from "./storage";

/** A component with `persistence`, and its settings. */
interface Persistent {
  readonly id: ComponentId;
  readonly props: Dictionary;
  readonly found: ComponentClass;
  readonly persistence: unknown;
  readonly persistedProps: readonly string[];
  readonly persistenceType: string;
}

export interface Restored {
  readonly path: Path;
  readonly id: ComponentId | undefined;
  readonly props: Dictionary;
}

/** One persisted prop in storage: the new value, and the one it replaced (absent: it was unset). */
type Edit = readonly [unknown, unknown?];

export class Persistence {
  readonly #storages: Storages;
  readonly #saved: Pick<SavedState, "editsOf"> | undefined;

  /** `saved`: what the user has changed in the page that this one continues. */
  constructor(reportError: (error: Error) => void, saved?: Pick<SavedState, "editsOf">) {
    this.#storages = new Storages(reportError);
    this.#saved = saved;
  }

  /** Keeps the new values of persisted props. Called before they are merged. */
  record(component: DryComponent, newProps: Dictionary): void {
    const known = describe(component);
    if (!known?.persistence) return;
    if (newProps.persistence !== undefined && newProps.persistence !== known.persistence) return;
    const storage = this.#storages.get(known.persistenceType);
    for (const persisted of known.persistedProps) {
      const { prop, transform } = describeProp(known.found, persisted);
      if (newProps[prop] === undefined) continue;
      const value = transform.extract(newProps[prop]);
      const replaced = transform.extract(known.props[prop]);
      if (value === replaced) continue;
      const key = storageKey(known.id, persisted, known.persistence);
      const earlier = editIn(storage, key);
      const original = earlier ? earlier[1] : replaced;
      storage.set(key, original === undefined ? [value] : [value, original]);
    }
  }

  /**
   * The tree with the user's edits restored, and where. `path` is the path of `tree`. Only `children` are
   * searched.
   */
  restore(tree: unknown, path: Path): { tree: unknown; restored: Restored[] } {
    const restored: Restored[] = [];
    const visit = (value: unknown, at: Path): void => {
      if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, [...at, index]);
      else if (isComponent(value)) {
        const props = this.#restoredProps(value, at);
        if (props) restored.push({ path: at, id: (value.props.id as ComponentId | undefined) || undefined, props });
        visit(value.props.children, [...at, "props", "children"]);
      }
    };
    visit(tree, path);
    return { tree: restored.reduce((result, edit) => putBack(result, edit, path.length), tree), restored };
  }

  /**
   * The props to set for a callback's result. If it changes the component's persistence settings, edits kept under
   * the old key are undone and those under the new key are applied.
   */
  prune(component: DryComponent, newProps: Dictionary): Dictionary {
    if (!changesPersistence(newProps)) return newProps;
    const before = describe(component);
    if (!before) return newProps;
    const after = describe({ ...component, props: { ...component.props, ...newProps } });
    if (isKeptAlike(before, after)) return newProps;
    const isOpen = (persisted: string): boolean => !((persisted.split(".")[0] as string) in newProps);
    const update: Record<string, unknown> = {};
    if (before.persistence) this.#apply(before, before.persistedProps.filter(isOpen), update, "undo");
    const reset = { ...component.props, ...update };
    if (after?.persistence) {
      this.#apply({ ...after, props: reset }, after.persistedProps.filter(isOpen), update, "redo");
    }
    return { ...newProps, ...update };
  }

  #restoredProps(component: DryComponent, path: Path): Dictionary | undefined {
    const kept = this.#editsOf(component);
    const shown = kept ? { ...component, props: { ...component.props, ...kept } } : component;
    const saved = this.#saved?.editsOf(shown, path);
    return kept || saved ? { ...kept, ...saved } : undefined;
  }

  #editsOf(component: DryComponent): Dictionary | undefined {
    const known = describe(component);
    if (!known?.persistence) return undefined;
    const update: Record<string, unknown> = {};
    this.#apply(known, known.persistedProps, update, "redo");
    return Object.keys(update).length > 0 ? update : undefined;
  }

  #apply(
    known: Persistent,
    persistedProps: readonly string[],
    update: Record<string, unknown>,
    direction: "undo" | "redo",
  ): void {
    const storage = this.#storages.get(known.persistenceType);
    for (const persisted of persistedProps) {
      const key = storageKey(known.id, persisted, known.persistence);
      const edit = editIn(storage, key);
      if (!edit) continue;
      const value = appliedEdit(edit, known, persisted, update, direction);
      // The app now sets another value, so the edit no longer applies; or it does not fit the component.
      if (value === undefined) storage.remove(key);
      else update[value.prop] = value.value;
    }
  }
}

/** What is kept under a key; undefined if that is no edit. */
function editIn(storage: Storage, key: string): Edit | undefined {
  const found = storage.get(key);
  return Array.isArray(found) && found.length > 0 ? (found as unknown as Edit) : undefined;
}

/** The prop that an edit sets, and its value; undefined if it does not apply. */
function appliedEdit(
  [value, original]: Edit,
  { found, props }: Persistent,
  persisted: string,
  update: Dictionary,
  direction: "undo" | "redo",
): { prop: string; value: unknown } | undefined {
  const [from, to] = direction === "redo" ? [original, value] : [value, original];
  const { prop, transform } = describeProp(found, persisted);
  try {
    if (!areEqual(from, transform.extract(props[prop]))) return undefined;
    return { prop, value: transform.apply(to, prop in update ? update[prop] : props[prop]) };
  } catch {
    return undefined; // of another shape than the component's own
  }
}

function putBack(tree: unknown, { path, props }: Restored, depth: number): unknown {
  return Object.entries(props).reduce(
    (result, [prop, value]) => setAt(result, [...path.slice(depth), "props", prop], value),
    tree,
  );
}

function changesPersistence(props: Dictionary): boolean {
  return "persistence" in props || "persistence_type" in props || "persisted_props" in props;
}

function isKeptAlike(before: Persistent, after: Persistent | undefined): boolean {
  return (
    before.persistence === after?.persistence &&
    before.persistenceType === after?.persistenceType &&
    areEqual(before.persistedProps, after?.persistedProps)
  );
}

function describe(component: DryComponent): Persistent | undefined {
  const { props } = component;
  const found = props.id ? findClass(component) : undefined;
  if (!found) return undefined;
  const defaults = found.defaultProps ?? found.dashPersistence ?? {};
  const persistedProps = props.persisted_props || defaults.persisted_props;
  const persistenceType = props.persistence_type || defaults.persistence_type;
  if (!Array.isArray(persistedProps) || typeof persistenceType !== "string") return undefined;
  return {
    id: props.id as ComponentId,
    props,
    found,
    persistence: props.persistence,
    persistedProps,
    persistenceType,
  };
}

const asItIs: Transform = { extract: (value) => value, apply: (stored) => stored };

/** `columns.name` is the part `name` of the prop `columns`. */
function describeProp(found: ComponentClass, persisted: string): { prop: string; transform: Transform } {
  const [prop = persisted, part] = persisted.split(".");
  const transforms = found.persistenceTransforms?.[prop];
  const transform = isDictionary(transforms) && part !== undefined ? transforms[part] : transforms;
  return { prop, transform: (transform as Transform | undefined) ?? asItIs };
}

function storageKey(id: ComponentId, persisted: string, persistence: unknown): string {
  return `${formatId(id)}.${persisted}.${JSON.stringify(persistence)}`;
}
