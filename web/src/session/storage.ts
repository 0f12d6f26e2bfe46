/** Where persisted edits are kept: the browser's storage if it can be used, else memory. */

const prefix = "_dash_persistence.";

export interface Storage {
  has(key: string): boolean;
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  remove(key: string): void;
}

export class Storages {
  readonly #reportError: (error: Error) => void;
  readonly #memory = new MemoryStorage();
  readonly #known = new Map<string, Storage>();

  constructor(reportError: (error: Error) => void) {
    this.#reportError = reportError;
  }

  get(type: string): Storage {
    const known = this.#known.get(type);
    if (known) return known;
    const storage = type === "local" || type === "session" ? this.#open(`${type}Storage`) : this.#memory;
    this.#known.set(type, storage);
    return storage;
  }

  #open(name: "localStorage" | "sessionStorage"): Storage {
    const report = (text: string): void => this.#reportError(new Error(text));
    for (const attempt of ["first", "second"] as const) {
      try {
        const storage = new WebStorage(name, report);
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

class MemoryStorage implements Storage {
  readonly #values = new Map<string, string | undefined>();

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** Returns a new object at each call, like the browser's storage. */
  get(key: string): unknown {
    return parse(this.#values.get(key) ?? "null");
  }

  set(key: string, value: unknown): void {
    this.#values.set(key, format(value));
  }

  remove(key: string): void {
    this.#values.delete(key);
  }
}

class WebStorage implements Storage {
  readonly #name: string;
  readonly #items: globalThis.Storage;
  readonly #report: (text: string) => void;

  constructor(name: "localStorage" | "sessionStorage", report: (text: string) => void) {
    this.#name = name;
    this.#items = window[name];
    this.#report = report;
  }

  has(key: string): boolean {
    return this.#items.getItem(prefix + key) !== null;
  }

  get(key: string): unknown {
    return parse(this.#items.getItem(prefix + key) ?? "null");
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
