/**
 * Watches the site's scripts and stylesheets while they load, whatever has inserted them: the page, the index of the app,
 * a bundle that loads its parts. One that fails, or does not come, is requested again and loaded anew; what inserted it
 * hears only of the end. Resources of other sites are left to the browser.
 *
 *     inserted -> loaded
 *              -> failed, damaged, or nothing for 4 s -> read (files/) -> the host has it: loaded anew -> loaded
 *                                                                      -> it does not: reported, `error`
 *
 * Scripts that run in order wait for each other, and others have run without the one that failed: before the app is
 * there, the page is loaded anew instead, once for each file.
 */

import { translate } from "../browser/translation";
import { trustUrl } from "../browser/trusted_types";
import { type AttemptOptions, FileFailure } from "../files/attempts";
import { readContent, readScript } from "../files/scripts";
import { type KnownSheets, nameOfFile } from "../wire/manifest";
import { drawSheet, hasNoRules, isBlank, isRightSheet } from "./sheets";

type LoadingElement = HTMLScriptElement | HTMLLinkElement;

/** A script with an error of syntax counts as loaded for the browser, and so does a stylesheet with a wrong type. */
type Outcome = "loaded" | "failed" | "damaged";

export interface LoadReports {
  /** A file is stalled, or goes on. */
  stall(failure: FileFailure | undefined): void;
  /** A file is not to be had, or cannot be used. */
  failed(failure: FileFailure): void;
  /** Loads the page anew, unless that was done for this file before, or the app is there. Returns whether it does. */
  reload(file: string): boolean;
}

/** How long an element may do nothing, in ms. */
const patienceMs = 4000;
/** When its content is in the browser's cache, a slow element has it within this time, in ms; a stalled one never. */
const momentMs = 1500;
/** What need not be fetched any more only takes the time that the browser needs to run it, in ms. */
const longestRunMs = 30_000;
/** Time between two looks at the elements. A blocked thread or a sleeping computer counts as one look. */
const lookMs = 500;

/** `folders` are those of the site's files (wire/manifest.ts), `sheets` its stylesheets as they were built. */
export function watchElements(folders: readonly string[], reports: LoadReports, sheets: KnownSheets = {}): void {
  new ElementWatch(folders, reports, sheets).start();
}

class Pending {
  readonly element: LoadingElement;
  /** The address below the folder that has it. */
  readonly name: string;
  readonly address: string;
  readonly ended: Promise<Outcome>;
  outcome: Outcome | undefined;
  isDamaged = false;
  isRecovering = false;
  /** How often it was looked at while it waited for no other. */
  looks = 0;
  /** Fulfilled when it has run, or nothing more is done for it. */
  readonly settled: Promise<void>;
  settle: () => void = () => {};
  #resolve: (outcome: Outcome) => void = () => {};

  constructor(element: LoadingElement, name: string) {
    this.element = element;
    this.name = name;
    this.address = addressOf(element);
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.settled = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  /** Runs only after those inserted before it. */
  get isOrdered(): boolean {
    return this.element instanceof HTMLScriptElement && !this.element.async;
  }

  end(outcome: Outcome): void {
    this.outcome = outcome;
    this.#resolve(outcome);
  }
}

class ElementWatch {
  readonly #folders: readonly string[];
  readonly #reports: LoadReports;
  readonly #sheets: KnownSheets;
  /** In the order of insertion. */
  readonly #pending = new Map<EventTarget, Pending>();
  /** Elements that have heard of their end from here. */
  readonly #finished = new WeakSet<LoadingElement>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(folders: readonly string[], reports: LoadReports, sheets: KnownSheets) {
    this.#folders = folders;
    this.#reports = reports;
    this.#sheets = sheets;
  }

  start(): void {
    for (const sheet of document.querySelectorAll("link")) this.#addEarly(sheet);
    const observer = new MutationObserver((records) => {
      for (const { addedNodes } of records) for (const node of addedNodes) this.#addAll(node);
    });
    observer.observe(document, { childList: true, subtree: true });
    document.addEventListener("load", (event) => this.#end(event, "loaded"), true);
    document.addEventListener("error", (event) => this.#end(event, "failed"), true);
    window.addEventListener("error", (event) => this.#notice(event));
  }

  /** A stylesheet of the page's file: it may have loaded, or failed, before this script ran (start/watchdog.ts). */
  #addEarly(sheet: HTMLLinkElement): void {
    const hasFailed = sheet.dataset.pyrtFailed !== undefined;
    const isDamaged = hasNoRules(sheet);
    if (sheet.sheet && !hasFailed && !isDamaged) return;
    this.#add(sheet);
    const pending = this.#pending.get(sheet);
    if (!pending) return;
    // The browser has asked for it when the page began; the page's script may have waited for it.
    pending.looks = Math.floor(Math.min(performance.now(), patienceMs) / lookMs);
    if (!(hasFailed || isDamaged)) return;
    pending.end(hasFailed ? "failed" : "damaged");
    void this.#recover(pending);
  }

  #addAll(node: Node): void {
    if (!(node instanceof HTMLElement)) return;
    this.#add(node);
    if (node.firstElementChild) for (const each of node.querySelectorAll("script, link")) this.#add(each);
  }

  #add(element: Element): void {
    if (!isLoading(element) || element.dataset.pyrtPage !== undefined || element.dataset.pyrtAgain !== undefined)
      return;
    const name = nameOfFile(addressOf(element), this.#folders);
    if (name === undefined || this.#pending.has(element) || this.#finished.has(element)) return;
    this.#pending.set(element, new Pending(element, name));
    this.#timer ??= setInterval(() => this.#look(), lookMs);
  }

  #end(event: Event, outcome: Outcome): void {
    // One that is refused for its type has a sheet before its error comes: it has passed for one that was loaded.
    if (outcome === "failed" && event.target instanceof HTMLLinkElement) this.#add(event.target);
    const pending = event.target && this.#pending.get(event.target);
    if (!pending || pending.outcome) return;
    const isDamaged = pending.isDamaged || isUnread(pending.element);
    const found = outcome === "loaded" && isDamaged ? "damaged" : outcome;
    pending.end(found);
    if (found === "loaded") {
      this.#pending.delete(pending.element);
      pending.settle();
      return;
    }
    event.stopImmediatePropagation();
    void this.#recover(pending);
  }

  #notice({ filename, error }: ErrorEvent): void {
    if (!(error instanceof SyntaxError)) return;
    for (const pending of this.#pending.values()) if (pending.address === filename) pending.isDamaged = true;
  }

  #look(): void {
    const waiting = [...this.#pending.values()].filter(({ outcome }) => !outcome);
    let isBehind = false;
    for (const pending of waiting) {
      if (!(pending.isOrdered && isBehind)) pending.looks += 1;
      isBehind ||= pending.isOrdered;
      if (pending.looks > patienceMs / lookMs) void this.#recover(pending);
    }
    if (waiting.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #recover(pending: Pending): Promise<void> {
    if (pending.isRecovering) return;
    pending.isRecovering = true;
    try {
      const content = await this.#read(pending);
      // The browser's cache has it now, so a slow element has it soon, too.
      const outcome = pending.outcome ?? (await within(momentMs, pending.ended));
      if (outcome === "loaded") return;
      if (pending.isOrdered) {
        if (this.#reports.reload(pending.name)) {
          pending.settle();
          return;
        }
        await this.#settledBefore(pending);
      }
      await loadAnew(pending, content);
      this.#finish(pending, "load");
    } catch (error) {
      if (pending.outcome === "loaded") return;
      this.#reports.failed(error instanceof FileFailure ? error : new FileFailure(pending.name, String(error)));
      this.#finish(pending, "error");
    }
  }

  /** Scripts that are loaded anew keep their order, too. */
  async #settledBefore(pending: Pending): Promise<void> {
    for (const each of [...this.#pending.values()]) {
      if (each === pending) return;
      if (each.isOrdered) await each.settled;
    }
  }

  #read({ name, address, outcome, ended, element }: Pending): Promise<Blob> {
    let isStalled = false;
    let isOver = false;
    const tell = (failure: FileFailure | undefined): void => {
      if (isOver || (!failure && !isStalled)) return;
      isStalled = failure !== undefined;
      this.#reports.stall(failure);
    };
    void ended.then((end) => {
      if (end !== "loaded") return;
      tell(undefined);
      isOver = true;
    });
    const built = element instanceof HTMLLinkElement ? this.#sheets[name] : undefined;
    const options: AttemptOptions = {
      // A stylesheet with a wrong type is there.
      cache: !outcome || isUnread(element) ? "default" : "reload",
      lostMs: outcome ? 0 : patienceMs,
      onStall: tell,
    };
    return built
      ? readContent(address, name, isRightSheet(address, built), options)
      : readScript(address, name, options);
  }

  /** What inserted the element hears of its end. */
  #finish({ element, settle }: Pending, kind: "load" | "error"): void {
    this.#pending.delete(element);
    this.#finished.add(element);
    element.dispatchEvent(new Event(kind));
    settle();
  }
}

/** Inserts copies of an element that has failed: with the same address, then with the content itself. */
async function loadAnew(pending: Pending, content: Blob): Promise<void> {
  const { element, address, name } = pending;
  const isSheet = element instanceof HTMLLinkElement;
  let { outcome } = pending;
  if (isSheet && outcome === "damaged") {
    if (await isBlank(content)) return;
  } else {
    outcome = await loadCopy(pending, address, patienceMs);
    if (outcome === "loaded") return;
  }
  if (isSheet) {
    if (await drawSheet(element, content)) return;
    throw new FileFailure(name, translate("the host must send it with the type text/css. Reload the page."));
  }
  if (outcome !== "damaged") {
    outcome = await loadCopy(pending, URL.createObjectURL(content), longestRunMs);
    if (outcome === "loaded") return;
  }
  throw new FileFailure(name, why(outcome));
}

async function loadCopy({ element, name }: Pending, address: string, ms: number): Promise<Outcome | undefined> {
  const copy = copyOf(element, address);
  const ended = outcomeOf(copy, name);
  element.after(copy);
  const outcome = await within(ms, ended);
  if (outcome !== "loaded") copy.remove();
  return outcome;
}

/** Whether the browser has taken no rule of a stylesheet that it has. */
function isUnread(element: LoadingElement): boolean {
  return element instanceof HTMLLinkElement && hasNoRules(element);
}

function copyOf(element: LoadingElement, address: string): LoadingElement {
  const copy = document.createElement(element.localName) as LoadingElement;
  for (const { name, value } of element.attributes) {
    if (!/^(src|href|integrity|nonce|data-pyrt-failed)$/.test(name)) copy.setAttribute(name, value);
  }
  if (element.nonce) copy.nonce = element.nonce;
  copy.dataset.pyrtAgain = "";
  if (copy instanceof HTMLScriptElement) copy.src = trustUrl(address);
  else copy.href = address;
  return copy;
}

function outcomeOf(element: LoadingElement, name: string): Promise<Outcome> {
  const watched = new Pending(element, name);
  const notice = ({ filename, error }: ErrorEvent): void => {
    if (filename === watched.address && error instanceof SyntaxError) watched.isDamaged = true;
  };
  window.addEventListener("error", notice);
  element.addEventListener("load", () => watched.end(watched.isDamaged || isUnread(element) ? "damaged" : "loaded"));
  element.addEventListener("error", () => watched.end("failed"));
  return watched.ended.finally(() => window.removeEventListener("error", notice));
}

function why(outcome: Outcome | undefined): string {
  if (outcome === "damaged")
    return translate("the browser cannot run it: its content is not what was built. Reload the page.");
  if (outcome === "failed")
    return translate("the browser could not load it, although the host has it. Reload the page.");
  return translate("the browser has waited too long for it. Reload the page.");
}

function isLoading(element: Element): element is LoadingElement {
  if (element instanceof HTMLScriptElement) return element.src !== "";
  return element instanceof HTMLLinkElement && element.relList.contains("stylesheet") && element.href !== "";
}

function addressOf(element: LoadingElement): string {
  return element instanceof HTMLScriptElement ? element.src : element.href;
}

function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  const end = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), ms));
  return Promise.race([promise, end]);
}
