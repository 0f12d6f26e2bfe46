/**
 * The page's worker, and those that take its place when it has ended. Each has a line of its own to the page, on which the
 * page asks whether it answers. A worker in which Python computes does not answer. Where the browser has locks, it holds
 * one, which tells such a worker from one that has ended: in Chromium always, in other browsers until Python is up,
 * because they may not keep a page with a lock for "back".
 */

import type { Boot, Lifeline } from "../wire/manifest";
import type { PageMessage } from "../wire/protocol";
import { type Endpoint, type Listener, MessageBuffer } from "../wire/transport";
import { type CreateWorker, StartingWorker, type WorkerScript } from "./starting_worker";

/** What the browser tells is no more. */
export const workerEnded = "The Python worker has ended.";

export interface WorkerListener {
  /** The worker's answer to `ask`. */
  answered(): void;
  /** The worker has ended, not by `replace`, and has had all the starts that it gets. */
  ended(): void;
}

export class PythonWorker implements Endpoint {
  readonly #script: WorkerScript;
  readonly #create: CreateWorker;
  readonly #incoming = new MessageBuffer();
  #listener: WorkerListener | undefined;
  #worker: StartingWorker;
  #line: MessagePort | undefined;
  /** The lock that the worker holds. */
  #lock: string | undefined;
  /** Whether this worker has let go of its lock. */
  #isReleased = false;

  /** Starts the worker at once. */
  constructor(script: WorkerScript, create: CreateWorker) {
    this.#script = script;
    this.#create = create;
    this.#worker = this.#start("start");
  }

  /** Lets the worker start Python. */
  boot(boot: Boot): void {
    this.#worker.boot(boot);
  }

  /** Ends the worker, and starts another one. */
  replace(boot: Boot): void {
    this.#line?.close();
    this.#line = this.#lock = undefined;
    this.#worker.end();
    this.#worker = this.#start("resume");
    this.#worker.boot(boot);
  }

  /** Ends the worker; nothing takes its place. */
  end(): void {
    this.#line?.close();
    this.#line = this.#lock = undefined;
    this.#worker.end();
  }

  idle(): void {
    this.#worker.idle();
  }

  /** Python is up, and answers when it is asked. */
  settle(): void {
    if ("userAgentData" in navigator) return;
    this.#isReleased = true;
    this.#lock = undefined;
    this.#line?.postMessage("release");
  }

  /** Asks whether the worker answers. */
  ask(): void {
    this.#line?.postMessage(null);
  }

  /** If the worker has ended, as far as the browser can tell: starts it again before Python has answered, else calls `ended`. */
  async look(): Promise<void> {
    const lock = this.#lock;
    if (lock === undefined) return;
    const isFree = await navigator.locks.request(lock, { ifAvailable: true }, (found) => found !== null);
    if (!isFree || lock !== this.#lock) return;
    this.#lock = undefined;
    if (!this.#worker.startAgain(workerEnded)) this.#listener?.ended();
  }

  watch(listener: WorkerListener): void {
    this.#listener = listener;
  }

  send(messages: PageMessage[]): void {
    this.#worker.send(messages);
  }

  listen(listener: Listener): void {
    this.#incoming.listen(listener);
  }

  #start(purpose: "start" | "resume"): StartingWorker {
    const worker = new StartingWorker(this.#script, (address) => this.#connect(this.#create(address)), purpose);
    worker.listen((messages) => {
      if (worker === this.#worker) this.#incoming.deliver(messages);
    });
    return worker;
  }

  #connect(worker: Worker): Worker {
    const { port1, port2 } = new MessageChannel();
    this.#line?.close();
    this.#line = port1;
    this.#lock = undefined;
    this.#isReleased = false;
    const lock = `pyrt worker ${Math.random()}`;
    port1.onmessage = ({ data }) => {
      if (port1 !== this.#line) return;
      if (data === "held") this.#lock = this.#isReleased ? undefined : lock;
      else this.#listener?.answered();
    };
    worker.postMessage({ type: "Lifeline", port: port2, lock } satisfies Lifeline, [port2]);
    return worker;
  }
}

/** What the page's start uses of the worker. */
export type PythonHost = Pick<PythonWorker, keyof PythonWorker>;

const nothing = (): void => {};

/** In place of the worker where there is no Python: in a site built with `--static`, or in a browser that cannot run it. */
export class NoPython implements PythonHost, Endpoint {
  readonly boot = nothing;
  readonly replace = nothing;
  readonly end = nothing;
  readonly idle = nothing;
  readonly settle = nothing;
  readonly ask = nothing;
  readonly watch = nothing;
  readonly send = nothing;
  readonly listen = nothing;
  readonly look = async (): Promise<void> => {};
}
