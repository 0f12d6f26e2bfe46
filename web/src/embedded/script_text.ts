/** Changes scripts of an embedded site where they use what cannot be replaced: `import`, and `window.location`. */

import type { Addresses } from "./addresses";

/** What the changed scripts use, on the global object. */
export const globalName = "__pyrt_site__";

const dynamicImport = /(?<![\w$.#])import\(/g;
const staticImport = /((?:^|[;}\n])\s*(?:import|export)\s*(?:[\w$*{}\s,]*?\bfrom\s*)?)(["'])(\.{0,2}\/[^"'\n]+)\2/g;
const importedScript = /\bimportScripts\((["'])([^"'\n]+)\1\)/g;
const pageLocation = /(?<![\w$.])(window|document|globalThis)\.location(?![\w$])/g;

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
  if (/\b(?:im|ex)port\b/.test(result)) {
    result = result.replaceAll("import.meta.url", `${globalName}.address(${site.numberOf(name)})`);
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
