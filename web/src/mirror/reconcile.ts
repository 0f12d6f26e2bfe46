/**
 * Makes the drawn layout equal to the wanted one. Parts that are equal stay the same objects, and the components that
 * must render again are reported. Works on values only; draws nothing.
 *
 *     drawn    Div [ P "10:00", Graph g ]       ->   Div' [ P' "10:07", Graph g ]      changed: P
 *     wanted   Div [ P "10:07", Graph g ]            g is the same object as before
 */

import { type Dictionary, isDictionary, type Path } from "../wire/json";
import type { DryComponent } from "../wire/protocol";
import { type ComponentProps, isComponent } from "./tree";

export interface ReconcileOptions {
  readonly componentProps: ComponentProps;
  /** Whether a prop of a component that stays keeps its drawn value. */
  readonly keeps: (component: DryComponent, path: Path, prop: string) => boolean;
  /** Returns a drawn value as it was when it was drawn: components may modify their props (plotly.js does). */
  readonly original: (path: Path, value: unknown) => unknown;
  /** Called with the path of each component that must render again; nested ones are reported separately. */
  readonly changed: (path: Path) => void;
}

/** Returns `wanted`, built from as much of `drawn` as possible. */
export function reconcile(drawn: unknown, wanted: unknown, path: Path, options: ReconcileOptions): unknown {
  if (isComponent(drawn) && isComponent(wanted)) {
    if (isSameComponent(drawn, wanted)) return reconcileComponent(drawn, wanted, path, options);
    if (import.meta.env.PYRT_DEV) options.changed(path);
    return wanted;
  }
  if (Array.isArray(drawn) && Array.isArray(wanted)) {
    const before = import.meta.env.PYRT_DEV ? alignedWith(wanted, drawn) : drawn;
    const items = wanted.map((item, index) => reconcile(before[index], item, [...path, index], options));
    return isSameList(drawn, items) ? drawn : items;
  }
  if (isPlain(drawn) && isPlain(wanted) && !isComponent(wanted)) {
    const entries = Object.keys(wanted).map((key): [string, unknown] => [
      key,
      reconcile(drawn[key], wanted[key], [...path, key], options),
    ]);
    const isSame = entries.every(([key, value]) => Object.hasOwn(drawn, key) && Object.is(value, drawn[key]));
    return isSame && entries.length === Object.keys(drawn).length ? drawn : Object.fromEntries(entries);
  }
  return isSameValue(drawn, wanted) ? drawn : wanted;
}

/**
 * The items of a drawn list that those of the wanted one continue: each that with its id, wherever it stands, or that at
 * its position. So a component that is put before others lets them stay what they are.
 */
function alignedWith(wanted: readonly unknown[], drawn: readonly unknown[]): readonly unknown[] {
  const byId = new Map(drawn.map((item) => [idOf(item), item]));
  return wanted.map((item, index) =>
    idOf(item) !== undefined && byId.has(idOf(item)) ? byId.get(idOf(item)) : drawn[index],
  );
}

function idOf(item: unknown): string | undefined {
  return isComponent(item) && item.props.id ? JSON.stringify(item.props.id) : undefined;
}

/** A component at the same position keeps its state while its type and id are the same. */
export function isSameComponent(drawn: DryComponent, wanted: DryComponent): boolean {
  return (
    drawn.type === wanted.type &&
    drawn.namespace === wanted.namespace &&
    isSameValue(drawn.props.id ?? null, wanted.props.id ?? null)
  );
}

function reconcileComponent(
  drawn: DryComponent,
  wanted: DryComponent,
  path: Path,
  options: ReconcileOptions,
): DryComponent {
  const { componentProps, keeps, original, changed } = options;
  const holding = new Set(componentProps.of(wanted).map(({ name }) => name));
  const props: Record<string, unknown> = {};
  let isSame = true;
  let isRedrawn = false;
  for (const name of new Set([...Object.keys(wanted.props), ...Object.keys(drawn.props)])) {
    const before = drawn.props[name];
    const after = wanted.props[name];
    const at = [...path, "props", name];
    let value = after;
    if (name in drawn.props && keeps(drawn, path, name)) value = before;
    else if (holding.has(name)) value = reconcile(before, after, at, options);
    else if (isSameValue(original(at, before), after)) value = before;
    if (value !== undefined) props[name] = value;
    if (Object.is(value, before)) continue;
    isSame = false;
    if (!holding.has(name) || !isSameShape(before, value)) isRedrawn = true;
  }
  if (isRedrawn) changed(path);
  return isSame ? drawn : { ...wanted, props };
}

/** Whether both trees have the same components at the same positions. Then each component renders by itself. */
export function isSameShape(drawn: unknown, wanted: unknown): boolean {
  if (isComponent(drawn) && isComponent(wanted)) return isSameComponent(drawn, wanted);
  if (Array.isArray(drawn) && Array.isArray(wanted)) {
    return drawn.length === wanted.length && drawn.every((item, index) => isSameShape(item, wanted[index]));
  }
  if (isPlain(drawn) && isPlain(wanted) && !isComponent(drawn) && !isComponent(wanted)) {
    const keys = Object.keys(drawn);
    return keys.length === Object.keys(wanted).length && keys.every((key) => isSameShape(drawn[key], wanted[key]));
  }
  return Object.is(drawn, wanted);
}

/** Deep equality, also of typed arrays: figures arrive twice over the wire. */
export function isSameValue(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (ArrayBuffer.isView(left) && ArrayBuffer.isView(right)) {
    return left.constructor === right.constructor && isSameList(left as never, right as never);
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isSameValue(item, right[index]));
  }
  if (!isPlain(left) || !isPlain(right)) return left === 0 && right === 0;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && isSameValue(left[key], right[key]))
  );
}

function isSameList(left: ArrayLike<unknown>, right: ArrayLike<unknown>): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (!Object.is(left[index], right[index])) return false;
  }
  return true;
}

function isPlain(value: unknown): value is Dictionary {
  return isDictionary(value) && !ArrayBuffer.isView(value);
}
