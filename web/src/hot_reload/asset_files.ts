/** Stylesheets, scripts and pictures of the assets folder that have changed: exchanged in the page, which stays. */

import { trustUrl } from "../browser/trusted_types";
import { loadedOrFailed } from "../document/scripts";

/** Loads changed stylesheets again. The old one applies until the new one is there, so that nothing flickers. */
export async function exchangeStyles(addresses: readonly string[], root: URL, version: number): Promise<void> {
  const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel~="stylesheet"]')];
  const exchanged = links.flatMap((link) => {
    if (!addresses.some((address) => isSameFile(link.href, new URL(address, root)))) return [];
    const fresh = link.cloneNode() as HTMLLinkElement;
    fresh.href = withVersion(link.href, version);
    const loaded = loadedOrFailed(fresh).then(() => link.remove());
    link.after(fresh);
    return [loaded];
  });
  await Promise.all(exchanged);
}

export function removeStyles(addresses: readonly string[], root: URL): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel~="stylesheet"]')) {
    if (addresses.some((address) => isSameFile(link.href, new URL(address, root)))) link.remove();
  }
}

/** Shows changed pictures, films and sounds, and the page's icon, as they are now. */
export function exchangeMedia(addresses: readonly string[], root: URL, version: number): void {
  for (const element of document.querySelectorAll<HTMLElement>("[src]:not(script), link[rel~='icon']")) {
    const name = element instanceof HTMLLinkElement ? "href" : "src";
    const old = new URL(element.getAttribute(name) ?? "", document.baseURI).href;
    if (addresses.some((address) => isSameFile(old, new URL(address, root)))) {
      element.setAttribute(name, withVersion(old, version));
    }
  }
}

/** Runs changed scripts again, in order: the functions that they define take the place of the old ones. */
export async function runScripts(addresses: readonly string[], root: URL, version: number): Promise<void> {
  const scripts = [...document.querySelectorAll<HTMLScriptElement>("script[src]")];
  for (const address of addresses) {
    const old = scripts.find(({ src }) => isSameFile(src, new URL(address, root)));
    if (!old) continue; // a new one: the app's document names it
    const fresh = document.createElement("script");
    for (const { name, value } of old.attributes) if (name !== "src") fresh.setAttribute(name, value);
    fresh.src = trustUrl(withVersion(old.src, version));
    const loaded = loadedOrFailed(fresh);
    old.replaceWith(fresh);
    await loaded;
  }
}

function isSameFile(href: string, { origin, pathname }: URL): boolean {
  const found = new URL(href);
  return found.origin === origin && found.pathname === pathname;
}

function withVersion(href: string, version: number): string {
  const url = new URL(href);
  url.searchParams.set("v", String(version));
  return url.href;
}
