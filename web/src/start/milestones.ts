/**
 * Progress of the page's start: performance marks (`pyrt:ready`), and the promises of `window.__pyrt__`.
 *
 *     worker  python  app  paint  ready  complete      in a prerendered page, paint comes first
 */

import { checkBrowser, type Failure, type PyrtApi } from "./browser_check";

type Milestone = "worker" | "python" | "app" | "paint" | "ready" | "complete";

export class Milestones {
  readonly #start = checkBrowser();
  readonly #reached = new Set<Milestone>();

  /** The value of `window.__pyrt__`. */
  get api(): PyrtApi {
    return this.#start.api;
  }

  has(milestone: Milestone): boolean {
    return this.#reached.has(milestone);
  }

  /** Sets the mark. Returns false if it was set before. */
  reach(milestone: Milestone): boolean {
    if (this.#reached.has(milestone)) return false;
    this.#reached.add(milestone);
    performance.mark(`pyrt:${milestone}`);
    if (milestone === "ready") this.#start.succeed();
    return true;
  }

  fail(failure: Failure): void {
    this.#start.fail(failure);
  }
}
