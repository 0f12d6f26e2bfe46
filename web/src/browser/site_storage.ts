/**
 * The browser's storage as one site sees it. Sites on one origin, as all pages of one account of a host are, would find
 * each other's values: the keys of a site that is not at the root carry its path.
 *
 *     /             theme
 *     /reports/     pyrt:/reports/:theme
 *
 * What was kept under the bare key, by an older pyrt, is taken over in the first visit.
 */

import { isSingleFile } from "./place";

export type StorageName = "localStorage" | "sessionStorage";

/** The part of the browser's Storage that is used. */
export type StorageItems = Pick<Storage, "length" | "key" | "getItem" | "setItem" | "removeItem">;

/** The site's keys in a storage of the browser. @throws Error if the browser denies it. */
export function siteStorage(name: StorageName): SiteStorage {
  return new SiteStorage(window[name], isSingleFile() ? "/" : sitePath());
}

let path: string | undefined;

/** The path of the site's root. The page's own address may change later: the first call counts. */
export function sitePath(): string {
  path ??= new URL(document.documentElement.dataset.root ?? "./", document.baseURI).pathname;
  return path;
}

export function prefixOf(site: string): string {
  return site === "/" ? "" : `pyrt:${site}:`;
}

/** Items whose first visit this is: bare keys count until they are changed. */
const firstVisits = new WeakMap<StorageItems, Set<string>>();

export class SiteStorage implements StorageItems {
  readonly #items: StorageItems;
  readonly #prefix: string;
  /** Keys whose bare form is not looked at any more; undefined in later visits. */
  readonly #settled: Set<string> | undefined;

  constructor(items: StorageItems, site: string) {
    this.#items = items;
    this.#prefix = prefixOf(site);
    this.#settled = this.#prefix ? findFirstVisit(items, `pyrt:${site}`) : undefined;
  }

  get length(): number {
    return this.#keys().length;
  }

  key(index: number): string | null {
    return this.#keys()[index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#items.getItem(this.#prefix + key) ?? this.#takeOver(key);
  }

  setItem(key: string, value: string): void {
    this.#settled?.add(key);
    this.#items.setItem(this.#prefix + key, value);
  }

  removeItem(key: string): void {
    this.#settled?.add(key);
    this.#items.removeItem(this.#prefix + key);
  }

  #takeOver(key: string): string | null {
    if (!this.#settled || this.#settled.has(key)) return null;
    const old = this.#items.getItem(key);
    if (old !== null) this.setItem(key, old);
    return old;
  }

  #keys(): string[] {
    const keys = Array.from({ length: this.#items.length }, (_, index) => this.#items.key(index) ?? "");
    return keys.filter((key) => key.startsWith(this.#prefix)).map((key) => key.slice(this.#prefix.length));
  }
}

function findFirstVisit(items: StorageItems, mark: string): Set<string> | undefined {
  const known = firstVisits.get(items);
  if (known) return known;
  if (items.getItem(mark) !== null) return undefined;
  try {
    items.setItem(mark, "1");
  } catch {
    // It is full: the next visit is a first one, too.
  }
  const settled = new Set<string>();
  firstVisits.set(items, settled);
  return settled;
}

/** Storage of this page alone, where the browser denies its own. */
export class MemoryItems implements StorageItems {
  readonly #values = new Map<string, string>();

  get length(): number {
    return this.#values.size;
  }

  key(index: number): string | null {
    return [...this.#values.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#values.get(String(key)) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#values.set(String(key), String(value));
  }

  removeItem(key: string): void {
    this.#values.delete(String(key));
  }

  clear(): void {
    this.#values.clear();
  }
}
