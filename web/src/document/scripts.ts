/**
 * Runs the scripts of an index that was inserted after the page's own file was parsed, as a parser would run them: in the
 * order of the document, deferred ones last, then the events DOMContentLoaded and load. Each is a real script element,
 * so that `document.currentScript` is right (R-15, S-165).
 */

import { trustScript, trustUrl } from "../browser/trusted_types";

/** A script of the index, or the place where resources are added: returns what resolves when these have run. */
export type Step = HTMLScriptElement | (() => Promise<unknown>);

/** Whether a browser would run this element, and not take it for data. */
function isCode({ type }: HTMLScriptElement): boolean {
  return type === "" || type === "module" || /^(text|application)\/(x-)?(java|ecma)script$/i.test(type.trim());
}

function isDeferred(script: HTMLScriptElement): boolean {
  return (
    !script.hasAttribute("async") && (script.type === "module" || (script.hasAttribute("defer") && script.src !== ""))
  );
}

/**
 * Runs scripts in order. Those with a `src` that follow each other are fetched at the same time; what follows them waits
 * for them. Resolves when all have run, and returns the deferred ones, which have not.
 */
export async function runInOrder(steps: readonly Step[]): Promise<HTMLScriptElement[]> {
  const deferred: HTMLScriptElement[] = [];
  let loading: Promise<unknown>[] = [];
  for (const step of steps) {
    if (typeof step === "function") {
      loading.push(step());
    } else if (!isCode(step)) {
      // Data.
    } else if (isDeferred(step)) {
      deferred.push(step);
    } else if (step.hasAttribute("async") && step.src) {
      run(step);
    } else if (step.src) {
      loading.push(run(step));
    } else {
      await Promise.all(loading);
      loading = [];
      void run(step);
    }
  }
  await Promise.all(loading);
  return deferred;
}

export async function runDeferred(scripts: readonly HTMLScriptElement[]): Promise<void> {
  for (const script of scripts) await run(script);
}

/** Replaces a script that a parser made, which never runs, by one that does. Resolves also when it fails. */
function run(script: HTMLScriptElement): Promise<void> {
  const element = document.createElement("script");
  for (const { name, value } of script.attributes) if (name !== "src") element.setAttribute(name, value);
  const address = script.getAttribute("src");
  if (address !== null) element.src = trustUrl(address);
  element.async = script.hasAttribute("async");
  element.textContent = trustScript(script.textContent ?? "");
  const done = element.src || element.type === "module" ? loadedOrFailed(element) : Promise.resolve();
  script.replaceWith(element);
  return done;
}

export function loadedOrFailed(element: HTMLElement): Promise<void> {
  return new Promise((resolve) => {
    element.addEventListener("load", () => resolve());
    element.addEventListener("error", () => resolve());
  });
}

/**
 * Lets the document look as if it were being parsed. Returns what ends that, with the events of its end. The browser's
 * own load event, if it comes meanwhile, is held back; if it comes later, it is the one that is heard.
 */
export function beginParsing(): () => void {
  let isLoaded = document.readyState === "complete";
  let state: DocumentReadyState | undefined = "loading";
  Object.defineProperty(document, "readyState", { configurable: true, get: () => state });
  const restore = (): void => {
    window.removeEventListener("load", onLoad, true);
    delete (document as { readyState?: DocumentReadyState }).readyState;
  };
  const onLoad = (event: Event): void => {
    isLoaded = true;
    if (state === "loading") event.stopImmediatePropagation();
    else restore();
  };
  const enter = (next: DocumentReadyState): void => {
    state = next;
    document.dispatchEvent(new Event("readystatechange"));
  };
  window.addEventListener("load", onLoad, true);
  return () => {
    enter("interactive");
    document.dispatchEvent(new Event("DOMContentLoaded", { bubbles: true }));
    if (!isLoaded) return;
    enter("complete");
    window.dispatchEvent(new Event("load"));
    restore();
  };
}
