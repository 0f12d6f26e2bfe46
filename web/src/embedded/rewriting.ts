/**
 * Changes the text of an embedded site's files: scripts, where they use what cannot be replaced (`import`,
 * `window.location`), and addresses in CSS, into those that a browser can load.
 */

import type { Addresses } from "./addresses";
import { type Bytes, decodeText, textOfBytes } from "./text";

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

/** What takes the place of a part of a text. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** `name`: of the script's file, which its relative imports are relative to. */
export function rewriteScript(text: string, site: Addresses, name: string): string {
  return partsOf(text, findEdits(text, site, name)).join("");
}

/**
 * The same for a file, as parts of a blob. What does not change stays bytes: browsers take long to encode a text of some
 * megabytes.
 */
export function rewriteScriptFile(bytes: Bytes, site: Addresses, name: string): (Bytes | string)[] {
  const text = textOfBytes(bytes); // a character for each byte
  const utf8 = (part: string): string => new TextDecoder().decode(decodeText(part, part.length));
  return partsOf(bytes, findEdits(text, site, name, utf8));
}

function partsOf<Text extends Bytes | string>(text: Text, edits: readonly Edit[]): (Text | string)[] {
  const part = (start: number, end?: number): Text =>
    (typeof text === "string" ? text.slice(start, end) : text.subarray(start, end)) as Text;
  let at = 0;
  const parts = edits.flatMap((edit) => {
    const before = part(at, edit.start);
    at = edit.end;
    return [before, edit.text];
  });
  return [...parts, part(at)];
}

/** What is to be changed, in order. `read` gives the text of what stands for a file's address. */
function findEdits(text: string, site: Addresses, name: string, read = (part: string): string => part): Edit[] {
  const address = site.addressOf(name);
  const edits = findLocations(text);
  const add = (start: number, length: number, replacement: string): void => {
    edits.push({ start, end: start + length, text: replacement });
  };
  if (text.includes("import(")) {
    const call = `${globalName}.import(${site.numberOf(name)},`;
    for (const { index, 0: all } of text.matchAll(dynamicImport)) {
      if (!isMethod(text, index + all.length)) add(index, all.length, call);
    }
  }
  if (text.includes("importScripts(")) {
    for (const { index, 0: all, 2: script = "" } of text.matchAll(importedScript)) {
      const other = site.nameOf(read(script), address);
      if (other !== undefined) add(index, all.length, `importScripts(${JSON.stringify(site.blobOf(other))})`);
    }
  }
  const metaUrl = "import.meta.url";
  for (let at = text.indexOf(metaUrl); at >= 0; at = text.indexOf(metaUrl, at + metaUrl.length)) {
    add(at, metaUrl.length, `${globalName}.address(${site.numberOf(name)})`);
  }
  if (namedFile.test(text)) {
    for (const { index, 0: all, 1: before = "", 2: quote = "", 3: specifier = "" } of text.matchAll(staticImport)) {
      const other = site.nameOf(read(specifier), address);
      if (other !== undefined) add(index, all.length, `${before}${quote}${site.blobOf(other)}${quote}`);
    }
  }
  return edits.sort((one, other) => one.start - other.start);
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
  return partsOf(text, findLocations(text)).join("");
}

function findLocations(text: string): Edit[] {
  if (!text.includes(".location")) return [];
  return Array.from(text.matchAll(pageLocation), ({ index, 0: all }) => ({
    start: index,
    end: index + all.length,
    text: `${globalName}.location`,
  }));
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
