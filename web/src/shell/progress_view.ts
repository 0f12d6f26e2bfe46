/**
 * The progress bar and the failure message of the start, as plain DOM, because React may not be loaded. The bar
 * overlays the page, so that it does not move the content.
 */

import { markLanguage, translate } from "../browser/translation";
import { hideFailure, showFailure } from "./failure_box";

export class StartupView {
  readonly #container = document.createElement("div");
  readonly #bar = document.createElement("div");
  readonly #text = document.createElement("div");
  readonly #status = document.createElement("span");
  /** The amount is not read aloud with each change: the bar has it. */
  readonly #amount = document.createElement("span");
  readonly #kept = document.createElement("span");
  #isUserWaiting = false;
  /** The text of the stage, while that of a file is shown. */
  #stage = "";

  constructor() {
    this.#bar.className = "pyrt-progress";
    this.#bar.setAttribute("role", "progressbar");
    this.#bar.setAttribute("aria-label", translate("Starting the app"));
    this.#text.className = "pyrt-progress-text";
    this.#container.className = "pyrt-start";
    this.#container.setAttribute("role", "status");
    markLanguage(this.#container);
    this.#kept.textContent = translate("; what you did is kept");
    this.#amount.setAttribute("aria-hidden", "true");
    this.#container.append(this.#bar, this.#text);
    document.body.append(this.#container);
  }

  /** `loaded` of `total` bytes; without them the bar shows no amount. */
  show(text: string, loaded?: number, total?: number): void {
    this.#stage = text;
    this.#show(text, loaded, total);
  }

  /** A file that Python reads; undefined: it goes on with its stage. */
  showFile(path: string | undefined, loaded: number, total: number): void {
    if (path === undefined) this.#show(this.#stage);
    else this.#show(translate("Loading {file}", { file: path }), loaded, total);
  }

  #show(text: string, loaded?: number, total?: number): void {
    const percent = loaded !== undefined && total ? Math.min(100, Math.round((100 * loaded) / total)) : undefined;
    this.#bar.classList.toggle("pyrt-progress--busy", percent === undefined);
    this.#bar.style.setProperty("--pyrt-progress", `${percent ?? 100}%`);
    if (percent === undefined) this.#bar.removeAttribute("aria-valuenow");
    else this.#bar.setAttribute("aria-valuenow", String(percent));
    const amount = total ? `: ${describeAmount(loaded ?? 0, total)}` : "";
    if (this.#status.textContent !== text) this.#status.textContent = text;
    this.#amount.textContent = amount;
    this.#write();
  }

  /** The user has done something that waits for Python. */
  markUserWaiting(): void {
    this.#isUserWaiting = true;
    this.#write();
  }

  #write(): void {
    if (!this.#status.textContent) return;
    if (!this.#status.isConnected) this.#text.append(this.#status, this.#amount);
    if (this.#isUserWaiting && !this.#kept.isConnected) this.#text.append(this.#kept);
  }

  /** Removes the bar and its text. */
  finish(): void {
    this.#container.remove();
  }

  /** Shows the failure in place of the app, or above the prerendered page, and gives it the focus. */
  fail(stage: string, message: string, { isPrerendered }: { isPrerendered: boolean }): void {
    this.finish();
    const isOfFile = stagesOfFiles.has(stage);
    const title = translate("The app could not start");
    showFailure({ title, where: describeStage(stage), message, isOfFile }, { isDrawn: isPrerendered });
  }

  /** Shows that a file does not come, or that it comes again. */
  showStall(message: string | undefined, { isDrawn }: { isDrawn: boolean }): void {
    if (message) {
      const text = `${message} ${translate("It goes on by itself when the file comes.")}`;
      const options = isDrawn ? { isDrawn, isStale: false } : {};
      showFailure({ title: translate("The app waits for a file"), message: text, isOfFile: true }, options);
    } else {
      hideFailure();
    }
  }
}

/** How much of a file has come, of how many bytes. */
export function describeAmount(loaded: number, total: number): string {
  const format = (bytes: number): string => (bytes / 1e6).toFixed(1);
  return translate("{loaded} of {total} MB", { loaded: format(loaded), total: format(total) });
}

/** Stages that fail when a file of the site cannot be had. */
export const stagesOfFiles: ReadonlySet<string> = new Set(["worker", "download", "python"]);

function describeStage(stage: string): string {
  switch (stage) {
    case "worker":
      return translate("It stopped while starting the Python worker.");
    case "download":
      return translate("It stopped while downloading Python and the app's packages.");
    case "python":
      return translate("It stopped while starting Python.");
    case "packages":
      return translate("It stopped while loading compiled packages.");
    case "engine":
      return translate("It stopped while importing pyrt's engine.");
    case "app":
      return translate("It stopped while running the app.");
    case "layout":
      return translate("It stopped while making the layout.");
    case "page":
      return translate("It stopped while building the page.");
    default:
      return translate("It stopped while {stage}.", { stage });
  }
}
