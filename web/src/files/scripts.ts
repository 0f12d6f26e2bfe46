/** Reads a script of the site as the browser does not: watched, requested again, and checked against its name. */

import { isSingleFile } from "../browser/place";
import { type AttemptOptions, FileFailure, withAttempts } from "./attempts";
import { fetchFile, readBody } from "./pieces";

/** The name of a script below the site's root: `pyrt/page-0123456789ab.js`. */
export function nameOfScript(address: string): string {
  return new URL(address).pathname.split("/").slice(-2).join("/");
}

/** The content of a script. The browser's cache has it afterwards, if the host allows that. */
export function readScript(address: string, name: string, options: AttemptOptions = {}): Promise<Blob> {
  return readContent(address, name, async (script) => !canTell(name) || (await hasItsHash(script, name)), options);
}

/** The content of a file of which `isRight` is true. */
export async function readContent(
  address: string,
  name: string,
  isRight: (content: Blob) => Promise<boolean>,
  options: AttemptOptions = {},
): Promise<Blob> {
  return withAttempts(
    name,
    async (attempt) => {
      const response = await fetchFile(address, name, attempt);
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      await readBody(response, name, attempt, (piece) => pieces.push(piece));
      const content = new Blob(pieces, { type: "text/javascript" });
      if (await isRight(content)) return content;
      throw new FileFailure(name, "the content is not what was built (its hash differs).");
    },
    options,
  );
}

/** A look at the browser's copy of a script takes no longer, in ms. */
const longestLookMs = 4000;

/** Whether the script that the browser has run is what was built; true also where that cannot be told. */
export async function isAsBuilt(address: string, name: string): Promise<boolean> {
  if (!canTell(name)) return true;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), longestLookMs);
  try {
    const response = await fetch(address, { cache: "force-cache", signal: abort.signal });
    return !response.ok || (await hasItsHash(await response.blob(), name));
  } catch {
    return true;
  } finally {
    clearTimeout(timer);
  }
}

/** Whether the page is in a frame without an origin (`sandbox`); one that has its files in itself needs none. */
export function hasNoOrigin(): boolean {
  return self.origin === "null" && !isSingleFile();
}

/**
 * An address of the content itself. Chromium starts no module worker from a blob in a frame without an origin
 * (`sandbox`), but from a `data:` URL, which has none either.
 */
export async function addressOfContent(script: Blob): Promise<string> {
  if (!hasNoOrigin()) return URL.createObjectURL(script);
  return `data:text/javascript,${encodeURIComponent(await new Response(script).text())}`;
}

/** `pyrt/page-0123456789ab.js`: the builder's name of a script (`digest` in build/pyrt_build/site/manifest.py). */
const hashInName = /^pyrt\/[a-z]+-([0-9a-f]{12})\.js$/;

/** Whether the content can be compared with its name. Digests exist on https and localhost only. */
function canTell(name: string): boolean {
  return hashInName.test(name) && crypto.subtle !== undefined;
}

async function hasItsHash(script: Blob, name: string): Promise<boolean> {
  return (await hashOf(script)) === hashInName.exec(name)?.[1];
}

/** The hash of a content as the builder names it; to be had on https and localhost only. */
export async function hashOf(script: Blob): Promise<string> {
  const inner = await sha256(await new Response(script).arrayBuffer());
  return (await sha256(new TextEncoder().encode(inner))).slice(0, 12);
}

async function sha256(bytes: BufferSource): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => `0${byte.toString(16)}`.slice(-2)).join("");
}
