/**
 * The progress of a large file that Python reads, as plain DOM over the page. Most reads are short: it is shown only if
 * one takes longer than a moment, and stays between the requests of one read.
 */

import { markLanguage, translate } from "../browser/translation";
import type { ReadingMessage } from "../wire/protocol";
import { describeAmount } from "./progress_view";

const momentMs = 300;

export class FileProgress {
  readonly #bar = document.createElement("div");
  readonly #text = document.createElement("div");
  #showTimer: ReturnType<typeof setTimeout> | undefined;
  #hideTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#bar.className = "pyrt-progress";
    this.#bar.setAttribute("role", "progressbar");
    this.#text.className = "pyrt-progress-text";
    this.#text.setAttribute("role", "status");
    markLanguage(this.#text);
  }

  show({ path, loaded, total, waiting }: ReadingMessage): void {
    const percent = Math.round((100 * loaded) / total);
    // Nothing of it is there: the host sends it as a whole, and blocks the worker until it has arrived.
    this.#bar.classList.toggle("pyrt-progress--busy", loaded === 0);
    this.#bar.style.setProperty("--pyrt-progress", `${loaded === 0 ? 100 : percent}%`);
    const label = translate("Loading {file}", { file: path });
    this.#bar.setAttribute("aria-label", label);
    if (loaded === 0) this.#bar.removeAttribute("aria-valuenow");
    else this.#bar.setAttribute("aria-valuenow", String(percent));
    this.#text.textContent = `${label}: ${describeAmount(loaded, total)}`;
    clearTimeout(this.#hideTimer);
    if (waiting) this.#showTimer ??= setTimeout(() => document.body.append(this.#bar, this.#text), momentMs);
    else this.#hideTimer = setTimeout(() => this.hide(), momentMs);
  }

  hide(): void {
    clearTimeout(this.#showTimer);
    this.#showTimer = undefined;
    this.#bar.remove();
    this.#text.remove();
  }
}
