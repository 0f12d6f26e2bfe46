/**
 * Looks at the browser once, makes `window.__pyrt__`, and says what the browser lacks. What was recorded of the page
 * stays readable then. As browser/abilities.ts, this is for browsers of any age.
 */

import { type Abilities, lookAtBrowser } from "../browser/abilities";
import { type FailureDetail, fileIn, reportFailure } from "../browser/report";
import { describeObstacle } from "../browser/requirements";
import { markLanguage, translate } from "../browser/translation";

export interface Failure {
  readonly stage: string;
  readonly message: string;
}

/** `window.__pyrt__`; sites built with `--debug` add to it (debug.ts). */
export interface PyrtApi {
  readonly abilities: Abilities;
  readonly ready: Promise<void>;
  readonly failed: Promise<Failure>;
  /** What has failed so far, the newest last: `detail` of each `pyrt:failure`. */
  readonly failures: readonly FailureDetail[];
}

/** What the first script leaves for the page's own script. */
export interface StartState {
  readonly api: PyrtApi;
  readonly canRun: boolean;
  /** Whether it can start Python. A page with answers works without, as far as these go. */
  readonly canRunPython: boolean;
  /** Whether the page's own script runs. */
  hasBegun: boolean;
  /** Fulfils `ready`. */
  succeed(): void;
  /** Fulfils `failed`. */
  fail(failure: Failure): void;
}

interface StartWindow {
  __pyrt_start__?: StartState;
}

/** The page's own styles are not there yet. */
const style =
  "margin: 0; padding: 10px 16px; border-inline-start: 4px solid #b3261e; background: #fffafa; color: #2b2b33; " +
  "font: 15px/1.5 system-ui, sans-serif; forced-color-adjust: none";

/** The first call looks at the browser. */
export function checkBrowser(): StartState {
  const known = (window as StartWindow).__pyrt_start__;
  if (known) return known;
  const abilities = lookAtBrowser();
  // "all": the site has no Python.
  const { answers } = document.documentElement.dataset;
  const obstacle = describeObstacle(abilities, navigator.userAgent, answers !== "all");
  const canRun = describeObstacle(abilities, navigator.userAgent, answers === undefined) === undefined;
  const state = makeState(abilities, { canRun, canRunPython: answers !== "all" && obstacle === undefined });
  Object.assign(window, { __pyrt_start__: state, __pyrt__: state.api });
  if (obstacle !== undefined) {
    state.fail({ stage: "browser", message: obstacle });
    showObstacle(
      obstacle,
      canRun
        ? translate("What you see was made when the site was built; it answers only what was computed then.")
        : translate("What you see was made when the site was built; it does not answer."),
    );
  }
  return state;
}

function makeState(abilities: Abilities, can: Pick<StartState, "canRun" | "canRunPython">): StartState {
  let succeed: () => void = () => {};
  let fail: (failure: Failure) => void = () => {};
  const ready = new Promise<void>((resolve) => {
    succeed = resolve;
  });
  const failed = new Promise<Failure>((resolve) => {
    fail = (failure) => {
      resolve(failure);
      reportFailure(failure.stage === "browser" ? "browser" : "start", { file: fileIn(failure.message) });
    };
  });
  return { api: { abilities, ready, failed, failures: [] }, ...can, hasBegun: false, succeed, fail };
}

function showObstacle(text: string, ofPreview: string): void {
  console.error(`pyrt: ${text}`);
  const insert = (): void => insertLine(text, ofPreview);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", insert, { once: true });
  else insert();
}

/** Above the page, in its flow: it covers nothing. */
function insertLine(text: string, ofPreview: string): void {
  const preview = document.querySelector<HTMLElement>("[data-pyrt-preview]");
  const line = document.createElement("p");
  line.className = "pyrt-failure";
  line.setAttribute("role", "alert");
  markLanguage(line);
  line.style.cssText = style;
  line.textContent = preview ? `${text} ${ofPreview}` : text;
  document.body.insertBefore(line, document.body.firstChild);
  const loading = document.querySelector("#react-entry-point ._dash-loading");
  if (loading) loading.remove();
  // In a dark colour scheme, a preview that was recorded in the light one waits for the app.
  if (preview) preview.style.visibility = "visible";
}
