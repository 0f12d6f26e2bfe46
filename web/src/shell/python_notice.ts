/** What the page says while Python is started again, or while a callback lets it answer nothing; plain DOM over the page. */

import { reportFailure } from "../browser/report";
import { markLanguage, translate } from "../browser/translation";

/** What lets Python answer nothing: a callback, the name of its function with file and line; a file that it reads. */
export interface Blocked {
  readonly callback: string | undefined;
  readonly file: string | undefined;
  readonly seconds: number;
}

export interface BlockedChoices {
  readonly stop: () => void;
  readonly wait: () => void;
}

export class PythonNotice {
  #box: HTMLElement | undefined;
  /** What the box says of it. */
  #blocked: Blocked | undefined;

  /** Python is started again. */
  showRestart(): void {
    reportFailure("python");
    const text = translate("Python has stopped, and is started again. What you see stays, and what you do is kept.");
    this.#show("status", text, []);
  }

  /** Called each second; the box stays while it says the same, so that its buttons keep the focus. */
  showBlocked(blocked: Blocked, { stop, wait }: BlockedChoices): void {
    const { callback, file } = blocked;
    if (this.#blocked?.callback === callback && this.#blocked?.file === file && this.#box) return;
    reportFailure("waiting", { callback, file });
    this.#show("alert", describeBlocked(blocked), [
      makeButton(translate("Stop"), stop),
      makeButton(translate("Wait"), wait),
    ]);
    this.#blocked = blocked;
  }

  hide(): void {
    this.#box?.remove();
    this.#box = this.#blocked = undefined;
  }

  #show(role: "status" | "alert", text: string, buttons: readonly HTMLElement[]): void {
    this.hide();
    const box = document.createElement("div");
    box.className = "pyrt-notice pyrt-notice--python";
    markLanguage(box);
    box.setAttribute("role", role);
    const label = document.createElement("span");
    label.textContent = text;
    box.append(label, ...buttons);
    document.body.append(box);
    this.#box = box;
  }
}

function describeBlocked({ callback, file, seconds }: Blocked): string {
  if (!callback) {
    return translate(
      "Python has waited for the file {file} for {seconds} seconds. Until it comes, nothing is answered.",
      { file: file ?? "", seconds },
    );
  }
  if (file) {
    return translate(
      "The callback {callback} has been running for {seconds} seconds: it waits for the file {file}. " +
        "Until it ends, nothing else is answered.",
      { callback, file, seconds },
    );
  }
  return translate(
    "The callback {callback} has been running for {seconds} seconds. Until it ends, nothing else is answered.",
    { callback, seconds },
  );
}

function makeButton(text: string, action: () => void): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "pyrt-notice-action";
  button.textContent = text;
  button.addEventListener("click", action);
  return button;
}
