/** Reads scripts and stylesheets of the site as the browser does not: watched, requested again, and compared with their hash. */

import { isSingleFile } from "../browser/place";
import { translate } from "../browser/translation";
import { type AttemptOptions, FileFailure, withAttempts } from "./attempts";
import { fetchFile, findHtml, readBody } from "./pieces";

export interface ContentOptions extends AttemptOptions {
  /** The hash of the file as it was built (`integrity` in build/pyrt_build/site/manifest.py); without it any content will do. */
  readonly integrity?: string | undefined;
}

/** The name of a script below the site's root: `pyrt/page-0123456789ab.js`. */
export function nameOfScript(address: string): string {
  return new URL(address).pathname.split("/").slice(-2).join("/");
}

/** `isHtml`: the host says that it is a page, as those do that answer with one for what they do not have. */
export type IsRight = (content: Blob, isHtml: boolean) => Promise<boolean>;

/** The content of a script. The browser's cache has it afterwards, if the host allows that. */
export function readScript(address: string, name: string, options: ContentOptions = {}): Promise<Blob> {
  const { integrity, ...others } = options;
  const isRight: IsRight = async (content, isHtml) => (integrity ? isIntact(content, address, integrity) : !isHtml);
  return readContent(address, name, isRight, others);
}

/** The content of a file of which `isRight` is true, whatever type the host gives it. */
export async function readContent(
  address: string,
  name: string,
  isRight: IsRight,
  options: AttemptOptions = {},
): Promise<Blob> {
  return withAttempts(
    name,
    async (attempt) => {
      const response = await fetchFile(address, name, attempt);
      const html = findHtml(response, name);
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      await readBody(response, name, attempt, (piece) => pieces.push(piece));
      const content = new Blob(pieces, { type: "text/javascript" });
      if (await isRight(content, html !== undefined)) return content;
      throw html || new FileFailure(name, translate("the content is not what was built (its hash differs)."));
    },
    options,
  );
}

/** A look at the browser's copy of a file takes no longer, in ms. */
const longestLookMs = 4000;

/** Whether the script that the browser has run is what was built; true also where that cannot be told. */
export async function isAsBuilt(address: string, integrity: string | undefined): Promise<boolean> {
  if (!integrity) return true;
  if (!canDigest()) return browserTakes(address, integrity);
  const content = await look(address);
  return !content || (await hashOf(content)) === integrity;
}

/** Whether `content`, which has come from `address`, has this hash; true also where that cannot be told. */
export async function isIntact(content: Blob, address: string, integrity: string | undefined): Promise<boolean> {
  if (!integrity) return true;
  return canDigest() ? (await hashOf(content)) === integrity : browserTakes(address, integrity);
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

/** The page gets digests in secure contexts only: on https and localhost. */
function canDigest(): boolean {
  return crypto.subtle !== undefined;
}

/**
 * On plain http the browser still compares an answer with a hash, and gives none that differs: it is asked to compare what
 * is in its cache. It does not tell this from a host that is gone, so that it is asked for any content, too.
 */
async function browserTakes(address: string, integrity: string): Promise<boolean> {
  const signal = timeLimit();
  try {
    await (await fetch(address, { integrity, cache: "force-cache", signal })).arrayBuffer();
    return true;
  } catch {
    return signal.aborted || (await look(address)) === undefined;
  }
}

/** What is in the browser's cache; undefined if that cannot be told. */
async function look(address: string): Promise<Blob | undefined> {
  try {
    const response = await fetch(address, { cache: "force-cache", signal: timeLimit() });
    const content = await response.blob();
    return response.ok ? content : undefined;
  } catch {
    return undefined;
  }
}

function timeLimit(): AbortSignal {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), longestLookMs);
  return abort.signal;
}

/** The hash of a content as `integrity` has it; to be had on https and localhost only. */
export async function hashOf(content: Blob): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await new Response(content).arrayBuffer()));
  return `sha256-${btoa(String.fromCharCode(...Array.from(hash)))}`;
}
