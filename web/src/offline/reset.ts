/**
 * Removes all that a site keeps in the browser: what is stored for its pages, cookies, results of background callbacks,
 * and the site itself if it is kept for use without a network. The first script uses this, in browsers of any age.
 */

import { readCookie, writeCookie } from "../browser/cookie";
import { isSingleFile } from "../browser/place";
import { prefixOf, sitePath } from "../browser/site_storage";
import { filesCache, sitePrefix } from "./kept_site";

const parameter = "pyrt";
const word = "reset";

/** Whether the address asks for it: `?pyrt=reset`. */
export function isResetAsked(): boolean {
  return new URLSearchParams(location.search).get(parameter) === word;
}

/** The page's address without that. */
export function addressWithoutReset(): string {
  const address = new URL(location.href);
  address.searchParams.delete(parameter);
  return address.href;
}

/** Removes what can be removed: each part is tried, whatever becomes of the others. */
export async function resetSite(): Promise<void> {
  const root = new URL(sitePath(), location.href).href;
  for (const name of ["localStorage", "sessionStorage"] as const) attempt(() => clearStorage(window[name]));
  attempt(() => clearCookies());
  await Promise.all([removeResults(root), ...(isSingleFile() ? [] : [removeOffline(root)])].map(settle));
}

/** Keys that begin with the site's prefix; of a site at the root, all but those of other sites. */
function clearStorage(storage: Storage): void {
  const prefix = isSingleFile() ? "" : prefixOf(sitePath());
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) || "");
  const isOwn = (key: string): boolean => (prefix ? isOfSite(key, prefix) : !/^pyrt:\//.test(key));
  for (const key of keys.filter(isOwn)) storage.removeItem(key);
}

/** Also the mark of the first visit, and the record of a hidden page. */
function isOfSite(key: string, prefix: string): boolean {
  return key.startsWith(prefix) || key === prefix.slice(0, -1) || key.startsWith(`pyrt.state:${sitePath()}`);
}

/** Those of the site's path and of the folders below it, down to the page; what is above may be another site's. */
function clearCookies(): void {
  const site = sitePath();
  const below = location.pathname.slice(site.length).split("/");
  const paths = below.map((_, count) => site + below.slice(0, count).join("/"));
  for (const pair of readCookie().split(";")) {
    const name = (pair.split("=")[0] || "").trim();
    for (const path of name ? paths : []) {
      for (const each of [path, path.replace(/\/$/, ""), `${path}/`]) {
        if (each) writeCookie(`${name}=; Max-Age=0; Path=${each}`);
      }
    }
  }
}

/** The database of `ResultCache`. */
async function removeResults(root: string): Promise<void> {
  const name = `pyrt ${root}`;
  const known = await indexedDB.databases();
  if (known.some((database) => database.name === name)) indexedDB.deleteDatabase(name);
}

/** Contents that only this site had go with the next update of another site of the origin, or at once without one. */
async function removeOffline(root: string): Promise<void> {
  await caches.delete(sitePrefix + root);
  const names = await caches.keys();
  if (!names.some((name) => name.startsWith(sitePrefix))) await caches.delete(filesCache);
  const registration = await navigator.serviceWorker.getRegistration(root);
  if (registration?.scope === root) await registration.unregister();
}

function attempt(change: () => void): void {
  try {
    change();
  } catch (error) {
    console.warn(`pyrt: not everything could be removed: ${String(error)}`);
  }
}

async function settle(change: Promise<void>): Promise<void> {
  try {
    await change;
  } catch {
    // The browser denies it, or has no such thing: nothing is kept there.
  }
}
