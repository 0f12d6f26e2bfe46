/**
 * Brings what is kept of a site up to date. Contents come first, then the list of a version, and the state that names it
 * last: an update that breaks off at any moment leaves the version before it, and the next one fetches only what is
 * still missing.
 */

import { keepContent, keptContents, removeUnused } from "./contents";
import { fetchChecked, fetchList } from "./download";
import { alone, type FileList, KeptSite, type KeptState, keptScopes } from "./kept_site";

/** `gone`: the site has no list any more, and what was kept is removed. `missing`: it is asked once more. */
export type Outcome = "current" | "updated" | "offline" | "missing" | "gone";

/** The host must say so often, each time a page is opened, that it has no list. */
const missingAllowed = 2;
const lanes = 4;

/** Describes the tabs that are open, and their workers: their ids. */
export type FindClients = () => Promise<ReadonlySet<string>>;

/** @throws Error if the new version cannot be kept; what is kept stays as it is. */
export async function update(site: KeptSite, findClients: FindClients): Promise<Outcome> {
  const list = await fetchList(site.scope);
  return alone(async () => {
    const known = await site.readState();
    if (!known && typeof list === "string") return list;
    const state: KeptState = { missing: 0, ...known, usedAt: Date.now() };
    if (list === "missing") return noteMissing(site, state);
    await site.writeState(list === "offline" ? state : { ...state, missing: 0 });
    if (list === "offline") return list;
    const isNew = state.current !== list.version;
    const headers = await fetchMissing(site, list, isNew);
    if (!(await site.exists())) return "gone"; // the user has removed it meanwhile
    if (isNew) {
      await site.writeVersion({ ...list, headers });
      const previous = state.current === undefined ? {} : { previous: state.current };
      await site.writeState({ current: list.version, ...previous, usedAt: Date.now(), missing: 0 });
    }
    await site.prune(await findClients());
    await removeUnused();
    return isNew ? "updated" : "current";
  });
}

/** Forgets a site, and what no other site needs. */
export async function removeSite(site: KeptSite): Promise<void> {
  await site.remove();
  await removeUnused();
}

async function noteMissing(site: KeptSite, state: KeptState): Promise<Outcome> {
  const missing = state.missing + 1;
  if (missing < missingAllowed) {
    await site.writeState({ ...state, missing });
    return "missing";
  }
  await removeSite(site);
  return "gone";
}

/** Fetches the contents that are not there; of a new version always the pages. Returns the host's policies for pages. */
async function fetchMissing(site: KeptSite, list: FileList, isNew: boolean): Promise<Readonly<Record<string, string>>> {
  const kept = await keptContents();
  const wanted = new Map<string, string>();
  for (const [path, [sha256]] of Object.entries(list.files)) if (!kept.has(sha256)) wanted.set(sha256, path);
  const first = list.files["index.html"];
  if (first && isNew) wanted.set(first[0], "index.html");
  const queue = [...wanted];
  const listed = Object.values(list.files).map(([sha256]) => sha256);
  let headers: Readonly<Record<string, string>> = {};
  const fetchNext = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [sha256, path] = next;
      const fetched = await fetchChecked(site.scope, path, sha256);
      if (path === "index.html") headers = fetched.headers;
      await keepWithRoom(sha256, fetched.bytes, () => makeRoom(site.scope, listed));
    }
  };
  const running = Array.from({ length: lanes }, fetchNext);
  try {
    await Promise.all(running);
  } catch (error) {
    queue.length = 0;
    await Promise.allSettled(running); // else one would keep its file after the others are removed
    if (isQuota(error)) await removeUnused(); // else the next update goes on with what has come
    throw error;
  }
  return headers;
}

/** Keeps a content; where there is no room, `makeRoom` is called until it makes none. */
async function keepWithRoom(sha256: string, bytes: ArrayBuffer, makeRoom: () => Promise<boolean>): Promise<void> {
  for (;;) {
    try {
      return await keepContent(sha256, bytes);
    } catch (error) {
      if (!isQuota(error) || !(await makeRoom())) throw error;
    }
  }
}

function isQuota(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}

/** Removes the other site of the origin that was not opened for the longest time. Returns whether there was one. */
async function makeRoom(own: string, wanted: readonly string[]): Promise<boolean> {
  const others = (await keptScopes()).filter((scope) => scope !== own).map((scope) => new KeptSite(scope));
  const known = await Promise.all(others.map(async (site) => ({ site, state: await site.readState() })));
  known.sort((left, right) => (left.state?.usedAt ?? 0) - (right.state?.usedAt ?? 0));
  const oldest = known[0]?.site;
  if (!oldest) return false;
  await oldest.remove();
  await removeUnused(wanted);
  return true;
}
