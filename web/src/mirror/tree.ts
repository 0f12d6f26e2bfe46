/**
 * Components in a tree of plain data: which values are components, which props of a component contain others (R-51,
 * R-53), and how to visit or replace them. Its only state is the table of `children_props`.
 */

import { type Dictionary, isDictionary, type Path } from "../wire/json";
import type { ChildrenProps, DryComponent } from "../wire/protocol";

export function isComponent(value: unknown): value is DryComponent {
  return isDictionary(value) && "type" in value && "namespace" in value && "props" in value;
}

/** One step of a pattern such as `options[].label` or `insights{}.title`. */
type Step = { readonly key: string } | "each";

/** A prop that can contain components, and the routes from its value to them. */
export type ComponentProp = { readonly name: string; readonly routes: readonly (readonly Step[])[] };

const childrenOnly: readonly ComponentProp[] = [{ name: "children", routes: [[]] }];

/** Which props of each component type can contain components; `children` always can. */
export class ComponentProps {
  readonly #patterns: Record<string, ChildrenProps[string]>;
  readonly #known = new Map<string, readonly ComponentProp[]>();

  constructor(patterns: ChildrenProps = {}) {
    this.#patterns = patterns;
  }

  /** Adds patterns. They are also added to the object passed to the constructor. */
  addPatterns(patterns: ChildrenProps): void {
    Object.assign(this.#patterns, patterns);
    this.#known.clear();
  }

  of(component: DryComponent): readonly ComponentProp[] {
    const patterns = this.#patterns[component.namespace]?.[component.type];
    if (!patterns || patterns.length === 0) return childrenOnly;
    const key = `${component.namespace}/${component.type}`;
    let props = this.#known.get(key);
    if (!props) {
      props = groupPatterns(patterns);
      this.#known.set(key, props);
    }
    return props;
  }

  /** Whether the props of this component contain components. */
  has(component: DryComponent): boolean {
    let count = 0;
    this.visit(component, [], () => {
      count += 1;
    });
    return count > 1;
  }

  /** Calls `visit` for every component in `value`, parents first, with the path from `value` to it. */
  visit(value: unknown, path: Path, visit: (component: DryComponent, path: Path) => void): void {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) this.visit(item, [...path, index], visit);
    } else if (isComponent(value)) {
      visit(value, path);
      for (const prop of this.of(value)) {
        const content = value.props[prop.name];
        if (content === undefined || content === null) continue;
        const start = [...path, "props", prop.name];
        for (const route of prop.routes) follow(content, route, start, (found, at) => this.visit(found, at, visit));
      }
    }
  }
}

function groupPatterns(patterns: readonly string[]): ComponentProp[] {
  const routes = new Map<string, Step[][]>([["children", [[]]]]);
  for (const pattern of patterns) {
    const [first, ...rest] = parsePattern(pattern);
    if (first === undefined || first === "each") continue;
    const known = routes.get(first.key);
    if (!known) routes.set(first.key, [rest]);
    else if (first.key !== "children" || rest.length > 0) known.push(rest);
  }
  return Array.from(routes, ([name, all]) => ({ name, routes: all }));
}

function parsePattern(pattern: string): Step[] {
  return pattern.split(".").flatMap((segment) => {
    const marks = segment.match(/(\[\]|\{\})/g) ?? [];
    const key = segment.replaceAll(/\[\]|\{\}/g, "");
    return [...(key === "" ? [] : [{ key }]), ...marks.map((): Step => "each")];
  });
}

function follow(value: unknown, route: readonly Step[], path: Path, found: (value: unknown, path: Path) => void): void {
  const [step, ...rest] = route;
  if (step === undefined) found(value, path);
  else if (step !== "each") {
    if (isDictionary(value) && value[step.key] !== undefined) {
      follow(value[step.key], rest, [...path, step.key], found);
    }
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) follow(item, rest, [...path, index], found);
  } else if (isDictionary(value)) {
    for (const [key, item] of Object.entries(value)) follow(item, rest, [...path, key], found);
  }
}

export type Replace = (component: DryComponent, path: Path) => unknown;

/**
 * Replaces the components in the value of a prop. Copies only containers of components; other values keep
 * their identity.
 */
export function replaceComponents(value: unknown, prop: ComponentProp, path: Path, replace: Replace): unknown {
  return prop.routes.reduce((result, route) => replaceAlong(result, route, path, replace), value);
}

function replaceAlong(value: unknown, route: readonly Step[], path: Path, replace: Replace): unknown {
  const [step, ...rest] = route;
  if (step === undefined) return replaceHere(value, path, replace);
  if (step !== "each") {
    if (!isDictionary(value) || value[step.key] === undefined) return value;
    return withEntry(value, step.key, replaceAlong(value[step.key], rest, [...path, step.key], replace));
  }
  if (Array.isArray(value)) {
    return mapChanged(value, (item, index) => replaceAlong(item, rest, [...path, index], replace));
  }
  if (!isDictionary(value)) return value;
  return Object.keys(value).reduce<Dictionary>(
    (copy, key) => withEntry(copy, key, replaceEntry(value[key], rest, [...path, key], replace)),
    value,
  );
}

/**
 * The replacement for the value under a key of a `{}` pattern. As in Dash, the component itself replaces the object
 * around it: for `insights{}.title`, the component gets the title as `insights.a`.
 */
function replaceEntry(value: unknown, rest: readonly Step[], path: Path, replace: Replace): unknown {
  let result: unknown;
  follow(value, rest, path, (found, at) => {
    result = replaceHere(found, at, replace);
  });
  return result;
}

/** Replaces a component, or the components of a list. React reports lists in lists. */
function replaceHere(value: unknown, path: Path, replace: Replace): unknown {
  if (isComponent(value)) return replace(value, path);
  if (!Array.isArray(value)) return value;
  return mapChanged(value, (item, index) => (isComponent(item) ? replace(item, [...path, index]) : item));
}

function mapChanged(list: readonly unknown[], change: (item: unknown, index: number) => unknown): readonly unknown[] {
  const copy = list.map(change);
  return copy.some((item, index) => item !== list[index]) ? copy : list;
}

function withEntry(dictionary: Dictionary, key: string, value: unknown): Dictionary {
  return dictionary[key] === value ? dictionary : { ...dictionary, [key]: value };
}
