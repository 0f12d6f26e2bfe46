/**
 * The files that this browser has, by the hashes of their content: in memory for all views of a notebook, and in the
 * browser's cache where there is one (a secure origin).
 */

import type { IndexedFile } from "./channel";

type Ask = (names: readonly string[]) => void;

const cacheName = "pyrt-notebook";
/** Kept across widgets, each of which has a module of its own. */
const key = "__pyrt_files__";

function known(): Map<string, Promise<ArrayBuffer>> {
  const scope = globalThis as unknown as Record<string, Map<string, Promise<ArrayBuffer>> | undefined>;
  scope[key] ??= new Map();
  return scope[key];
}

export class BrowserFiles {
  readonly #index = new Map<string, IndexedFile>();
  readonly #waiting = new Map<string, (bytes: ArrayBuffer | undefined) => void>();
  readonly #ask: Ask;
  #asked: string[] = [];

  /** `ask` asks the kernel for files. */
  constructor(ask: Ask) {
    this.#ask = ask;
  }

  list(files: readonly IndexedFile[]): void {
    for (const file of files) this.#index.set(file.name, file);
  }

  get files(): IndexedFile[] {
    return [...this.#index.values()];
  }

  /** @throws Error if there is no such file. */
  load(name: string): Promise<ArrayBuffer> {
    const file = this.#index.get(name);
    if (!file) return Promise.reject(new Error(`The app has no file ${name}.`));
    const found = known().get(file.sha256);
    if (found) return found;
    const loading = this.#load(file);
    known().set(file.sha256, loading);
    loading.catch(() => known().delete(file.sha256));
    return loading;
  }

  async #load(file: IndexedFile): Promise<ArrayBuffer> {
    const cached = await readCache(file);
    if (cached) return cached;
    const bytes = await this.#request(file.name);
    if (!bytes) throw new Error(`The kernel has no file ${file.name} any more.`);
    void writeCache(file, bytes);
    return bytes;
  }

  /** Files that are asked for at the same time go in one message. */
  #request(name: string): Promise<ArrayBuffer | undefined> {
    return new Promise((resolve) => {
      this.#waiting.set(name, resolve);
      if (this.#asked.push(name) > 1) return;
      setTimeout(() => this.#ask(this.#asked.splice(0)));
    });
  }

  receive(name: string, bytes: ArrayBuffer | undefined): void {
    this.#waiting.get(name)?.(bytes);
    this.#waiting.delete(name);
  }
}

function addressOf({ sha256 }: IndexedFile): string {
  return `https://pyrt.invalid/${sha256}`;
}

async function readCache(file: IndexedFile): Promise<ArrayBuffer | undefined> {
  try {
    const cache = await caches.open(cacheName);
    const bytes = await (await cache.match(addressOf(file)))?.arrayBuffer();
    return bytes?.byteLength === file.size ? bytes : undefined;
  } catch {
    return undefined;
  }
}

async function writeCache(file: IndexedFile, bytes: ArrayBuffer): Promise<void> {
  try {
    const cache = await caches.open(cacheName);
    await cache.put(addressOf(file), new Response(bytes));
  } catch {
    // full, or refused: the kernel is asked again
  }
}
