/**
 * The functions an app may pass to `new DashRenderer({...})` (S-143). Dash calls them around its HTTP requests. The
 * page sends no such requests; it builds the payloads from its store.
 */

import { formatId, formatPropId, parseId, withoutHash } from "../mirror/ids";
import type { Store } from "../mirror/store";
import { isComponent } from "../mirror/tree";
import { areEqual, type Dictionary, isDictionary } from "../wire/json";
import type { CallbackSpec, ComponentId, PropReference, WorkerChange } from "../wire/protocol";

export interface Hooks {
  readonly layout_pre?: (() => void) | null;
  readonly layout_post?: ((layout: unknown) => void) | null;
  readonly request_pre?: ((payload: Dictionary) => void) | null;
  readonly request_post?: ((payload: Dictionary, response: Dictionary) => void) | null;
  readonly callback_resolved?: ((callback: CallbackSpec, result: Dictionary) => void) | null;
}

/** `DashRenderer` in index templates only passes on its hooks; it does not render a second app. */
export function acceptHooks(accept: (hooks: Hooks | undefined) => void): void {
  Object.assign(window, {
    DashRenderer: class DashRenderer {
      constructor(hooks?: Hooks) {
        accept(hooks);
      }
    },
  });
}

interface Request {
  readonly callback: CallbackSpec;
  readonly payload: Dictionary;
  readonly outputs: ReadonlySet<string>;
  readonly response: Record<string, Record<string, unknown>>;
}

export class RequestHooks {
  readonly #hooks: Hooks;
  readonly #store: Store;
  readonly #requests = new Map<number, Request>();
  /** When each prop last changed and when each callback was last called, as a count of changes. */
  readonly #changed = new Map<string, number>();
  readonly #asked = new Map<string, number>();
  #clock = 0;

  constructor(hooks: Hooks, store: Store) {
    this.#hooks = hooks;
    this.#store = store;
  }

  beforeLayout(): void {
    this.#hooks.layout_pre?.();
  }

  /** The hook may change the layout in place. Returns the props of the root that it has changed. */
  afterLayout(layout: unknown): Dictionary | undefined {
    if (!this.#hooks.layout_post) return undefined;
    const before = isComponent(layout) ? (structuredClone(layout.props) as Dictionary) : {};
    this.#hooks.layout_post(layout);
    if (!isComponent(layout)) return undefined;
    const changed = Object.entries(layout.props).filter(([name, value]) => !areEqual(value, before[name]));
    return changed.length > 0 ? Object.fromEntries(changed) : undefined;
  }

  /** Records changed props, whatever changed them. */
  recordChange(id: ComponentId | undefined, props: Dictionary): void {
    if (id === undefined) return;
    this.#clock += 1;
    for (const name of Object.keys(props)) this.#changed.set(formatPropId(id, name), this.#clock);
  }

  start(run: number, callback: CallbackSpec | undefined, outputs: readonly PropReference[]): void {
    if (!callback || callback.clientside_function) return;
    const payload = this.#makePayload(callback, outputs);
    const known = new Set(outputs.map(({ id, property }) => formatPropId(id, withoutHash(property))));
    this.#requests.set(run, { callback, payload, outputs: known, response: {} });
    this.#hooks.request_pre?.(payload);
  }

  /** Adds the props of an Update to the responses of the runs in progress. */
  collect(changes: readonly WorkerChange[]): void {
    for (const { outputs, response } of this.#requests.values()) {
      for (const { id, props } of changes) {
        const own = Object.entries(props).filter(([name]) => outputs.has(formatPropId(id, name)));
        if (own.length > 0) response[id] = { ...response[id], ...Object.fromEntries(own) };
      }
    }
  }

  end(run: number): void {
    const request = this.#requests.get(run);
    if (!request) return;
    this.#requests.delete(run);
    const { callback, payload, response } = request;
    this.#hooks.request_post?.(payload, response);
    this.#hooks.callback_resolved?.(callback, { data: response, payload });
  }

  /** The payload that Dash would send (S-50). */
  #makePayload(callback: CallbackSpec, outputs: readonly PropReference[]): Dictionary {
    const inputs = callback.inputs.map((input) => this.#resolve(input, outputs));
    const state = callback.state.map((item) => this.#resolve(item, outputs));
    const changedPropIds = this.#findChanged(callback.output, inputs.flat());
    const references = outputs.map(({ id, property }) => ({ id: asId(id), property: withoutHash(property) }));
    return {
      output: callback.output,
      outputs: callback.output.startsWith("..") ? references : references[0],
      inputs,
      changedPropIds,
      parsedChangedPropsIds: changedPropIds,
      ...(state.length > 0 ? { state } : {}),
    };
  }

  #findChanged(callback: string, inputs: readonly Dictionary[]): string[] {
    const since = this.#asked.get(callback) ?? 0;
    this.#asked.set(callback, this.#clock);
    const propIds = inputs.map(({ id, property }) => formatPropId(id as ComponentId, String(property)));
    return propIds.filter((propId) => (this.#changed.get(propId) ?? 0) > since);
  }

  /** A property with its value; for an id with wildcards, the list of those that match. */
  #resolve(reference: PropReference, outputs: readonly PropReference[]): Dictionary | Dictionary[] {
    const { property } = reference;
    const id = asId(reference.id);
    if (typeof id === "string" || !Object.values(id).some((value) => isWild(value)))
      return this.#withValue(id, property);
    const own = outputs.map((output) => asId(output.id)).find(isDictionary);
    const found = [...this.#store.paths.keys()].map(parseId).filter((known) => isMatch(id, known, own));
    const all = found.map((known) => this.#withValue(known, property));
    return Object.values(id).some((value) => isWild(value) && !isWild(value, "MATCH")) ? all : (all[0] ?? all);
  }

  #withValue(id: ComponentId, property: string): Dictionary {
    return { id, property, value: this.#store.propsOf(formatId(id))?.[property] };
  }
}

function asId(id: ComponentId): ComponentId {
  return typeof id === "string" ? parseId(id) : id;
}

function isWild(value: unknown, name?: string): boolean {
  const wild = Array.isArray(value) ? value[0] : isDictionary(value) ? value.wild : undefined;
  return wild !== undefined && (name === undefined || wild === name);
}

function isMatch(pattern: Dictionary, id: ComponentId, own: ComponentId | undefined): boolean {
  if (typeof id === "string" || !areEqual(Object.keys(pattern).sort(), Object.keys(id).sort())) return false;
  return Object.entries(pattern).every(([key, value]) => {
    if (!isWild(value)) return areEqual(value, id[key]);
    const isBound = isWild(value, "MATCH") && isDictionary(own) && key in own;
    return !isBound || areEqual(own[key], id[key]);
  });
}
