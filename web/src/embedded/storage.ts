/**
 * Cookies and storage. Where the browser refuses them, as in a sandboxed frame, they last as long as the page. Files of
 * a disk share one storage in some browsers; each gets its own part of it, by its path. The frames of a notebook get
 * theirs by the name of the app.
 */

import { readCookie, writeCookie } from "../browser/cookie";

export function guardStorage(part = partOfFile()): void {
  for (const name of ["localStorage", "sessionStorage"] as const) {
    const native = findStorage(name);
    if (native && part === undefined) continue;
    const storage = new PartOfStorage(native ?? new MemoryItems(), native ? `pyrt:${part}:` : "");
    Object.defineProperty(window, name, { configurable: true, enumerable: true, get: () => storage });
  }
  if (!canKeepCookies()) keepCookiesInMemory();
}

/** Undefined where the storage is the page's own. */
function partOfFile(): string | undefined {
  const { protocol, pathname } = window.location;
  return protocol === "file:" ? pathname : undefined;
}

function findStorage(name: "localStorage" | "sessionStorage"): Storage | undefined {
  try {
    return window[name] ?? undefined;
  } catch {
    return undefined;
  }
}

/** A page of file:// may set a cookie, but has none afterwards. */
function canKeepCookies(): boolean {
  const probe = "pyrt_probe";
  writeCookie(`${probe}=1`);
  const isKept = readCookie().includes(probe);
  if (isKept) writeCookie(`${probe}=; Max-Age=0`);
  return isKept;
}

function keepCookiesInMemory(): void {
  const cookies = new Map<string, string>();
  Object.defineProperty(Document.prototype, "cookie", {
    configurable: true,
    enumerable: true,
    get: () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
    set: (text: unknown) => {
      const [pair = "", ...attributes] = String(text).split(";");
      const at = pair.indexOf("=");
      const name = pair.slice(0, at).trim();
      if (isExpired(attributes)) cookies.delete(name);
      else cookies.set(name, pair.slice(at + 1).trim());
    },
  });
}

function isExpired(attributes: readonly string[]): boolean {
  for (const attribute of attributes) {
    const [name = "", value = ""] = attribute.split("=").map((part) => part.trim());
    if (/^max-age$/i.test(name)) return Number(value) <= 0;
    if (/^expires$/i.test(name)) return Date.parse(value) <= Date.now();
  }
  return false;
}

type Items = Pick<Storage, "length" | "key" | "getItem" | "setItem" | "removeItem">;

class MemoryItems implements Items {
  readonly #items = new Map<string, string>();

  get length(): number {
    return this.#items.size;
  }

  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }

  removeItem(key: string): void {
    this.#items.delete(key);
  }
}

/** As the browser's, without items as properties: those whose keys begin with a prefix, which is not seen. */
class PartOfStorage implements Storage {
  readonly #items: Items;
  readonly #prefix: string;
  [name: string]: unknown;

  constructor(items: Items, prefix: string) {
    this.#items = items;
    this.#prefix = prefix;
  }

  get #keys(): string[] {
    const all = Array.from({ length: this.#items.length }, (_, index) => this.#items.key(index) ?? "");
    return all.filter((key) => key.startsWith(this.#prefix)).map((key) => key.slice(this.#prefix.length));
  }

  get length(): number {
    return this.#keys.length;
  }

  key(index: number): string | null {
    return this.#keys[index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#items.getItem(`${this.#prefix}${key}`);
  }

  setItem(key: string, value: string): void {
    this.#items.setItem(`${this.#prefix}${key}`, String(value));
  }

  removeItem(key: string): void {
    this.#items.removeItem(`${this.#prefix}${key}`);
  }

  clear(): void {
    for (const key of this.#keys) this.removeItem(key);
  }
}
