/**
 * Starts a page that has the files of its site in itself. The browser shows the preview first. When that is done, and those
 * files have come that the page's start needs, its script runs, while the browser reads those for Python. The worker is
 * started as soon as its script has come. What is wrong with the file is said in the page.
 */

import { markLanguage } from "../browser/translation";
import { parseHtml } from "../browser/trusted_types";
import { prepareZstd } from "../files/zstd";
import { Archive, decoder, type EmbeddedFile } from "./archive";
import { receiveFiles } from "./arrival";
import { ElementAddresses } from "./elements";
import { followLinks } from "./links";
import { PageLocation } from "./page_location";
import { answerRequests } from "./requests";
import { globalName } from "./rewriting";
import { EmbeddedSite } from "./site";
import { guardStorage } from "./storage";
import type { Bytes } from "./text";
import { hookWorkers, makeImports } from "./workers";

/** What the page has in `<script type="application/json" id="pyrt-embedded">`, before this script. */
interface Index {
  readonly root: string;
  readonly page: string;
  readonly worker: string;
  /** In the order in which they come. */
  readonly files: readonly EmbeddedFile[];
  /** How many of them the page's start needs, from the first. */
  readonly start: number;
}

/** What the first script of every page has left (start/browser_check.ts). */
interface StartWindow {
  __pyrt_start__?: { fail(failure: { stage: string; message: string }): void };
}

const indexId = "pyrt-embedded";
const previewSelector = "[data-pyrt-preview]";
const ofPreview = '[data-pyrt="preview"], #pyrt-prerender';
/** Previews of all pages but the first. */
const previewsFolder = "pyrt/previews/";

/** `code`: this script as text, for workers. */
export function beginPage(code: string): void {
  const location = new PageLocation(document.documentElement.dataset.root ?? "");
  location.install();
  guardStorage();
  const index = JSON.parse(document.getElementById(indexId)?.textContent ?? "") as Index;
  const archive = new Archive(index.files);
  const whole = receiveFiles(archive);
  const begun = begin(index, archive, location, whole, code);
  Promise.all([whole, begun]).catch(fail);
  if (!isFirstPage(location)) hidePreview();
}

/**
 * `__pyrt_site__`: what changed scripts use in place of `window.location`; `whole` never ends if the file is cut; `add`
 * takes a file that the page's own script has made.
 */
function makeGlobal(location: PageLocation, whole: Promise<void>, archive: Archive): object {
  return {
    whole,
    add: (name: string, content: Bytes) => archive.add({ name, size: content.length }, content),
    get location(): PageLocation {
      return location;
    },
    set location(address: PageLocation | string) {
      location.assign(String(address));
    },
  };
}

async function begin(
  index: Index,
  archive: Archive,
  location: PageLocation,
  whole: Promise<void>,
  code: string,
): Promise<void> {
  let isCut = false;
  const allHere = new Promise<void>((resolve) => {
    whole.then(resolve, () => {
      isCut = true;
    });
  });
  Object.assign(window, { [globalName]: makeGlobal(location, allHere, archive) });
  const needed = index.files.slice(0, index.start).map(({ name }) => archive.arrived(name));
  // Another page than the first has nothing to show yet.
  const shown = isFirstPage(location) ? Promise.race([painted(), allHere]) : undefined;
  const site = new EmbeddedSite(index.root, archive, () => location.href);
  await Promise.all([archive.arrived(decoder), archive.arrived(index.worker), Promise.race([firstFrame(), allHere])]);
  await prepareZstd();
  hookWorkers(site, code, index.worker);
  await Promise.all([...needed, shown]);
  if (isCut) return; // and that is said
  answerRequests(site, window);
  followLinks(site, location);
  new ElementAddresses(site, (address) => site.resolve(address)?.href ?? address).install();
  Object.assign((window as unknown as Record<string, object>)[globalName] ?? {}, makeImports(site));
  if (!isFirstPage(location)) replacePreview(site, pathOf(location));
  const script = document.createElement("script");
  script.textContent = `${site.content(index.page)}\n//# sourceURL=${site.addressOf(index.page)}`;
  document.head.append(script);
}

/** Fulfilled when the page has been laid out for its first frame; never in a page that is hidden. */
function firstFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

/** Fulfilled when the first frame is there, in browsers that tell. */
function painted(): Promise<void> {
  return new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      if (!list.getEntries().some(({ name }) => name === "first-contentful-paint")) return;
      observer.disconnect();
      resolve();
    });
    observer.observe({ type: "paint", buffered: true });
  });
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

/** Shows what is wrong, above what is drawn; the page's own script, if it runs, ends Python. */
function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  console.error(`pyrt: ${message}`);
  (window as StartWindow).__pyrt_start__?.fail({ stage: "file", message });
  const line = document.createElement("p");
  line.className = "pyrt-failure";
  line.setAttribute("role", "alert");
  markLanguage(line);
  line.style.cssText =
    "margin: 0; padding: 10px 16px; border-inline-start: 4px solid #b3261e; background: #fffafa; color: #2b2b33; " +
    "font: 15px/1.5 system-ui, sans-serif";
  line.textContent = message;
  document.body.prepend(line);
  document.querySelector("#react-entry-point ._dash-loading")?.remove();
}
