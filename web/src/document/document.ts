/**
 * The document around the app: inserts the app's index HTML (S-165), and loads stylesheets and scripts as elements, in
 * order. Never evaluates text itself, so a Content-Security-Policy can allow inline scripts by their
 * hash.
 */

import { parseHtml, trustScript, trustUrl } from "../browser/trusted_types";
import type { Config, DocumentMessage, InlineScript, Resource } from "../wire/protocol";
import { beginParsing, loadedOrFailed, runDeferred, runInOrder, type Step } from "./scripts";

/** The parts of an index that was inserted: where stylesheets belong, and the scripts, none of which has run. */
interface Adopted {
  readonly styles: ChildNode;
  /** Scripts, and the element in whose place the app's resources are loaded. */
  readonly scripts: readonly (HTMLScriptElement | HTMLTemplateElement)[];
}

export class PageDocument {
  readonly #root: string;
  readonly #loaded = new Map<string, Promise<void>>();
  /** Hashes of the clientside functions that are defined. */
  readonly #functions = new Set<string>();
  /** The app's own title. */
  #title = "";

  /** `root` is the address of the site's root, relative to the page or absolute. */
  constructor(root: string) {
    this.#root = root;
  }

  /** Adopts the index, then loads its stylesheets and runs its scripts as in a page that was served (S-165). */
  async adopt(message: DocumentMessage): Promise<void> {
    const endParsing = beginParsing();
    const index = parseHtml(message.index);
    copyAttributes(index.documentElement, document.documentElement);
    const head = adoptHead(index.head);
    document.title = index.title;
    this.#title = index.title;
    this.#keepPreviewSheets();
    const styles = message.stylesheets.map((sheet) => this.addStylesheet(sheet, head.styles));
    const showEntry = hideEntry();
    const early = await runInOrder(this.#steps(head.scripts, message));
    showEntry();
    copyAttributes(index.body, document.body);
    const late = await runInOrder(this.#steps(adoptBody(index.body, message.config), message));
    await runDeferred([...early, ...late]);
    await Promise.all(styles);
    endParsing();
  }

  /** The scripts of the body, with the app's resources and inline functions in their place. */
  #steps(scripts: Adopted["scripts"], { scripts: resources, inlineScripts }: DocumentMessage): Step[] {
    return scripts.flatMap((element): Step[] => {
      if (element instanceof HTMLScriptElement) return [element];
      if (!element.matches(placeOfScripts)) return [];
      return [
        async () => {
          await Promise.all(resources.map((resource) => this.addScript(resource, element)));
          this.addFunctions(inlineScripts ?? [], element);
        },
      ];
    });
  }

  /** Defines inline clientside functions, also those of callbacks that are added later (S-34). */
  addFunctions(scripts: readonly InlineScript[], before?: ChildNode): void {
    for (const { hash, source } of scripts) {
      if (!this.#functions.has(hash)) addInlineScript(clientsideFunctionScript(hash, source), before);
      this.#functions.add(hash);
    }
  }

  /** Loads files of packages that a callback has imported. */
  async addResources(scripts: readonly Resource[], stylesheets: readonly Resource[]): Promise<void> {
    await Promise.all([
      ...stylesheets.map((sheet) => this.addStylesheet(sheet)),
      ...scripts.map((script) => this.addScript(script)),
    ]);
  }

  /** Fetches a script that a component will load. Resolves also when that fails. */
  preloadScript(src: string): Promise<void> {
    const element = document.createElement("link");
    const href = this.resolve(src);
    setAttributes(element, { rel: "preload", as: "script", href });
    document.head.append(element);
    return new Promise((resolve) => {
      element.addEventListener("load", () => resolve());
      // Firefox fires it also for a preload that it leaves to the script itself, which is still on its way.
      element.addEventListener("error", () => void fetchedOrFailed(href).then(resolve));
    });
  }

  /**
   * Keeps the stylesheets that the page's file loads for the preview: they are the app's. If the index has styles of
   * its own, which come before these, the stylesheets are loaded again in their order, and the first ones are removed
   * with the preview.
   */
  #keepPreviewSheets(): void {
    const own = document.head.querySelector('style:not([data-pyrt]), link[rel="stylesheet"]:not([data-pyrt])');
    if (own) return;
    for (const sheet of document.head.querySelectorAll<HTMLElement>(previewSheets)) {
      sheet.removeAttribute("data-pyrt");
      if (sheet instanceof HTMLLinkElement) this.#loaded.set(sheet.href, Promise.resolve());
    }
  }

  /** Sets the title of an index if it differs from the current one. */
  retitle(index: string): void {
    const { title } = parseHtml(index);
    if (title !== this.#title) document.title = title;
    this.#title = title;
  }

  /**
   * Loads a script once, whatever asks for it. Resolves also when it fails; the browser reports that in the
   * console.
   */
  addScript({ src, type, attributes = {} }: Resource, before?: ChildNode): Promise<void> {
    const element = document.createElement("script");
    element.async = false;
    if (type) element.type = type;
    return this.#load(src, () => {
      setAttributes(element, attributes);
      element.src = trustUrl(this.resolve(src));
      return insert(element, before);
    });
  }

  addStylesheet({ src, attributes = {} }: Resource, before?: ChildNode): Promise<void> {
    const element = document.createElement("link");
    return this.#load(src, () => {
      setAttributes(element, { rel: "stylesheet", ...attributes, href: this.resolve(src) });
      return insert(element, before);
    });
  }

  /** Relative addresses are relative to the site's root. */
  resolve(url: string): string {
    return /^([a-z][a-z\d+.-]*:|\/|#)/i.test(url) ? url : `${this.#root}${url}`;
  }

  #load(url: string, add: () => HTMLElement): Promise<void> {
    const key = new URL(this.resolve(url), document.baseURI).href;
    let loading = this.#loaded.get(key);
    if (!loading) {
      loading = loadedOrFailed(add());
      this.#loaded.set(key, loading);
    }
    return loading;
  }
}

/** Stylesheets of the preview, and the content of those that the browser has not taken (sheets.ts, `drawSheet`). */
const previewSheets = 'link[data-pyrt="preview"], style[data-pyrt="preview"][data-pyrt-again]';

/** The renderer script of Dash's own template. It passes no hooks, so it need not run. */
const defaultRenderer = "var renderer = new DashRenderer();";

/** The statement that defines an inline clientside function. The build computes CSP hashes of this text. */
export function clientsideFunctionScript(hash: string, source: string): string {
  return `window.dash_clientside._dashprivate_clientside_funcs[${JSON.stringify(hash)}] = ${source.trim().replace(/;$/, "")}\n;`;
}

async function fetchedOrFailed(url: string): Promise<void> {
  try {
    await (await fetch(url, { cache: "force-cache" })).arrayBuffer();
  } catch {
    // The browser reports it in the console.
  }
}

function insert(element: HTMLElement, before: ChildNode | undefined): HTMLElement {
  if (before) before.before(element);
  else document.head.append(element);
  return element;
}

function setAttributes(element: HTMLElement, attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function addInlineScript(text: string, before?: ChildNode): void {
  const element = document.createElement("script");
  element.textContent = trustScript(text);
  insert(element, before);
}

const iconSelector = 'link[rel~="icon"]';

/**
 * Browsers request /favicon.ico if a page names no icon, and report it as missing. An existing icon gets an absolute
 * address, because a relative one would change with the page's address.
 */
export function addEmptyIcon(): void {
  const icon = document.querySelector<HTMLLinkElement>(iconSelector);
  if (icon) {
    icon.href = String(icon.href);
    return;
  }
  const element = document.createElement("link");
  setAttributes(element, { rel: "icon", href: "data:," });
  document.head.append(element);
}

/** While the head runs there is no entry point yet. Returns what brings it back. */
function hideEntry(): () => void {
  const entry = document.getElementById("react-entry-point");
  entry?.removeAttribute("id");
  return () => entry?.setAttribute("id", "react-entry-point");
}

function copyAttributes(from: Element, to: Element): void {
  for (const { name, value } of from.attributes) if (!to.hasAttribute(name)) to.setAttribute(name, value);
}

function adoptHead(head: HTMLHeadElement): Adopted {
  removeReplaced(head);
  const end = document.createComment("");
  const scripts: (HTMLScriptElement | HTMLTemplateElement)[] = [];
  let styles: ChildNode = end;
  for (const node of [...head.childNodes]) {
    if (node instanceof Element && node.localName === "title") continue; // set by `adopt`
    const adopted = document.importNode(node, true);
    if (adopted instanceof HTMLScriptElement || adopted instanceof HTMLTemplateElement) scripts.push(adopted);
    document.head.append(adopted);
    if (node.nodeType === Node.COMMENT_NODE && node.textContent === "pyrt:css") styles = adopted;
  }
  document.head.append(end);
  return { styles, scripts };
}

/**
 * Removes elements of the page that the index replaces, so that they stand in the order of the index: icons, and meta
 * elements of the same name or with the encoding.
 */
function removeReplaced(head: HTMLHeadElement): void {
  if (head.querySelector("meta[charset]")) document.head.querySelector("meta[charset]")?.remove();
  const names = new Set([...head.querySelectorAll("meta[name]")].map((meta) => meta.getAttribute("name")));
  for (const meta of document.head.querySelectorAll("meta[name]")) {
    if (names.has(meta.getAttribute("name"))) meta.remove();
  }
  if (!head.querySelector(iconSelector)) return;
  for (const icon of document.head.querySelectorAll(iconSelector)) icon.remove();
}

/** Inserts the body of the index around the entry point, which stays the same element. Returns its scripts. */
function adoptBody(body: HTMLElement, config: Config): Adopted["scripts"] {
  const entry = document.getElementById("react-entry-point");
  const indexEntry = body.querySelector("#react-entry-point");
  const configElement = body.querySelector("#_dash-config");
  if (configElement) configElement.textContent = trustScript(JSON.stringify(config));
  const renderer = body.querySelector("#_dash-renderer");
  if (renderer?.textContent?.trim() === defaultRenderer) renderer.remove();
  const fragment = document.createDocumentFragment();
  fragment.append(...[...body.childNodes].map((node) => document.importNode(node, true)));
  const adoptedEntry = fragment.querySelector("#react-entry-point");
  if (!(fragment.querySelector(placeOfScripts) ?? document.head.querySelector(placeOfScripts)))
    fragment.append(makePlaceOfScripts());
  const scripts = [...fragment.querySelectorAll<HTMLScriptElement | HTMLTemplateElement>(`script, ${placeOfScripts}`)];
  if (entry && indexEntry && adoptedEntry) surround(entry, adoptedEntry, fragment);
  else document.body.append(fragment);
  return scripts;
}

const placeOfScripts = 'template[data-pyrt="scripts"]';

function makePlaceOfScripts(): HTMLTemplateElement {
  const element = document.createElement("template");
  element.dataset.pyrt = "scripts";
  return element;
}

/** Inserts the nodes of `fragment` around `entry` without moving `entry`, so that its content keeps its state. */
function surround(entry: HTMLElement, indexEntry: Element, fragment: DocumentFragment): void {
  if (indexEntry.parentNode !== fragment) {
    indexEntry.replaceWith(entry);
    document.body.append(fragment);
    return;
  }
  const siblings = [...fragment.childNodes];
  const at = siblings.indexOf(indexEntry);
  entry.before(...siblings.slice(0, at));
  entry.after(...siblings.slice(at + 1));
}
