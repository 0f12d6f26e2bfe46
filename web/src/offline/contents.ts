/** The contents of files, by their SHA-256: what two versions or two sites have in common is kept once. */

import { filesCache, KeptSite, keptScopes } from "./kept_site";

function addressOf(sha256: string): string {
  return new URL(`/-pyrt-/${sha256}`, location.origin).href;
}

export async function sha256Of(bytes: BufferSource): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The hashes of all contents that are there, none of which is checked. */
export async function keptContents(): Promise<Set<string>> {
  const requests = await (await caches.open(filesCache)).keys();
  return new Set(requests.map(({ url }) => url.slice(url.lastIndexOf("/") + 1)));
}

/** A content, checked; undefined if it is missing or damaged, and then it is removed. */
export async function readContent(sha256: string): Promise<ArrayBuffer | undefined> {
  const found = await findContent(sha256);
  if (!found) return undefined;
  const bytes = await found.arrayBuffer().catch(() => undefined);
  if (bytes && (await sha256Of(bytes)) === sha256) return bytes;
  await (await caches.open(filesCache)).delete(addressOf(sha256));
  return undefined;
}

const checked = new Set<string>();

/** A content to read parts of. It is checked once in the life of this thread: a large file is read in many parts. */
export async function openContent(sha256: string): Promise<Blob | undefined> {
  if (!checked.has(sha256)) {
    if (!(await readContent(sha256))) return undefined;
    checked.add(sha256);
  }
  return (await findContent(sha256))?.blob();
}

/** @throws DOMException QuotaExceededError */
export async function keepContent(sha256: string, bytes: ArrayBuffer): Promise<void> {
  await (await caches.open(filesCache)).put(addressOf(sha256), new Response(bytes));
}

/** Removes contents that no version of a kept site has, and that are not in `wanted`. To be called `alone`. */
export async function removeUnused(wanted: Iterable<string> = []): Promise<void> {
  const used = new Set(wanted);
  for (const scope of await keptScopes()) {
    for (const { files } of await new KeptSite(scope).versions()) {
      for (const [sha256] of Object.values(files)) used.add(sha256);
    }
  }
  const cache = await caches.open(filesCache);
  for (const sha256 of await keptContents()) if (!used.has(sha256)) await cache.delete(addressOf(sha256));
  if (used.size === 0) await caches.delete(filesCache);
}

async function findContent(sha256: string): Promise<Response | undefined> {
  return caches.match(addressOf(sha256), { cacheName: filesCache });
}
