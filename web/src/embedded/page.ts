/**
 * Starts a page that has the files of its site in itself. Until all of the page has arrived, the browser shows the
 * preview, and nothing is unpacked. What is wrong with the file is said in the page.
 */

import { parseHtml } from "../browser/trusted_types";
import { prepareZstd } from "../files/zstd";
import { Archive, type EmbeddedFile } from "./archive";
import { ElementAddresses } from "./elements";
import { followLinks } from "./links";
import { PageLocation } from "./page_location";
import { answerRequests } from "./requests";
import { globalName } from "./script_text";
import { EmbeddedSite } from "./site";
import { guardStorage } from "./storage";
import { textOfBytes } from "./text";
import { hookWorkers, makeImports } from "./workers";

/** What the page has in `<script type="application/json" id="pyrt-embedded">`. */
interface Index {
  readonly root: string;
  readonly page: string;
  readonly files: readonly EmbeddedFile[];
}

const indexId = "pyrt-embedded";
const contentId = (number: number): string => `pyrt-file-${number}`;
/** The last element of the page. */
const endId = "pyrt-end";
const encoding = "windows-1252";
const mega = 1e6;
const previewSelector = "[data-pyrt-preview]";
const ofPreview = '[data-pyrt="preview"], #pyrt-prerender';
/** Previews of all pages but the first: they are there when the whole file is, long before Python. */
const previewsFolder = "pyrt/previews/";

/** `code`: this script as text, for workers. */
export function beginPage(code: string): void {
  const location = new PageLocation(document.documentElement.dataset.root ?? "");
  location.install();
  guardStorage();
  Object.assign(window, { [globalName]: makeGlobal(location) });
  if (!isFirstPage(location)) hidePreview();
  // Once: the page fires the event again when the app's own document is complete.
  document.addEventListener("DOMContentLoaded", () => void start(location, code).catch(fail), { once: true });
}

/** `__pyrt_site__`: what changed scripts use in place of `window.location`. */
function makeGlobal(location: PageLocation): object {
  return {
    get location(): PageLocation {
      return location;
    },
    set location(address: PageLocation | string) {
      location.assign(String(address));
    },
  };
}

async function start(location: PageLocation, code: string): Promise<void> {
  const index = await readIndex();
  const archive = new Archive(index.files, await readContents(index));
  await prepareZstd();
  const site = new EmbeddedSite(index.root, archive, () => location.href);
  answerRequests(site, window);
  hookWorkers(site, code);
  followLinks(site, location);
  new ElementAddresses(site, (address) => site.resolve(address)?.href ?? address).install();
  Object.assign((window as unknown as Record<string, object>)[globalName] ?? {}, makeImports(site));
  if (!isFirstPage(location)) replacePreview(site, pathOf(location));
  const script = document.createElement("script");
  script.textContent = `${site.content(index.page)}\n//# sourceURL=${site.addressOf(index.page)}`;
  document.head.append(script);
}

function isFirstPage(location: PageLocation): boolean {
  return pathOf(location) === "";
}

/** Path of the page below the root, without slashes at its ends. */
function pathOf({ pathname }: PageLocation): string {
  const root = new URL(document.documentElement.dataset.root ?? "").pathname;
  return decodeURI(pathname.slice(root.length)).replace(/^\/|\/$/g, "");
}

/** Before the browser has read that of the first page: another page is opened. */
function hidePreview(): void {
  const style = document.createElement("style");
  style.dataset.pyrt = "preview";
  style.textContent = `${previewSelector} { display: none }`;
  document.head.append(style);
}

/** Puts the preview of another page, if it has one, in the place of that of the first page. */
function replacePreview(site: EmbeddedSite, path: string): void {
  for (const element of document.querySelectorAll(`${previewSelector}, ${ofPreview}`)) element.remove();
  const name = `${previewsFolder}${path}.html`;
  const entry = document.getElementById("react-entry-point");
  if (!site.archive.has(name) || !entry) return;
  const page = parseHtml(new TextDecoder().decode(site.archive.bytes(name)));
  const preview = page.querySelector(previewSelector);
  if (!preview) return;
  copyAttributes(page.documentElement, document.documentElement);
  copyAttributes(page.body, document.body);
  for (const element of page.querySelectorAll(ofPreview)) document.head.append(document.importNode(element, true));
  entry.replaceChildren();
  entry.after(document.importNode(preview, true));
}

/** Those that the page does not have itself: its root is another one. */
function copyAttributes(from: Element, to: Element): void {
  for (const { name, value } of from.attributes) if (!to.hasAttribute(name)) to.setAttribute(name, value);
}

async function readIndex(): Promise<Index> {
  const text = document.getElementById(indexId)?.textContent;
  if (!text) throw new Error("The file was cut off: it has no list of its files.");
  return JSON.parse(text) as Index;
}

/** The texts of all files. Elements are taken out of the document: they are not the app's. */
async function readContents(index: Index): Promise<[string, () => string][]> {
  const elements = index.files.map((_, number) => document.getElementById(contentId(number)));
  const isWhole = document.getElementById(endId) !== null && elements.every(Boolean);
  if (!isWhole) throw new Error(describeCut(index, elements));
  for (const element of elements) element?.remove();
  document.getElementById(endId)?.remove();
  if (document.characterSet.toLowerCase() !== encoding && !isGivenAsText()) return readOwnBytes(index);
  return index.files.map(({ name }, number) => [name, () => elements[number]?.textContent ?? ""]);
}

/** In `srcdoc` there is no encoding: whoever made that has read the file. */
function isGivenAsText(): boolean {
  return window.location.protocol === "about:";
}

function describeCut({ files }: Index, elements: readonly (HTMLElement | null)[]): string {
  const sum = (sizes: number[]): number => sizes.reduce((total, size) => total + size, 0);
  const all = sum(files.map(({ size, packed = size }) => packed));
  const last = elements.reduce((found, element, number) => (element ? number : found), 0);
  const arrived =
    sum(files.slice(0, last).map(({ size, packed = size }) => packed)) + (elements[last]?.textContent?.length ?? 0);
  return (
    `The file was cut off on its way: about ${(arrived / mega).toFixed(1)} of ${(all / mega).toFixed(1)} MB have arrived. ` +
    "Get it again, from where it came."
  );
}

/** The host has named another encoding: the bytes are read once more, as they are. */
async function readOwnBytes({ files }: Index): Promise<[string, () => string][]> {
  const [address = ""] = window.location.href.split("#");
  const reason = `The host says that this file is ${document.characterSet}; it must say ${encoding}, or nothing.`;
  let response: Response;
  try {
    response = await fetch(address);
  } catch (error) {
    throw new Error(`${reason} The file could not be read again (${String(error)}).`);
  }
  const text = textOfBytes(new Uint8Array(await response.arrayBuffer()));
  return files.map(({ name }, number) => {
    const mark = `id="${contentId(number)}">`;
    const start = text.indexOf(mark) + mark.length;
    const content = text.slice(start, text.indexOf("</", start));
    if (start < mark.length) throw new Error(`${reason} ${name} was not found in it.`);
    return [name, () => content];
  });
}

/** Shows what is wrong, above what is drawn. */
function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  console.error(`pyrt: ${message}`);
  const line = document.createElement("p");
  line.className = "pyrt-failure";
  line.setAttribute("role", "alert");
  line.lang = "en";
  line.style.cssText =
    "margin: 0; padding: 10px 16px; border-left: 4px solid #b3261e; background: #fffafa; color: #2b2b33; " +
    "font: 15px/1.5 system-ui, sans-serif";
  line.textContent = message;
  document.body.prepend(line);
  document.querySelector("#react-entry-point ._dash-loading")?.remove();
}
