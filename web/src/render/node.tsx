/**
 * <Node>: one component of the layout. Renders when its own props change, not when its parent renders;
 * converts the components in its props to Nodes; catches errors of its component.
 */

import { contexts, useHost } from "../contract/contexts";
import { makeContextValue } from "../contract/dash_context";
import { describeFailedFiles } from "../files/failed";
import { type ComponentClass, findClass, hasStatic, resolveClass } from "../mirror/component_classes";
import { formatId } from "../mirror/ids";
import { formatPath, type RenderType } from "../mirror/store";
import { type ComponentProp, isComponent, replaceComponents } from "../mirror/tree";
import type { Page } from "../session/page";
import { type Dictionary, isDictionary, type Path } from "../wire/json";
import type { ComponentId, DryComponent } from "../wire/protocol";
import { getErrorBoundary } from "./error_boundary";
import { MissingComponent } from "./missing";
import { CheckedComponent } from "./prop_types";

export interface NodeProps {
  readonly componentPath: Path;
  /** Changes when the prop that contains this component is replaced; then it is mounted again. */
  readonly generation?: number;
  /** Props that a parent adds by cloning the element are passed to the component. */
  readonly [extra: string]: unknown;
}

/** A prop with its components converted to Nodes, reused while the prop is the same. */
interface HydratedProp {
  readonly source: unknown;
  readonly generation: number;
  readonly value: unknown;
}

/** The last element, and what it was made from. */
interface LastRender {
  readonly key: string;
  readonly version: number;
  readonly generation: number;
  readonly extras: Dictionary;
  readonly props: Map<string, HydratedProp>;
  readonly element: React.ReactElement;
}

export function Node({ componentPath, generation = 0, ...extras }: NodeProps): React.ReactElement | null {
  const host = useHost();
  const { page } = host;
  const key = formatPath(componentPath);
  const component = page.store.componentAt(componentPath);
  const version = useVersion(page, key, component);
  const setProps = useSetProps(page, componentPath);
  const last = React.useRef<LastRender>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says whether the path is another one
  const context = React.useMemo(() => makeContextValue(host, componentPath), [host, key]);
  if (!component) return null;
  last.current = draw(page, component, componentPath, { key, version, generation, extras, setProps }, last.current);
  const Boundary = getErrorBoundary();
  const { id } = component.props;
  return (
    <Boundary key={generation} page={page} componentId={id ? formatId(id as ComponentId) : undefined}>
      {React.createElement(contexts().dash.Provider, { value: context }, last.current.element)}
    </Boundary>
  );
}

function useVersion(page: Page, key: string, component: DryComponent | undefined): number {
  const watchesChildren = component !== undefined && hasStatic(component, "dashChildrenUpdate");
  const subscribe = React.useCallback(
    (listener: () => void) => page.store.subscribe(key, watchesChildren, listener),
    [page, key, watchesChildren],
  );
  return React.useSyncExternalStore(subscribe, () => page.store.versionAt(key));
}

/** Stays valid after later renders, also when the component has moved. */
function useSetProps(page: Page, componentPath: Path): (props: Dictionary) => void {
  const path = React.useRef(componentPath);
  path.current = componentPath;
  return React.useCallback((props: Dictionary) => page.setProps(path.current, props), [page]);
}

interface RenderRequest {
  readonly key: string;
  readonly version: number;
  readonly generation: number;
  readonly extras: Dictionary;
  readonly setProps: (props: Dictionary) => void;
}

/** Returns the same object while nothing has changed, so that React skips the component. */
function draw(
  page: Page,
  component: DryComponent,
  path: Path,
  request: RenderRequest,
  last: LastRender | undefined,
): LastRender {
  const { key, version, generation, extras, setProps } = request;
  const isFresh = !last || last.key !== key || last.generation !== generation;
  const isChanged = isFresh || last.version !== version;
  if (!isChanged && haveSameEntries(last.extras, extras)) return last;
  const found = findClass(component) ?? missingClass(component);
  page.inPlace.watch(component);
  const props = new Map(
    page.store.componentProps.of(component).map((prop) => {
      const previous = isFresh ? undefined : last.props.get(prop.name);
      return [prop.name, hydrate(page, component, prop, path, key, previous)];
    }),
  );
  const { children, ...all } = { ...component.props, ...valuesOf(props) };
  const given: Record<string, unknown> = { ...all, setProps: anotherFunction(setProps), ...extras };
  if (isDictionary(given.id)) given.id = formatId(given.id);
  if (hasStatic(component, "dashRenderType")) {
    given.dashRenderType = isFresh || !isChanged ? ("parent" satisfies RenderType) : page.store.renderTypeAt(key);
  }
  const element = createElement(found, given, children);
  const { type } = component;
  const checked = page.config.props_check
    ? React.createElement(CheckedComponent, { type, found, props: given, content: component.props.children }, element)
    : element;
  return { key, version, generation, extras, props, element: checked };
}

/**
 * A new function each time, as in Dash: dash-ag-grid uses it to notice changes that it does not compare. It is not made
 * in `draw`, because functions of one scope share its variables: the element would keep `last`, and so all elements
 * before, each with the values that it was drawn with.
 */
function anotherFunction(setProps: (props: Dictionary) => void): (props: Dictionary) => void {
  return (props) => setProps(props);
}

/** The class to draw of a component whose bundle is not there. */
function missingClass(component: DryComponent): ComponentClass {
  return describeFailedFiles() ? (MissingComponent as ComponentClass) : resolveClass(component);
}

function hydrate(
  page: Page,
  component: DryComponent,
  prop: ComponentProp,
  path: Path,
  key: string,
  previous: HydratedProp | undefined,
): HydratedProp {
  const source = component.props[prop.name];
  const generation = page.store.generationAt(key, prop.name);
  const isHtml = prop.name === "children" && component.namespace === "dash_html_components";
  if (previous && previous.generation === generation) {
    if (previous.source === source) return previous;
    if (isHtml && haveSameChildren(previous.source, source)) return { ...previous, source };
  }
  const value = replaceComponents(source, prop, [...path, "props", prop.name], (child, at) => (
    <Node key={reactKey(child, at)} componentPath={at} generation={generation} />
  ));
  return { source, generation, value: isHtml && Array.isArray(value) ? groupChildren(value) : value };
}

/**
 * Whether Nodes made from one value also fit the other: a Node depends on the id and position of a child, not on its
 * content. Used for HTML elements only; other components may need to know that a child has changed.
 */
function haveSameChildren(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isSameChild(item, right[index]));
  }
  return isSameChild(left, right);
}

function isSameChild(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  return isComponent(left) && isComponent(right) && reactKey(left, []) === reactKey(right, []);
}

const groupSize = 16;
const groupedFrom = 128;

/**
 * Splits many children into nested groups. To render one child, React walks over all its siblings and their children,
 * which takes milliseconds for thousands; with groups it walks over a few. Used for HTML elements only, because other
 * components inspect their children.
 */
function groupChildren(children: readonly unknown[]): readonly unknown[] {
  if (children.length <= groupedFrom) return children;
  let items = children;
  while (items.length > groupSize) {
    const parts = items;
    items = Array.from({ length: Math.ceil(parts.length / groupSize) }, (_, index) => {
      const group = parts.slice(index * groupSize, (index + 1) * groupSize) as React.ReactNode[];
      return React.createElement(React.Fragment, { key: index }, ...group);
    });
  }
  return items;
}

function reactKey({ props: { id } }: DryComponent, path: Path): string {
  return id ? formatId(id as ComponentId) : path.join(",");
}

function valuesOf(props: ReadonlyMap<string, HydratedProp>): Dictionary {
  const entries = [...props].filter(([, { value }]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, { value }]) => [name, value]));
}

/** The children of a list are passed as separate arguments, so that they need no keys. */
function createElement(found: React.ElementType, props: Dictionary, children: unknown): React.ReactElement {
  if (children === undefined) return React.createElement(found, props);
  const content = (Array.isArray(children) ? children : [children]) as React.ReactNode[];
  return React.createElement(found, props, ...content);
}

function haveSameEntries(left: Dictionary, right: Dictionary): boolean {
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.is(left[key], right[key]));
}
