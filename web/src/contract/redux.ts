/**
 * `window.store`: the part of Dash's Redux store that components and tools read, built from the page's own
 * state on demand. pyrt itself does not read it.
 */

import { parseId, sortedKeys } from "../mirror/ids";
import type { Page } from "../session/page";
import type { Dictionary, Path } from "../wire/json";

export interface PathsState {
  readonly strs: Readonly<Record<string, Path>>;
  readonly objs: Readonly<Record<string, readonly { values: unknown[]; path: Path }[]>>;
}

export interface ReduxStore {
  getState(): Dictionary;
  subscribe(listener: () => void): () => void;
  dispatch(action: unknown): unknown;
}

export function makeReduxStore(page: Page): ReduxStore {
  let state: Dictionary | undefined;
  let madeFrom: readonly unknown[] = [];
  const listeners = new Set<() => void>();
  const announce = (): void => {
    for (const listener of [...listeners]) listener();
  };
  page.store.subscribeAll(announce);
  page.activity.subscribe(announce);
  page.errors.subscribe(announce);
  page.history.subscribe(announce);
  const profile = { updated: [], resources: {}, callbacks: {}, graphLayout: null };
  const getState = (): Dictionary => {
    const parts = partsOf(page);
    if (!state || parts.some((part, index) => part !== madeFrom[index])) state = makeState(page, profile);
    madeFrom = parts;
    return state;
  };
  const dispatch = (action: unknown): unknown =>
    typeof action === "function" ? action(dispatch, getState) : handleAction(page, action as Dictionary);
  return {
    getState,
    dispatch,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The values that the state depends on. */
function partsOf({ activity, callbacks, errors, history, store }: Page): readonly unknown[] {
  return [store.root, activity.loading, activity.isBusy, errors.state, history.state, callbacks];
}

/** Large parts are getters: most states are never read. */
function makeState(page: Page, profile: Dictionary): Dictionary {
  let paths: PathsState | undefined;
  return {
    appLifecycle: "HYDRATED",
    config: page.config,
    error: page.errors.state,
    history: page.history.state,
    isLoading: page.activity.isBusy,
    layout: page.store.root,
    loading: page.activity.loading,
    changed: page.changed,
    profile,
    hooks: {},
    get callbacks() {
      return makeCallbacks(page);
    },
    get graphs() {
      return { callbacks: page.callbacks.callbacks };
    },
    get paths() {
      paths ??= makePaths(page.store.paths);
      return paths;
    },
  };
}

/** The page is idle when all these lists are empty; unacknowledged messages count as requested. */
function makeCallbacks(page: Page): Dictionary {
  const { runs, pending } = page.activity;
  const isWaiting = pending > runs.length || page.outbox.isWaiting;
  return {
    requested: isWaiting ? [{ callback: {} }] : [],
    prioritized: [],
    blocked: [],
    executing: runs.map((output) => ({ callback: { output } })),
    watched: [],
    executed: [],
    stored: [],
    completed: 0,
  };
}

function makePaths(known: ReadonlyMap<string, Path>): PathsState {
  const strs: Record<string, Path> = {};
  const objs: Record<string, { values: unknown[]; path: Path }[]> = {};
  for (const [text, path] of known) {
    const id = parseId(text);
    if (typeof id === "string") strs[id] = path;
    else {
      const keys = sortedKeys(id);
      const name = keys.join(",");
      objs[name] ??= [];
      objs[name].push({ values: keys.map((key) => id[key]), path });
    }
  }
  return { strs, objs };
}

function handleAction(page: Page, action: Dictionary): Dictionary {
  const payload = action.payload as Dictionary | undefined;
  if (action.type === "ON_ERROR") page.errors.addFrontEnd(payload?.error);
  return action;
}
