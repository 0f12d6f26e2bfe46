/** Where persisted edits are kept: the browser's storage if it can be used, else memory. */

import { MemoryItems, type StorageItems, type StorageName, siteStorage } from "../browser/site_storage";

const prefix = "_dash_persistence.";

export interface Storage {
  /** The value of a key; undefined if there is none, or if it is damaged. */
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  remove(key: string): void;
}

export class Storages {
  readonly #reportError: (error: Error) => void;
  readonly #memory: Storage;
  readonly #known = new Map<string, Storage>();

  constructor(reportError: (error: Error) => void) {
    this.#reportError = reportError;
    this.#memory = new ItemStorage("memory", new MemoryItems(), () => {});
  }

  get(type: string): Storage {
    const known = this.#known.get(type);
    if (known) return known;
    const storage = type === "local" || type === "session" ? this.#open(`${type}Storage`) : this.#memory;
    this.#known.set(type, storage);
    return storage;
  }

  #open(name: StorageName): Storage {
    const report = (text: string): void => this.#reportError(new Error(text));
    for (const attempt of ["first", "second"] as const) {
      try {
        const storage = new ItemStorage(name, siteStorage(name), report);
        if (attempt === "second") storage.clear();
        storage.test();
        if (attempt === "second") report(`${name} init set/get succeeded after clearing!`);
        return storage;
      } catch {
        report(
          attempt === "first"
            ? `${name} init first try failed; clearing and retrying`
            : `${name} init still failed, falling back to memory`,
        );
      }
    }
    return this.#memory;
  }
}

class ItemStorage implements Storage {
  readonly #name: string;
  readonly #items: StorageItems;
  readonly #report: (text: string) => void;

  constructor(name: string, items: StorageItems, report: (text: string) => void) {
    this.#name = name;
    this.#items = items;
    this.#report = report;
  }

  /** Returns a new object at each call. What is not JSON is removed. */
  get(key: string): unknown {
    const text = this.#items.getItem(prefix + key);
    if (text === null) return undefined;
    try {
      return parse(text);
    } catch {
      this.remove(key);
      return undefined;
    }
  }

  set(key: string, value: unknown): void {
    try {
      this.#items.setItem(prefix + key, format(value));
    } catch {
      this.#report(`${key} failed to save in ${this.#name}. Persisted props may be lost.`);
    }
  }

  remove(key: string): void {
    this.#items.removeItem(prefix + key);
  }

  clear(): void {
    const keys = Array.from({ length: this.#items.length }, (_, index) => this.#items.key(index));
    for (const key of keys) if (key?.startsWith(prefix)) this.#items.removeItem(key);
  }

  /** @throws Error if the storage cannot hold 128 kB. */
  test(): void {
    const key = "x.x";
    const value = "Spam".repeat(2 ** 14);
    this.#items.setItem(prefix + key, format(value));
    if (this.get(key) !== value) throw new Error(`${this.#name} does not give back what was put in`);
    this.remove(key);
  }
}

/** JSON has no `undefined`; it is written as the letter U. */
function format(value: unknown): string {
  return value === undefined ? "U" : JSON.stringify(value);
}

function parse(text: string): unknown {
  return text === "U" ? undefined : JSON.parse(text);
}
