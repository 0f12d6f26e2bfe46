/**
 * What the browser keeps of the sites of one origin, in Cache storage:
 *
 *     cache pyrt-files               <origin>/-pyrt-/<SHA-256>         one content; all sites share it
 *     cache pyrt-site:<scope>        <scope>-pyrt-/state               KeptState
 *                                    <scope>-pyrt-/version/<version>   KeptVersion: which content is at which path
 *                                    <scope>-pyrt-/client/<id>         the version that an open tab, or its worker, uses
 *
 * `scope` is the address of the site's root. The first script of a page uses this, too: nothing here is newer than
 * ES2017's runtime.
 */

/** `pyrt-offline.json`, which the builder writes (docs/site-format.md). */
export interface FileList {
  readonly version: string;
  /** Path below the site's root -> SHA-256 of the content, and its size in bytes. */
  readonly files: Readonly<Record<string, readonly [sha256: string, size: number]>>;
  /** End of a name -> type of the content: `.js`. */
  readonly types: Readonly<Record<string, string>>;
}

/** A version whose contents are all there. */
export interface KeptVersion extends FileList {
  /** What the host says of its pages that a browser must obey: policies. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface KeptState {
  /** The version that a new tab gets. */
  readonly current?: string;
  /** The one before, to which a host may go back. */
  readonly previous?: string;
  /** When a page of the site was opened last, in ms since the epoch. */
  readonly usedAt: number;
  /** How many times in a row the host did not have the list. */
  readonly missing: number;
}

export const filesCache = "pyrt-files";
export const sitePrefix = "pyrt-site:";
const lockName = "pyrt-offline";
/** Longer than the page of a tab takes to come. */
const openingMs = 60_000;

/** The sites of this origin that something is kept of, as addresses of their roots. */
export async function keptScopes(): Promise<string[]> {
  const names = await caches.keys();
  return names.filter((name) => name.startsWith(sitePrefix)).map((name) => name.slice(sitePrefix.length));
}

/** Runs `change` alone among all sites of the origin, where the browser has locks. */
export async function alone<T>(change: () => Promise<T>): Promise<T> {
  return navigator.locks ? (navigator.locks.request(lockName, change) as Promise<T>) : change();
}

export class KeptSite {
  readonly scope: string;
  readonly #versions = new Map<string, KeptVersion>();
  /** Tab or worker -> its version, and when this thread has noted that. */
  /** Its worker still answers for open tabs: what it notes of them must not bring the site back. */
  #isRemoved = false;
  readonly #clients = new Map<string, { readonly version: string; readonly notedAt: number }>();

  constructor(scope: string) {
    this.scope = scope;
  }

  get #name(): string {
    return sitePrefix + this.scope;
  }

  async readState(): Promise<KeptState | undefined> {
    return (await this.#read("state")) as KeptState | undefined;
  }

  async writeState(state: KeptState): Promise<void> {
    this.#isRemoved = false;
    await this.#write("state", state);
  }

  async readVersion(version: string): Promise<KeptVersion | undefined> {
    let found = this.#versions.get(version);
    if (!found) {
      found = (await this.#read(`version/${version}`)) as KeptVersion | undefined;
      if (found) this.#versions.set(version, found);
    }
    return found;
  }

  async writeVersion(version: KeptVersion): Promise<void> {
    await this.#write(`version/${version.version}`, version);
    this.#versions.set(version.version, version);
  }

  /** The version that a tab or worker uses; undefined if it is not known. */
  async versionOf(client: string): Promise<string | undefined> {
    return this.#clients.get(client)?.version ?? ((await this.#read(`client/${client}`)) as string | undefined);
  }

  async setVersionOf(client: string, version: string): Promise<void> {
    if (this.#isRemoved) return;
    this.#clients.set(client, { version, notedAt: Date.now() });
    await this.#write(`client/${client}`, version);
    if (this.#isRemoved) await this.remove();
  }

  async versions(): Promise<KeptVersion[]> {
    const names = await this.#names("version/");
    const found = await Promise.all(names.map((name) => this.readVersion(name)));
    return found.filter((version) => version !== undefined);
  }

  /** Forgets tabs that are closed, and versions that neither a tab nor the state names. */
  async prune(openClients: ReadonlySet<string>): Promise<void> {
    if (this.#isRemoved) return;
    const cache = await caches.open(this.#name);
    const state = await this.readState();
    const used = new Set([state?.current, state?.previous]);
    for (const client of await this.#names("client/")) {
      if (openClients.has(client) || this.#isOpening(client)) {
        used.add(await this.versionOf(client));
      } else {
        this.#clients.delete(client);
        await cache.delete(this.#address(`client/${client}`));
      }
    }
    for (const version of await this.#names("version/")) {
      if (used.has(version)) continue;
      this.#versions.delete(version);
      await cache.delete(this.#address(`version/${version}`));
    }
  }

  /** A tab is not among the open ones before its page has come. */
  #isOpening(client: string): boolean {
    return Date.now() - (this.#clients.get(client)?.notedAt ?? 0) < openingMs;
  }

  /** Whether anything is kept; false after `remove`. */
  async exists(): Promise<boolean> {
    return caches.has(this.#name);
  }

  /** Forgets the site; contents that no other site has are removed by `removeUnused`. */
  async remove(): Promise<void> {
    this.#isRemoved = true;
    this.#versions.clear();
    this.#clients.clear();
    await caches.delete(this.#name);
  }

  #address(name: string): string {
    return `${this.scope}-pyrt-/${name}`;
  }

  async #names(prefix: string): Promise<string[]> {
    if (!(await this.exists())) return [];
    const start = this.#address(prefix);
    const requests = await (await caches.open(this.#name)).keys();
    return requests.filter(({ url }) => url.startsWith(start)).map(({ url }) => url.slice(start.length));
  }

  /** What cannot be read counts as absent. */
  async #read(name: string): Promise<unknown> {
    try {
      const found = await caches.match(this.#address(name), { cacheName: this.#name });
      return found ? await found.json() : undefined;
    } catch {
      return undefined;
    }
  }

  async #write(name: string, value: unknown): Promise<void> {
    await (await caches.open(this.#name)).put(this.#address(name), new Response(JSON.stringify(value)));
  }
}
