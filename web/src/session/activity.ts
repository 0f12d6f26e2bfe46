/**
 * The worker's activity: the runs in progress, the outputs that are loading because of them, and whether the
 * page is busy.
 */

import { formatPath } from "../mirror/store";
import type { Path } from "../wire/json";

export interface LoadingEntry {
  readonly path: Path;
  readonly property: string;
  readonly id: string;
}

export type LoadingState = Readonly<Record<string, readonly LoadingEntry[]>>;

interface Run {
  readonly callback: string;
  readonly persistent: boolean;
  readonly entries: readonly LoadingEntry[];
}

const nothing: readonly LoadingEntry[] = [];

/**
 * Delay before listeners hear that a run has started, in milliseconds. Most callbacks end sooner, and then nothing is
 * drawn for them. The state itself is always current.
 */
const notifyDelayMs = 2;

export class Activity {
  #loading: LoadingState = {};
  readonly #runs = new Map<number, Run>();
  readonly #watches = new Map<string, Set<() => void>>();
  readonly #listeners = new Set<() => void>();
  readonly #changedKeys = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pending = 1;

  get loading(): LoadingState {
    return this.#loading;
  }

  /** Output names of the runs in progress, for `state.callbacks`. */
  get runs(): readonly string[] {
    return Array.from(this.#runs.values(), (run) => run.callback);
  }

  /** Ids of the runs in progress. */
  get runIds(): readonly number[] {
    return [...this.#runs.keys()];
  }

  /** Number of pending runs in the last Status; 1 before the first one. */
  get pending(): number {
    return this.#pending;
  }

  get isBusy(): boolean {
    return this.#pending > 0 || [...this.#runs.values()].some((run) => !run.persistent);
  }

  setPending(pending: number): void {
    if (pending === this.#pending) return;
    const isMore = pending > this.#pending;
    this.#pending = pending;
    if (isMore) this.#notifySoon();
    else this.#notify();
  }

  start(run: number, callback: string, entries: readonly LoadingEntry[], persistent: boolean): void {
    this.#runs.set(run, { callback, persistent, entries });
    const loading: Record<string, readonly LoadingEntry[]> = { ...this.#loading };
    for (const entry of entries) {
      const key = formatPath(entry.path);
      loading[key] = [...(loading[key] ?? nothing), entry];
    }
    this.#setLoading(loading, entries);
    this.#notifySoon();
  }

  /**
   * Ends a run. A dropped run may end in Python long after a newer one; then only its own entries are removed. The
   * end of any other run ends the loading of its outputs for all runs.
   */
  end(run: number, isDropped: boolean): void {
    const known = this.#runs.get(run);
    if (!known) return;
    this.#runs.delete(run);
    const own = new Set(known.entries);
    const loading: Record<string, readonly LoadingEntry[]> = { ...this.#loading };
    for (const { path, property } of known.entries) {
      const key = formatPath(path);
      const isOver = (entry: LoadingEntry): boolean => (isDropped ? own.has(entry) : entry.property === property);
      const left = (loading[key] ?? nothing).filter((entry) => !isOver(entry));
      if (left.length > 0) loading[key] = left;
      else delete loading[key];
    }
    this.#setLoading(loading, known.entries);
    this.#notify();
  }

  /** Ends all runs: none of them will report its end. */
  stop(): void {
    const entries = [...this.#runs.values()].flatMap((run) => run.entries);
    this.#runs.clear();
    this.#pending = 0;
    this.#setLoading({}, entries);
    this.#notify();
  }

  loadingAt(key: string): readonly LoadingEntry[] {
    return this.#loading[key] ?? nothing;
  }

  /** Calls `listener` when what is loading at `key` (a formatted path) changes. */
  subscribeAt(key: string, listener: () => void): () => void {
    const known = this.#watches.get(key);
    if (known) known.add(listener);
    else this.#watches.set(key, new Set([listener]));
    return () => {
      const watches = this.#watches.get(key);
      watches?.delete(listener);
      if (watches?.size === 0) this.#watches.delete(key);
    };
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #setLoading(loading: LoadingState, changed: readonly LoadingEntry[]): void {
    this.#loading = loading;
    for (const { path } of changed) this.#changedKeys.add(formatPath(path));
  }

  #notifySoon(): void {
    this.#timer ??= setTimeout(() => this.#notify(), notifyDelayMs);
  }

  /** Listeners that were not told of a start find nothing changed and draw nothing. */
  #notify(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const keys = [...this.#changedKeys];
    this.#changedKeys.clear();
    for (const key of keys) for (const listener of [...(this.#watches.get(key) ?? [])]) listener();
    for (const listener of [...this.#listeners]) listener();
  }
}
