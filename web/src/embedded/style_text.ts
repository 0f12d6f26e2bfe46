/** Changes addresses in the CSS of an embedded site into addresses that a browser can load. */

import type { Addresses } from "./addresses";

const urls = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^"')\s][^)]*?))\s*\)/g;
const imports = /@import\s+(?:"([^"]+)"|'([^']+)')/g;

/** `base`: address of the stylesheet; that of the page if there is none. */
export function rewriteStyle(text: string, site: Addresses, base?: string): string {
  const replace = (all: string, address: string, write: (blob: string) => string): string => {
    const name = /^(?:data:|blob:|#)/i.test(address) ? undefined : site.nameOf(address, base);
    return name === undefined ? all : write(site.blobOf(name));
  };
  let result = text;
  if (result.includes("@import")) {
    result = result.replace(imports, (all: string, double?: string, single?: string) =>
      replace(all, double ?? single ?? "", (blob) => `@import "${blob}"`),
    );
  }
  if (!result.includes("url(")) return result;
  return result.replace(urls, (all: string, double?: string, single?: string, bare?: string) =>
    replace(all, double ?? single ?? bare ?? "", (blob) => `url("${blob}")`),
  );
}
