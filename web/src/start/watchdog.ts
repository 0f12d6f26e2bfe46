/**
 * Guards the start until the page's own script runs. It is part of the first script, which stands in the page's file,
 * so that nothing else need be there for a message. If the page's script does not come, or is not what was built,
 * it is requested again; whatever remains wrong is said.
 */

import { reportFailure } from "../browser/report";
import { translate } from "../browser/translation";
import { trustUrl } from "../browser/trusted_types";
import { FileFailure } from "../files/attempts";
import { nameOfScript, readScript } from "../files/scripts";
import { hideFailure, showFailure } from "../shell/failure_box";
import type { StartState } from "./browser_check";
import { reloadIfReplaced } from "./deployment";

/** The page's script is looked for after this time, in ms. */
const patienceMs = 4000;

/** To be called once, while the document is parsed. */
export function watchPageScript(state: StartState): void {
  const watch = new ScriptWatch(state);
  addEventListener("error", (event) => watch.notice(event), true);
  setTimeout(() => void watch.lookFor(), patienceMs);
}

class ScriptWatch {
  readonly #state: StartState;
  #isReading = false;
  /** Whether the failure is shown, or the page is loaded anew. */
  #hasFailed = false;

  constructor(state: StartState) {
    this.#state = state;
  }

  /** An error of any script or element of the page. */
  notice(event: ErrorEvent | Event): void {
    // The page's script, which loads it anew, may come later.
    if (event.target instanceof HTMLLinkElement) event.target.dataset.pyrtFailed = "";
    if (this.#state.hasBegun || this.#hasFailed) return;
    const script = findScript();
    if (event.target === script) void this.#readAgain("reload");
    else if (script && event instanceof ErrorEvent && event.filename === script.src) void this.#readAgain("reload");
  }

  /** The page's script has not run yet: it may only be slow. */
  async lookFor(): Promise<void> {
    if (this.#state.hasBegun || this.#isReading || this.#hasFailed) return;
    if (findScript()) await this.#readAgain("default");
    else if (document.readyState === "loading") setTimeout(() => void this.lookFor(), patienceMs);
  }

  async #readAgain(cache: RequestCache): Promise<void> {
    const script = findScript();
    if (this.#isReading || !script) return;
    this.#isReading = true;
    const name = nameOfScript(script.src);
    try {
      const onStall = (failure: Error | undefined): void => {
        if (this.#state.hasBegun) return;
        if (!failure) {
          hideFailure();
          return;
        }
        reportFailure("waiting", { file: name });
        showFailure({ title: translate("The app waits for a file"), message: failure.message, isOfFile: true });
      };
      const content = await readScript(script.src, name, {
        integrity: script.integrity,
        cache,
        onStall,
        lostMs: cache === "default" ? patienceMs : 0,
      });
      if (!this.#state.hasBegun) await this.#run(script, content, name);
    } catch (error) {
      if (this.#state.hasBegun) return;
      this.#hasFailed = true;
      await failStart(this.#state, error);
    } finally {
      this.#isReading = false;
    }
  }

  /** Runs the script from the browser's cache, else from the bytes themselves: the host may give it a wrong type. */
  async #run(script: HTMLScriptElement, content: Blob, name: string): Promise<void> {
    for (const src of [script.src, URL.createObjectURL(content)]) {
      await load(script, src);
      if (this.#state.hasBegun) return;
    }
    const reason = translate(
      "the browser does not run it. A Content-Security-Policy of the host, or an extension, may forbid it; " +
        "the browser's console says more.",
    );
    throw new Error(`${name}: ${reason}`);
  }
}

function findScript(): HTMLScriptElement | null {
  return document.querySelector<HTMLScriptElement>("script[data-pyrt-page]");
}

/** Resolves when the script has run or has failed. */
function load(original: HTMLScriptElement, src: string): Promise<void> {
  const element = document.createElement("script");
  element.src = trustUrl(src);
  const done = new Promise<void>((resolve) => {
    element.onload = element.onerror = () => resolve();
  });
  original.after(element);
  return done;
}

/** Shows why the page cannot start, or loads it anew if the host has another version of it. */
export async function failStart(state: StartState, error: unknown): Promise<void> {
  if (error instanceof FileFailure && error.isMissing && (await reloadIfReplaced())) return;
  const message = error instanceof Error ? error.message : String(error);
  console.error(`pyrt: failed at stage "page".\n${message}`);
  state.fail({ stage: "page", message });
  const where = translate("It stopped while loading the page's script.");
  showFailure({ title: translate("The app could not start"), where, message, isOfFile: true });
}
