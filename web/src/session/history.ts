/** Undo and redo of the user's changes, for props that are Inputs (S-169). */

import type { Dictionary } from "../wire/json";
import type { ComponentId } from "../wire/protocol";

export interface HistoryEntry {
  readonly id: ComponentId;
  readonly props: Dictionary;
}

export interface HistoryState {
  readonly past: readonly HistoryEntry[];
  readonly present: HistoryEntry | undefined;
  readonly future: readonly HistoryEntry[];
}

/** So many changes can be undone. */
const mostEntries = 1000;

export class History {
  #state: HistoryState = { past: [], present: undefined, future: [] };
  readonly #listeners = new Set<() => void>();

  get state(): HistoryState {
    return this.#state;
  }

  /** Adds a change: the previous and the new values of the props that are Inputs. */
  record(before: HistoryEntry, after: HistoryEntry): void {
    this.#change({ past: [...this.#state.past.slice(1 - mostEntries), before], present: after, future: [] });
  }

  /** Steps back. Returns the values to restore. */
  undo(): HistoryEntry | undefined {
    const { past, present, future } = this.#state;
    const previous = past.at(-1);
    if (previous) {
      this.#change({
        past: past.slice(0, -1),
        present: previous,
        future: present ? [present, ...future] : future,
      });
    }
    return previous;
  }

  redo(): HistoryEntry | undefined {
    const { past, present, future } = this.#state;
    const [next, ...rest] = future;
    if (next) this.#change({ past: present ? [...past, present] : past, present: next, future: rest });
    return next;
  }

  /** Steps back without a redo entry, after a change that could not be drawn. */
  revert(): HistoryEntry | undefined {
    const { past, future } = this.#state;
    const previous = past.at(-1);
    if (previous) this.#change({ past: past.slice(0, -1), present: previous, future });
    return previous;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #change(state: HistoryState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}
