/**
 * The data that a rehearsal records of a page: written in the page that is rehearsed, read in the page that is
 * opened. Addresses of the rehearsal are markers; they are replaced by those of the opened page.
 *
 *     {"path": "archive", "address": "/archive" | null, "text": "[Document, Callbacks, Layout]", "buffers": [base64],
 *      "late": [script, ...]}
 */

import { findPlace } from "../browser/place";
import type { FileFailure } from "../files/attempts";
import { nameOfScript, readScript } from "../files/scripts";
import type { Prerendered } from "../session/page";
import { describeArray } from "../wire/arrays";
import { siteRoot } from "../wire/manifest";
import { type DocumentMessage, decodeBatch, type EngineMessage } from "../wire/protocol";

/** The root under which build/pyrt_build/rehearsal/server.py serves a site; no site has such a folder. */
const ROOT = "/-pyrt-root-/";
const ORIGIN = "pyrt-origin:";

interface Recorded {
  /** The page's path below the site's root, without slashes at its ends. */
  readonly path: string;
  /** The address that Python gives to the page if it differs from the file's (S-151). */
  readonly address: string | null;
  readonly text: string;
  readonly buffers: readonly string[];
  /** Scripts that components load lazily; added by the builder. */
  readonly late?: readonly string[];
}

export interface PrerenderedPage extends Prerendered {
  readonly document: DocumentMessage;
  readonly address: string | null;
  readonly late: readonly string[];
}

/** The data of the page that is open; undefined if it has none. */
export async function readPrerendered(): Promise<PrerenderedPage | undefined> {
  const element = document.getElementById("pyrt-prerender");
  if (!(element instanceof HTMLScriptElement)) return undefined;
  const { url } = element.dataset;
  const text = url === undefined ? element.text : await readText(new URL(url, siteRoot()).href);
  const here = text.replaceAll(ORIGIN, findPlace().origin).replaceAll(ROOT, siteRoot().pathname);
  const recorded = JSON.parse(here) as Recorded;
  return recorded.path === pagePath(siteRoot().pathname) ? decode(recorded) : undefined;
}

/** The text of a file. The page can start without it: one that is stalled, also when requested again, is given up. */
function readText(address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const onStall = (failure: FileFailure | undefined): void => {
      if (failure) reject(failure);
    };
    readScript(address, nameOfScript(address), { onStall })
      .then((content) => new Response(content).text())
      .then(resolve, reject);
  });
}

function decode(recorded: Recorded): PrerenderedPage | undefined {
  const read = (): EngineMessage[] =>
    decodeBatch({ text: recorded.text, buffers: buffersOf(recorded) }) as EngineMessage[];
  const [document, callbacks, layout] = read();
  if (document?.type !== "Document" || callbacks?.type !== "Callbacks" || layout?.type !== "Layout") return undefined;
  return {
    document,
    address: recorded.address,
    late: recorded.late ?? [],
    callbacks: callbacks.callbacks,
    layout: layout.layout,
    readLayout: () => (read()[2] as typeof layout).layout,
  };
}

function pagePath(root: string): string {
  const { pathname } = findPlace();
  const path = pathname.startsWith(root) ? pathname.slice(root.length) : pathname;
  return decodeURI(path)
    .replace(/(^|\/)index\.html$/, "")
    .replace(/^\/|\/$/g, "");
}

function buffersOf({ buffers }: Recorded): ArrayBuffer[] {
  return buffers.map((text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer);
}

/** The data of a page in the form that `readPrerendered` reads. */
export function recordPrerendered(messages: readonly EngineMessage[], address: string | null): Recorded {
  const buffers: string[] = [];
  const text = JSON.stringify(messages, function (this: Record<string, unknown>, key, value: unknown) {
    // An array of the wire has a `toJSON`, so `value` is no array here.
    return describeArray(this[key], buffers) ?? value;
  });
  const elsewhere = (found: string): string => found.replaceAll(location.origin, ORIGIN);
  return { path: pagePath(ROOT), address: address && elsewhere(address), text: elsewhere(text), buffers };
}
