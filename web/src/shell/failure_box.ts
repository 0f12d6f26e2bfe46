/**
 * The message that a start has failed or waits, as plain DOM with a style of its own: neither React nor the page's
 * stylesheet may be there. Part of the first script.
 */

import { findTranslation, markLanguage, translate } from "../browser/translation";
import { findForeignWorker, removeForeignWorker } from "../offline/foreign_worker";
import { resetSite } from "../offline/reset";
import text from "./failure.css?inline";

export interface FailureText {
  readonly title: string;
  /** A sentence: what was being done. */
  readonly where?: string;
  /** What is wrong, and what to do; may be a traceback. */
  readonly message: string;
  /** Whether a file of the site is at fault, or may be. */
  readonly isOfFile?: boolean;
}

const preview = "[data-pyrt-preview]";
let sheet: CSSStyleSheet | undefined;

/**
 * Shows the message in place of the app, or above what is drawn already (`isDrawn`), which may be the preview or work
 * (`isStale`: it does not). Any earlier message is removed.
 */
export function showFailure(
  { title, where = "", message, isOfFile = false }: FailureText,
  { isDrawn = hasPreview(), isStale = isDrawn }: { isDrawn?: boolean; isStale?: boolean } = {},
): void {
  hideFailure();
  installStyle();
  const box = document.createElement("div");
  box.className = "pyrt-failure";
  box.setAttribute("role", "alert");
  markLanguage(box);
  box.tabIndex = -1;
  const sentence = [
    where,
    isStale ? translate("What you see was made when the site was built; it does not answer.") : "",
  ]
    .filter(Boolean)
    .join(" ");
  const foreign = isOfFile ? findForeignWorker() : undefined;
  box.append(
    element("h1", title),
    ...(sentence ? [element("p", sentence)] : []),
    element("pre", message),
    ...(foreign ? [element("p", describeForeign(foreign))] : []),
    makeButton(translate("Try again"), () => location.reload()),
    ...(foreign ? [makeButton(translate("Remove that service worker, and try again"), restartWithoutForeign)] : []),
    makeButton(
      translate("Remove what the app keeps here, and start anew"),
      () => void resetSite().then(() => location.reload()),
    ),
  );
  const entry = document.getElementById("react-entry-point");
  if (isDrawn || !entry) {
    box.classList.add("pyrt-failure--over");
    document.body.prepend(box);
  } else {
    // The page has nothing of the app: all of its text is ours.
    document.documentElement.lang ||= findTranslation().lang;
    entry.replaceChildren(box);
  }
  box.focus();
}

export function hideFailure(): void {
  for (const box of document.querySelectorAll(".pyrt-failure")) box.remove();
}

function describeForeign(script: string): string {
  return translate(
    "This page gets its files from {script}, a service worker that another app at this address has left in the browser. " +
      "It may be at fault. It can be removed without loss: that app installs it again when it is opened.",
    { script },
  );
}

function restartWithoutForeign(): void {
  const reload = (): void => location.reload();
  removeForeignWorker().then(reload, reload);
}

function hasPreview(): boolean {
  return document.querySelector(preview) !== null;
}

/** Where there are no constructed stylesheets the message has no looks. */
function installStyle(): void {
  if (sheet || !("replaceSync" in CSSStyleSheet.prototype)) return;
  sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

function element(name: string, content: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = content;
  return made;
}

function makeButton(label: string, act: () => void): HTMLElement {
  const button = element("button", label) as HTMLButtonElement;
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}
