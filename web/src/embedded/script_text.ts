/** Changes scripts of an embedded site where they use what cannot be replaced: `import`, and `window.location`. */

import type { Addresses } from "./addresses";

/** What the changed scripts use, on the global object. */
export const globalName = "__pyrt_site__";

const dynamicImport = /(?<![\w$.#])import\(/g;
const staticImport = /((?:^|[;}\n])\s*(?:import|export)\s*(?:[\w$*{}\s,]*?\bfrom\s*)?)(["'])(\.{0,2}\/[^"'\n]+)\2/g;
const importedScript = /\bimportScripts\((["'])([^"'\n]+)\1\)/g;
const pageLocation = /(?<![\w$.])(window|document|globalThis)\.location(?![\w$])/g;

/** `address`: of the script, which its relative imports are relative to. */
export function rewriteScript(text: string, site: Addresses, address: string): string {
  let result = rewriteLocation(text);
  if (result.includes("import(")) {
    result = result.replace(dynamicImport, `${globalName}.import(${JSON.stringify(address)},`);
  }
  if (result.includes("importScripts(")) {
    result = result.replace(importedScript, (all: string, _: string, script: string) => {
      const name = site.nameOf(script, address);
      return name === undefined ? all : `importScripts(${JSON.stringify(site.blobOf(name))})`;
    });
  }
  if (/\b(?:im|ex)port\b/.test(result)) {
    result = result.replaceAll("import.meta.url", JSON.stringify(address));
    result = result.replace(staticImport, (all: string, before: string, quote: string, specifier: string) => {
      const name = site.nameOf(specifier, address);
      return name === undefined ? all : `${before}${quote}${site.blobOf(name)}${quote}`;
    });
  }
  return result;
}

/** Only the parts that a page has: workers have no other location. */
export function rewriteLocation(text: string): string {
  return text.includes(".location") ? text.replace(pageLocation, `${globalName}.location`) : text;
}
