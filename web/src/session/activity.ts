/**
 * What is going on in the worker: which runs are under way, which outputs are loading because of them,
 * and whether the page is busy.
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
 * How long the page keeps to itself that something has begun. Most callbacks are over before: then nothing has to
 * be drawn for their beginning and their end. The state itself is always current.
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

  /** The runs under way, for `state.callbacks`. */
  get runs(): readonly string[] {
    return Array.from(this.#runs.values(), (run) => run.callback);
  }

  /** Their runIds. */
  get runIds(): readonly number[] {
    return [...this.#runs.keys()];
  }

  /** As the worker says. Before its first word something is always to be done. */
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
   * A run is over. One that was dropped may go on in Python for long after a newer one has ended, and its end is
   * of no interest then: the newer one ends the loading of its outputs for all.
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

  /** Nothing that was under way will ever end. */
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

  /** Those who were never told of a beginning find nothing changed, and draw nothing. */
  #notify(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const keys = [...this.#changedKeys];
    this.#changedKeys.clear();
    for (const key of keys) for (const listener of [...(this.#watches.get(key) ?? [])]) listener();
    for (const listener of [...this.#listeners]) listener();
  }
}
