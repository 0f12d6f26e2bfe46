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
import type { Answer, AnswerTable, Precomputed } from "../session/callbacks/answers";
import type { Prerendered } from "../session/handover";
import { describeArray } from "../wire/arrays";
import { siteRoot } from "../wire/manifest";
import {
  type DocumentMessage,
  decodeBatch,
  type EngineMessage,
  type Precomputed as PrecomputedMessage,
} from "../wire/protocol";

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
  /** Results of callbacks, in files; likewise. */
  readonly answers?: readonly AnswerTable[];
}

/** JSON in which arrays are references to buffers, in base64. */
interface Text {
  readonly text: string;
  readonly buffers: readonly string[];
}

/** What is in a file of answers: a batch of one message. */
interface AnswersMessage {
  readonly type: "Answers";
  readonly answers: readonly Answer[];
}

/** The answers of one callback as the builder gets them: one text for each value of its first input. */
interface RecordedTable extends Omit<AnswerTable, "files"> {
  readonly texts: readonly (Text | null)[];
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
  const recorded = JSON.parse(here(text)) as Recorded;
  return recorded.path === pagePath(siteRoot().pathname) ? decode(recorded) : undefined;
}

/** The text with the addresses of the page that is open. */
function here(text: string): string {
  return text.replaceAll(ORIGIN, findPlace().origin).replaceAll(ROOT, siteRoot().pathname);
}

/** The text with markers in place of the addresses of the rehearsal. */
function elsewhere(text: string): string {
  return text.replaceAll(location.origin, ORIGIN);
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

async function readAnswers(file: string): Promise<readonly Answer[]> {
  const { text, buffers } = JSON.parse(here(await readText(new URL(file, siteRoot()).href))) as Text;
  const [message] = decodeBatch<AnswersMessage>({ text, buffers: buffersOf(buffers) });
  return message?.answers ?? [];
}

function findAnswers({ answers }: Recorded): Precomputed | undefined {
  return answers && answers.length > 0 ? { tables: answers, read: readAnswers } : undefined;
}

function decode(recorded: Recorded): PrerenderedPage | undefined {
  const read = (): EngineMessage[] =>
    decodeBatch({ text: recorded.text, buffers: buffersOf(recorded.buffers) }) as EngineMessage[];
  const [document, callbacks, layout] = read();
  const precomputed = findAnswers(recorded);
  if (document?.type !== "Document" || callbacks?.type !== "Callbacks" || layout?.type !== "Layout") return undefined;
  return {
    document,
    address: recorded.address,
    late: recorded.late ?? [],
    callbacks: callbacks.callbacks,
    ...(precomputed && { precomputed }),
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

function buffersOf(buffers: readonly string[]): ArrayBuffer[] {
  return buffers.map((text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer);
}

/** The data of a page in the form that `readPrerendered` reads. */
export function recordPrerendered(messages: readonly EngineMessage[], address: string | null): Recorded {
  return { path: pagePath(ROOT), address: address && elsewhere(address), ...toText(messages) };
}

/** Results of callbacks, one text for each value of a callback's first input. */
export function recordAnswers({ tables, refused }: PrecomputedMessage): object {
  const recorded = tables.map(({ answers, ...table }): RecordedTable => {
    const groups = (table.inputs[0]?.values ?? []).map((_, first) =>
      answers.filter(({ positions }) => positions[0] === first),
    );
    return {
      ...table,
      texts: groups.map((group) => (group.length > 0 ? toText([{ type: "Answers", answers: group }]) : null)),
    };
  });
  return { tables: recorded, refused };
}

function toText(value: unknown): Text {
  const buffers: string[] = [];
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key, item: unknown) {
    // An array of the wire has a `toJSON`, so `item` is no array here.
    return describeArray(this[key], buffers) ?? item;
  });
  return { text: elsewhere(text), buffers };
}
