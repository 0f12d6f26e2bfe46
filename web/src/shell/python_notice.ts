/** What the page says while Python is started again, or while a callback lets it answer nothing; plain DOM over the page. */

import { reportFailure } from "../browser/report";

export interface BlockedChoices {
  readonly stop: () => void;
  readonly wait: () => void;
}

const restarting = "Python has stopped, and is started again. What you see stays, and what you do is kept.";

export class PythonNotice {
  #box: HTMLElement | undefined;

  /** Python is started again. */
  showRestart(): void {
    reportFailure("python");
    this.#show("status", restarting, []);
  }

  /** A callback runs for long; `name` is its function, with file and line. */
  showBlocked(name: string, seconds: number, { stop, wait }: BlockedChoices): void {
    const text = `The callback ${name} has been running for ${seconds} seconds. Until it ends, nothing else is answered.`;
    reportFailure("waiting", { callback: name });
    this.#show("alert", text, [makeButton("Stop", stop), makeButton("Wait", wait)]);
  }

  hide(): void {
    this.#box?.remove();
    this.#box = undefined;
  }

  #show(role: "status" | "alert", text: string, buttons: readonly HTMLElement[]): void {
    this.hide();
    const box = document.createElement("div");
    box.className = "pyrt-notice pyrt-notice--python";
    box.lang = "en";
    box.setAttribute("role", role);
    const label = document.createElement("span");
    label.textContent = text;
    box.append(label, ...buttons);
    document.body.append(box);
    this.#box = box;
  }
}

function makeButton(text: string, action: () => void): HTMLElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "pyrt-notice-action";
  button.textContent = text;
  button.addEventListener("click", action);
  return button;
}
