/** Results of background callbacks cached in the browser, for apps whose manager has `cache_by` functions (S-125). */

import type { RemoteResult } from "../wire/protocol";

export type CachedResult = Pick<RemoteResult, "outcome" | "response">;

interface Entry {
  readonly key: string;
  /** Time of the last read or write, in milliseconds since the epoch. */
  readonly used: number;
  readonly result: CachedResult;
}

const storeName = "results";
/** Maximum number of results. The least recently used are removed. */
const maxEntries = 200;

/** One database per site. If IndexedDB is missing or forbidden, nothing is cached. */
export class ResultCache {
  readonly #name: string;
  #database: Promise<IDBDatabase> | undefined;

  constructor(site: string) {
    this.#name = `pyrt ${site}`;
  }

  /** The result under this key, unless it was not read for `expire` seconds. */
  async get(key: string, expire: number | undefined): Promise<CachedResult | undefined> {
    try {
      const entries = await this.#open();
      const entry = (await completed(entries.get(key))) as Entry | undefined;
      if (!entry || (expire !== undefined && Date.now() - entry.used > 1000 * expire)) return undefined;
      await completed((await this.#open()).put({ ...entry, used: Date.now() } satisfies Entry));
      return entry.result;
    } catch (error) {
      console.warn(`pyrt: kept results cannot be read: ${String(error)}`);
      return undefined;
    }
  }

  async put(key: string, result: CachedResult): Promise<void> {
    try {
      const entries = await this.#open();
      await completed(entries.put({ key, used: Date.now(), result } satisfies Entry));
      await this.#evict();
    } catch (error) {
      console.warn(`pyrt: a result cannot be kept: ${String(error)}`);
    }
  }

  async #evict(): Promise<void> {
    const entries = await this.#open();
    const surplus = (await completed(entries.count())) - maxEntries;
    if (surplus <= 0) return;
    const oldest = await completed(entries.index("used").getAllKeys(null, surplus));
    for (const key of oldest) await completed((await this.#open()).delete(key));
  }

  async #open(): Promise<IDBObjectStore> {
    this.#database ??= openDatabase(this.#name);
    return (await this.#database).transaction(storeName, "readwrite").objectStore(storeName);
  }
}

function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(storeName, { keyPath: "key" }).createIndex("used", "used");
  };
  return completed(request);
}

function completed<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
