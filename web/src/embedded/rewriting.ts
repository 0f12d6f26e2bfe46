/**
 * Changes the text of an embedded site's files: scripts, where they use what cannot be replaced (`import`,
 * `window.location`), and addresses in CSS, into those that a browser can load.
 */

import type { Addresses } from "./addresses";

/** What the changed scripts use, on the global object. */
export const globalName = "__pyrt_site__";

const dynamicImport = /(?<![\w$.#])import\(/g;
const staticImport = /((?:^|[;}\n])\s*(?:import|export)\s*(?:[\w$*{}\s,]*?\bfrom\s*)?)(["'])(\.{0,2}\/[^"'\n]+)\2/g;
/** Quick to look for: few scripts have static imports of files. */
const namedFile = /\b(?:from|import)\s*["']\.{0,2}\//;
const importedScript = /\bimportScripts\((["'])([^"'\n]+)\1\)/g;
const pageLocation = /(?<![\w$.])(window|document|globalThis)\.location(?![\w$])/g;

const urls = /url\(\s*(?:"([^"]*)"|'([^']*)'|([^"')\s][^)]*?))\s*\)/g;
const imports = /@import\s+(?:"([^"]+)"|'([^']+)')/g;

/** `name`: of the script's file, which its relative imports are relative to. */
export function rewriteScript(text: string, site: Addresses, name: string): string {
  const address = site.addressOf(name);
  let result = rewriteLocation(text);
  if (result.includes("import(")) {
    const call = `${globalName}.import(${site.numberOf(name)},`;
    result = result.replace(dynamicImport, (all, at: number, text: string) =>
      isMethod(text, at + all.length) ? all : call,
    );
  }
  if (result.includes("importScripts(")) {
    result = result.replace(importedScript, (all: string, _: string, script: string) => {
      const other = site.nameOf(script, address);
      return other === undefined ? all : `importScripts(${JSON.stringify(site.blobOf(other))})`;
    });
  }
  result = result.replaceAll("import.meta.url", `${globalName}.address(${site.numberOf(name)})`);
  if (namedFile.test(result)) {
    result = result.replace(staticImport, (all: string, before: string, quote: string, specifier: string) => {
      const other = site.nameOf(specifier, address);
      return other === undefined ? all : `${before}${quote}${site.blobOf(other)}${quote}`;
    });
  }
  return result;
}

/** Whether what follows an opening parenthesis are the parameters of a method with the name `import`. */
function isMethod(text: string, start: number): boolean {
  let depth = 1;
  let index = start;
  for (; index < text.length && depth > 0; index++) {
    if (text[index] === "(") depth += 1;
    else if (text[index] === ")") depth -= 1;
  }
  return /^\s*\{/.test(text.slice(index, index + 20));
}

/** Only the parts that a page has: workers have no other location. */
export function rewriteLocation(text: string): string {
  return text.includes(".location") ? text.replace(pageLocation, `${globalName}.location`) : text;
}

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
