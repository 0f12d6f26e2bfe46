/** The component classes that bundles have registered on `window`, and their static properties. */

import type { Dictionary } from "../wire/json";
import type { DryComponent } from "../wire/protocol";

export interface Transform {
  extract(value: unknown): unknown;
  apply(stored: unknown, value: unknown): unknown;
}

interface PersistenceDefaults {
  readonly persisted_props?: readonly string[];
  readonly persistence_type?: string;
}

type PropTypeCheck = (
  props: Dictionary,
  name: string,
  component: unknown,
  location: string,
  fullName: null,
  secret: string,
) => Error | null;

/** A component class: anything that React can create an element of. */
export type ComponentClass = React.ElementType & {
  readonly dashRenderType?: unknown;
  readonly dashChildrenUpdate?: unknown;
  readonly defaultProps?: PersistenceDefaults;
  readonly dashPersistence?: PersistenceDefaults;
  readonly persistenceTransforms?: Readonly<Record<string, Transform | Readonly<Record<string, Transform>>>>;
  readonly propTypes?: Readonly<Record<string, PropTypeCheck>>;
  readonly _dashprivate_isLazyComponentReady?: unknown;
};

/** The class of a component, looked up at each call: bundles may be loaded later. */
export function findClass({ namespace, type }: Pick<DryComponent, "namespace" | "type">): ComponentClass | undefined {
  const bundle = (window as unknown as Record<string, Record<string, ComponentClass> | undefined>)[namespace];
  return bundle?.[type];
}

/** @throws Error that names the missing bundle or component. */
export function resolveClass(component: Pick<DryComponent, "namespace" | "type">): ComponentClass {
  const found = findClass(component);
  if (found) return found;
  if (component.namespace in window) {
    throw new Error(`Component ${component.type} not found in ${component.namespace}`);
  }
  throw new Error(`${component.namespace} was not found.`);
}

/** Whether the class has this static property, whatever its value. */
export function hasStatic(component: DryComponent, name: "dashRenderType" | "dashChildrenUpdate"): boolean {
  const found = findClass(component);
  return found !== undefined && typeof found !== "string" && name in found;
}

/** The promise of a class whose code is still loading; undefined if it has loaded. */
export function loadingOf(component: Pick<DryComponent, "namespace" | "type">): Promise<unknown> | undefined {
  const ready = findClass(component)?._dashprivate_isLazyComponentReady;
  return typeof (ready as { then?: unknown } | undefined)?.then === "function"
    ? (ready as Promise<unknown>)
    : undefined;
}
