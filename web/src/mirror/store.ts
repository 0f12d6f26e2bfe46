/**
 * The page's mirror of the layout, in a `Store`: the tree, the path of each id, and the subscribers. Changes are applied
 * at once and copy only the containers along their path; everything else keeps its identity.
 *
 * Paths start with `components`, as in Dash's renderer; `[]` on the wire is `["components"]` here.
 */

import { type Dictionary, getAt, isDictionary, type Path, removeAt, setAt } from "../wire/json";
import type { ComponentId, DryComponent } from "../wire/protocol";
import { formatId } from "./ids";
import { isSameComponent, isSameShape, type ReconcileOptions, reconcile } from "./reconcile";
import { ComponentProps, isComponent } from "./tree";

/** What made a component render. */
export type RenderType = "internal" | "callback" | "clientsideApi" | "parent" | "components";

/** The text form of a path that `state.loading` and dcc.Loading use. */
export function formatPath(path: Path): string {
  return JSON.stringify(path);
}

/** State for the subscribers of one path. */
interface Watch {
  version: number;
  renderType: RenderType;
  /** How often each prop with components was replaced; a change mounts its components again. */
  readonly generations: Map<string, number>;
  readonly listeners: Set<() => void>;
  watchesChildren: boolean;
}

type Listener = () => void;

export class Store {
  readonly componentProps: ComponentProps;
  #root: { readonly components: unknown } = { components: undefined };
  readonly #paths = new Map<string, Path>();
  readonly #watches = new Map<string, Watch>();
  readonly #listeners = new Set<Listener>();
  readonly #layoutListeners = new Set<Listener>();
  #childWatchers = 0;
  #layoutVersion = 0;
  #revision = 0;
  #versions = 0;

  constructor(componentProps: ComponentProps = new ComponentProps()) {
    this.componentProps = componentProps;
  }

  /** The layout as in Dash's Redux state: the tree below `components`. */
  get root(): { readonly components: unknown } {
    return this.#root;
  }

  /** Increases with every change. */
  get revision(): number {
    return this.#revision;
  }

  /** The ids in the layout as text, with their paths, in the order of the tree. */
  get paths(): ReadonlyMap<string, Path> {
    return this.#paths;
  }

  setLayout(layout: unknown): void {
    this.#replaceLayout(layout);
    this.#layoutVersion += 1;
    this.#revision += 1;
    for (const listener of [...this.#layoutListeners]) listener();
    this.#announce();
  }

  /**
   * Replaces the layout with as few changes as possible: components that stay keep their state, and only those that
   * differ render again. `keeps` decides which of their props keep their value.
   */
  reconcile(layout: unknown, { keeps, original }: Pick<ReconcileOptions, "keeps" | "original">): void {
    const { components: drawn } = this.#root;
    const changed: Path[] = [];
    const components = reconcile(drawn, layout, ["components"], {
      componentProps: this.componentProps,
      keeps,
      original,
      changed: (path) => void changed.push(path),
    });
    if (!(import.meta.env.PYRT_DEV ? isSameRoot(drawn, components) : isSameShape(drawn, components))) {
      this.setLayout(components);
      return;
    }
    this.#replaceLayout(components);
    this.#revision += 1;
    for (const path of changed) {
      this.#bump(formatPath(path), [], "callback");
      if (import.meta.env.PYRT_DEV && this.#childWatchers > 0) this.#bumpContainers(path);
    }
    this.#announce();
  }

  /** Number of times the whole layout was replaced. */
  get layoutVersion(): number {
    return this.#layoutVersion;
  }

  subscribeLayout(listener: Listener): () => void {
    this.#layoutListeners.add(listener);
    return () => this.#layoutListeners.delete(listener);
  }

  pathOf(id: ComponentId): Path | undefined {
    return this.#paths.get(formatId(id));
  }

  getAt(path: Path): unknown {
    return getAt(this.#root, path);
  }

  componentAt(path: Path): DryComponent | undefined {
    const value = this.getAt(path);
    return isDictionary(value) && isDictionary(value.props) ? (value as unknown as DryComponent) : undefined;
  }

  propsOf(id: ComponentId): Dictionary | undefined {
    const path = this.pathOf(id);
    return path && this.componentAt(path)?.props;
  }

  /** Merges `props` into the component at `path`. Returns false if there is none. */
  merge(path: Path, props: Dictionary, renderType: RenderType): boolean {
    const component = this.componentAt(path);
    if (!component) return false;
    const merged = { ...component, props: { ...component.props, ...props } };
    const replaced = this.#replacedComponents(component, props);
    if (replaced.length > 0) this.#unindex(component, path);
    this.#root = setAt(this.#root, path, merged) as { components: unknown };
    if (replaced.length > 0) this.#index(merged, path);
    this.#changed(path, replaced, renderType);
    return true;
  }

  /** Inserts a component outside the app's tree at any path. */
  insert(path: Path, component: unknown): void {
    this.#unindex(this.getAt(path), path);
    this.#root = setAt(this.#root, path, component) as { components: unknown };
    this.#index(component, path);
    this.#changed(path, [], "parent");
  }

  remove(path: Path): void {
    this.#unindex(this.getAt(path), path);
    this.#root = removeAt(this.#root, path) as { components: unknown };
    this.#changed(path, [], "parent");
  }

  /** Calls `listener` after each change of the component at `key` (a formatted path). */
  subscribe(key: string, watchesChildren: boolean, listener: Listener): () => void {
    const watch = this.#watchAt(key);
    watch.listeners.add(listener);
    if (watchesChildren && !watch.watchesChildren) {
      watch.watchesChildren = true;
      this.#childWatchers += 1;
    }
    return () => {
      watch.listeners.delete(listener);
      if (watch.listeners.size > 0 || this.#watches.get(key) !== watch) return;
      this.#watches.delete(key);
      if (watch.watchesChildren) this.#childWatchers -= 1;
    };
  }

  /** Calls `listener` after any change. */
  subscribeAll(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  versionAt(key: string): number {
    return this.#watches.get(key)?.version ?? 0;
  }

  renderTypeAt(key: string): RenderType {
    return this.#watches.get(key)?.renderType ?? "parent";
  }

  generationAt(key: string, prop: string): number {
    return this.#watches.get(key)?.generations.get(prop) ?? 0;
  }

  #watchAt(key: string): Watch {
    let watch = this.#watches.get(key);
    if (!watch) {
      watch = {
        version: 0,
        renderType: "parent",
        generations: new Map(),
        listeners: new Set(),
        watchesChildren: false,
      };
      this.#watches.set(key, watch);
    }
    return watch;
  }

  #replacedComponents(component: DryComponent, props: Dictionary): string[] {
    return this.componentProps
      .of(component)
      .map(({ name }) => name)
      .filter((name) => name in props);
  }

  #changed(path: Path, replaced: readonly string[], renderType: RenderType): void {
    this.#revision += 1;
    this.#bump(formatPath(path), replaced, renderType);
    if (this.#childWatchers > 0) this.#bumpContainers(path);
    this.#announce();
  }

  #bump(key: string, replaced: readonly string[], renderType: RenderType): void {
    const watch = this.#watchAt(key);
    // Versions are never reused, so a version of a removed watch cannot look current.
    watch.version = this.#nextVersion();
    watch.renderType = renderType;
    for (const prop of replaced) watch.generations.set(prop, this.#nextVersion());
    for (const listener of [...watch.listeners]) listener();
  }

  #nextVersion(): number {
    this.#versions += 1;
    return this.#versions;
  }

  /** Notifies components that render when the props of their direct children change (`dashChildrenUpdate`, R-34). */
  #bumpContainers(path: Path): void {
    let levels = 0;
    for (let length = path.length - 1; length > 0 && levels < 2; length--) {
      if (path[length] === "props") levels += 1;
      if (levels === 2) return;
      const key = formatPath(path.slice(0, length));
      if (this.#watches.get(key)?.watchesChildren) this.#bump(key, [], "components");
    }
  }

  #announce(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** What was inserted beside the layout stays: components in the developer tools. */
  #replaceLayout(components: unknown): void {
    this.#root = { ...this.#root, components };
    this.#paths.clear();
    for (const [part, value] of Object.entries(this.#root)) this.#index(value, [part]);
  }

  #index(value: unknown, path: Path): void {
    this.componentProps.visit(value, path, ({ props }, at) => {
      if (isId(props.id)) this.#paths.set(formatId(props.id), at);
    });
  }

  /** Removes the ids of a subtree. An id that also exists at another path keeps that path. */
  #unindex(value: unknown, path: Path): void {
    if (!isComponent(value) && !Array.isArray(value)) return;
    this.componentProps.visit(value, path, ({ props }, at) => {
      if (!isId(props.id)) return;
      const key = formatId(props.id);
      const known = this.#paths.get(key);
      if (known && formatPath(known) === formatPath(at)) this.#paths.delete(key);
    });
  }
}

/** Whether what differs is below a component that stays: then only its parts are drawn anew. */
function isSameRoot(drawn: unknown, components: unknown): boolean {
  if (isComponent(drawn) && isComponent(components)) return isSameComponent(drawn, components);
  return isSameShape(drawn, components);
}

function isId(value: unknown): value is ComponentId {
  return (typeof value === "string" && value !== "") || isDictionary(value);
}
