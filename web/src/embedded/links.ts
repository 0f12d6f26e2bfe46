/** Links of an embedded site: to its pages, and to its files. */

import type { Addresses } from "./addresses";
import type { PageLocation } from "./page_location";

export function followLinks(site: Addresses, location: PageLocation): void {
  const follow = (event: Event): void => {
    const link = (event.target as Element | null)?.closest?.<HTMLAnchorElement>("a[href], area[href]");
    const address = link?.getAttribute("href");
    if (!link || !address || event.defaultPrevented) return;
    const url = parse(address, location.href);
    if (!url || !location.isInside(url)) return;
    event.preventDefault();
    const name = site.nameOf(url.href);
    if (name !== undefined) openFile(link, name, site.blobOf(name));
    else if (isForNewTab(event as MouseEvent, link)) nativeOpen(location.realOf(url), "_blank", "noopener");
    else location.assign(url);
  };
  // The listener is added at each click, so that it runs last: those of the app may prevent what the link does.
  for (const type of ["click", "auxclick"]) {
    addEventListener(type, () => addEventListener(type, follow, { once: true }), true);
  }
  const nativeOpen = window.open.bind(window);
  window.open = (address, target, features) => {
    const url = address === undefined ? undefined : parse(String(address), location.href);
    if (!url || !location.isInside(url)) return nativeOpen(address, target, features);
    const name = site.nameOf(url.href);
    return nativeOpen(name === undefined ? location.realOf(url) : site.blobOf(name), target, features);
  };
  hookHref(location);
}

/** The absolute form of a link's address. */
function hookHref(location: PageLocation): void {
  const native = Object.getOwnPropertyDescriptor(HTMLAnchorElement.prototype, "href");
  if (!native?.set || !native.get) return;
  const set = native.set;
  Object.defineProperty(HTMLAnchorElement.prototype, "href", {
    configurable: true,
    enumerable: true,
    get(this: HTMLAnchorElement) {
      const address = this.getAttribute("href");
      return address === null ? "" : (parse(address, location.href)?.href ?? address);
    },
    set(this: HTMLAnchorElement, value: unknown) {
      set.call(this, value);
    },
  });
}

function parse(address: string, base: string): URL | undefined {
  try {
    return new URL(address, base);
  } catch {
    return undefined;
  }
}

function isForNewTab({ ctrlKey, metaKey, shiftKey, button }: MouseEvent, { target }: HTMLAnchorElement): boolean {
  return ctrlKey || metaKey || shiftKey || button === 1 || target === "_blank";
}

/** Downloads a file, or shows it in a tab of its own. */
function openFile(link: HTMLAnchorElement, name: string, address: string): void {
  const opener = document.createElement("a");
  opener.setAttribute("href", address);
  if (link.hasAttribute("download")) opener.download = link.download || name.slice(name.lastIndexOf("/") + 1);
  else opener.target = "_blank";
  opener.click();
}
