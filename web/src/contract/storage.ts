/**
 * The storage that bundles of components find. Where the browser denies it (blocked cookies, a sandboxed frame), each
 * access throws, and a Store could not be drawn: there is one in memory then. Stores get keys of this site only.
 */

import { isSingleFile } from "../browser/place";
import {
  MemoryItems,
  prefixOf,
  SiteStorage,
  type StorageItems,
  type StorageName,
  sitePath,
} from "../browser/site_storage";

const names: readonly StorageName[] = ["localStorage", "sessionStorage"];

type StoreClass = React.ComponentClass<Record<string, unknown>>;

/** Whether a Store is being made: it looks for its storage then. */
let isMakingStore = false;

/** To be called before the first bundle is evaluated. */
export function installStorage(): void {
  if (isSingleFile()) return; // It has a storage of its own.
  const site = sitePath();
  for (const name of names) {
    const found = open(name);
    if (!found) console.warn(`pyrt: this browser denies ${name} to the page; its values last until it is left.`);
    if (found && site === "/") continue;
    const items: StorageItems = found ?? new MemoryItems();
    const own = new SiteStorage(items, site);
    Object.defineProperty(window, name, { configurable: true, get: () => (isMakingStore ? own : items) });
  }
  if (site !== "/") addEventListener("storage", (event) => translate(event, prefixOf(site)), true);
}

/** To be called when the bundle of the core components has been evaluated. */
export function giveStoresOwnKeys(): void {
  const shared = window as { dash_core_components?: { readonly Store?: StoreClass } };
  const Original = shared.dash_core_components?.Store;
  if (!Original || isSingleFile() || sitePath() === "/" || known.has(Original)) return;
  const Store = class extends Original {
    constructor(props: Record<string, unknown>) {
      isMakingStore = true;
      try {
        super(props);
      } finally {
        isMakingStore = false;
      }
    }
  };
  known.add(Store);
  // The members of a bundle are read-only.
  const members = { Store: { value: Store, enumerable: true } };
  shared.dash_core_components = Object.create(shared.dash_core_components ?? null, members) as object;
}

const known = new WeakSet<StoreClass>();

function open(name: StorageName): Storage | undefined {
  try {
    const found = window[name];
    found.getItem("");
    return found;
  } catch {
    return undefined;
  }
}

/** Another page has changed something: Stores hear of the keys of their own site only, under the names they know. */
function translate(event: StorageEvent, prefix: string): void {
  const { key, oldValue, newValue, url, storageArea } = event;
  if (!event.isTrusted || key === null) return;
  if (!key.startsWith(prefix)) {
    if (storageArea?.getItem(prefix + key) != null) event.stopImmediatePropagation();
    return;
  }
  event.stopImmediatePropagation();
  const init = { key: key.slice(prefix.length), oldValue, newValue, url, storageArea };
  dispatchEvent(new StorageEvent("storage", init));
}
