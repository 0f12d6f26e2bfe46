/** Cache storage, and hosts of sites, of one origin: what a service worker finds. */

import { vi } from "vitest";
import { sha256Of } from "../../src/offline/contents";
import type { FileList } from "../../src/offline/kept_site";

export const origin = "https://host.example";

class FakeCache {
  readonly entries = new Map<string, ArrayBuffer>();
  readonly #room: () => number;

  constructor(room: () => number) {
    this.#room = room;
  }

  get size(): number {
    return [...this.entries.values()].reduce((sum, bytes) => sum + bytes.byteLength, 0);
  }

  async match(url: string): Promise<Response | undefined> {
    const bytes = this.entries.get(url);
    return bytes && new Response(bytes);
  }

  async put(url: string, response: Response): Promise<void> {
    const bytes = await response.arrayBuffer();
    if (bytes.byteLength > this.#room()) throw new DOMException("full", "QuotaExceededError");
    this.entries.set(url, bytes);
  }

  async delete(url: string): Promise<boolean> {
    return this.entries.delete(url);
  }

  async keys(): Promise<{ url: string }[]> {
    return [...this.entries.keys()].map((url) => ({ url }));
  }
}

export class FakeOrigin {
  readonly caches = new Map<string, FakeCache>();
  /** Path at the origin -> content; a number is a status without one. */
  readonly files = new Map<string, string | number>();
  /** Headers of each answer. */
  readonly headers: Record<string, string> = {};
  /** Paths of the requests that were answered. */
  asked: string[] = [];
  /** Contents take at most so many bytes. */
  quota = Number.POSITIVE_INFINITY;
  isOnline = true;

  /** Makes this the origin of all modules until the test ends. */
  install(): this {
    const open = async (name: string): Promise<FakeCache> => {
      const room = (): number => this.quota - [...this.caches.values()].reduce((sum, cache) => sum + cache.size, 0);
      const cache = this.caches.get(name) ?? new FakeCache(room);
      this.caches.set(name, cache);
      return cache;
    };
    vi.stubGlobal("caches", {
      open,
      keys: async () => [...this.caches.keys()],
      has: async (name: string) => this.caches.has(name),
      delete: async (name: string) => this.caches.delete(name),
      match: async (url: string, { cacheName }: { cacheName: string }) => this.caches.get(cacheName)?.match(url),
    });
    vi.stubGlobal("navigator", {});
    vi.stubGlobal("setTimeout", (act: () => void) => queueMicrotask(act)); // of pauses between requests
    vi.stubGlobal("location", new URL(origin));
    vi.stubGlobal("fetch", (input: string | URL | { url: string }) => {
      const url = typeof input === "object" && "url" in input ? input.url : String(input);
      return this.#answer(decodeURIComponent(new URL(url).pathname));
    });
    return this;
  }

  async #answer(path: string): Promise<Response> {
    if (!this.isOnline) throw new TypeError("Failed to fetch");
    this.asked.push(path);
    const content = this.files.get(path.endsWith("/") ? `${path}index.html` : path) ?? 404;
    if (typeof content === "number") return new Response("an error", { status: content });
    return new Response(content, { headers: this.headers });
  }

  /** Puts a site, as the builder lists it, at a path such as `/one/`. Returns the list. */
  async publish(path: string, files: Readonly<Record<string, string>>): Promise<FileList> {
    for (const known of [...this.files.keys()]) if (known.startsWith(path)) this.files.delete(known);
    const listed: Record<string, readonly [string, number]> = {};
    for (const [name, content] of Object.entries(files)) {
      this.files.set(path + name, content);
      listed[name] = [await sha256Of(new TextEncoder().encode(content)), content.length];
    }
    const version = (await sha256Of(new TextEncoder().encode(JSON.stringify(listed)))).slice(0, 12);
    const list = { version, files: listed, types: { ".html": "text/html", ".js": "text/javascript" } };
    this.files.set(`${path}pyrt-offline.json`, JSON.stringify(list));
    return list;
  }

  /** The contents that are kept, as texts. */
  get contents(): string[] {
    const kept = this.caches.get("pyrt-files")?.entries.values() ?? [];
    return [...kept].map((bytes) => new TextDecoder().decode(bytes)).sort();
  }
}
