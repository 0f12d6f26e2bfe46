/**
 * Progress of the page's start: performance marks (`pyrt:ready`), and the promises of `window.__pyrt__`.
 *
 *     worker  python  app  paint  ready  complete      in a prerendered page, paint comes first
 */

type Milestone = "worker" | "python" | "app" | "paint" | "ready" | "complete";

interface Failure {
  readonly stage: string;
  readonly message: string;
}

export class Milestones {
  /** The value of `window.__pyrt__`; sites built with `--debug` add to it. */
  readonly api: { readonly ready: Promise<void>; readonly failed: Promise<Failure> };
  readonly #reached = new Set<Milestone>();
  readonly #ready: () => void;
  readonly #failed: (failure: Failure) => void;

  constructor() {
    const ready = makePromise<void>();
    const failed = makePromise<Failure>();
    this.api = { ready: ready.promise, failed: failed.promise };
    this.#ready = ready.resolve;
    this.#failed = failed.resolve;
    Object.assign(window, { __pyrt__: this.api });
  }

  has(milestone: Milestone): boolean {
    return this.#reached.has(milestone);
  }

  /** Sets the mark. Returns false if it was set before. */
  reach(milestone: Milestone): boolean {
    if (this.#reached.has(milestone)) return false;
    this.#reached.add(milestone);
    performance.mark(`pyrt:${milestone}`);
    if (milestone === "ready") this.#ready();
    return true;
  }

  fail(failure: Failure): void {
    this.#failed(failure);
  }
}

function makePromise<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
