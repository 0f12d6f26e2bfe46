/**
 * The worker of the page. A start that fails because of a file is made again, in a new worker, until Python has
 * answered: its script could not be loaded, or an answer of the host was wrong and has been replaced.
 */

import type { FileFailure } from "../files/attempts";
import { addressOfContent, hasNoOrigin, nameOfScript, readScript } from "../files/scripts";
import type { Boot, Idle } from "../wire/manifest";
import { type Batch, decodeBatch, encodeBatch, type PageMessage, type WorkerMessage } from "../wire/protocol";
import { type Endpoint, type Listener, MessageBuffer } from "../wire/transport";

/** Starts a worker from an address. */
export type CreateWorker = (address: string) => Worker;

const mostStarts = 3;
/** A worker that has told nothing for so long is looked at. */
const silenceMs = 4000;

/** What the worker script tells before Python is connected. */
const ofTheStart: ReadonlySet<string> = new Set(["Log", "Progress", "Reading", "Failed", "Abilities"]);

export class StartingWorker implements Endpoint {
  readonly #script: URL;
  readonly #create: CreateWorker;
  #worker: Worker | undefined;
  readonly #incoming = new MessageBuffer();
  /** Sent before Python was connected; undefined from then on. */
  #sent: (Batch | Boot)[] | undefined = [];
  #starts = 0;
  /** Whether this worker has told anything. */
  #hasSpoken = false;
  #silence: ReturnType<typeof setTimeout> | undefined;

  /** Starts the worker at once. */
  constructor(script: URL, create: CreateWorker) {
    this.#script = script;
    this.#create = create;
    this.#start(script.href);
  }

  /** Lets the worker start Python. */
  boot(boot: Boot): void {
    this.#post(boot);
    this.#watchSilence();
  }

  /** The initial callbacks have run. */
  idle(): void {
    this.#worker?.postMessage({ type: "Idle" } satisfies Idle);
  }

  /** Ends the worker; it will tell nothing more. */
  end(): void {
    clearTimeout(this.#silence);
    this.#starts = mostStarts + 1;
    this.#hasSpoken = true;
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  send(messages: PageMessage[]): void {
    this.#post(encodeBatch(messages));
  }

  listen(listener: Listener): void {
    this.#incoming.listen(listener);
  }

  #post(message: Batch | Boot): void {
    this.#sent?.push(message);
    this.#worker?.postMessage(message);
  }

  #start(address: string): void {
    this.#starts += 1;
    this.#hasSpoken = false;
    try {
      this.#worker = this.#create(address);
    } catch (error) {
      // Of another origin, as everything is for a sandboxed frame; or a policy forbids it.
      void this.#recover(describe(error), true);
      return;
    }
    const worker = this.#worker;
    worker.onmessage = ({ data }: MessageEvent<Batch>) => this.#receive(decodeBatch(data));
    worker.onmessageerror = () => this.#fail("it sent something that cannot be read");
    worker.onerror = (event) => {
      if (worker !== this.#worker) return;
      const reason = event.message || "its script could not be loaded";
      if (this.#hasSpoken) this.#fail(reason);
      else void this.#recover(reason, this.#starts > 1);
    };
    for (const message of this.#sent ?? []) worker.postMessage(message);
  }

  #receive(messages: WorkerMessage[]): void {
    this.#hasSpoken = true;
    if (this.#sent) {
      if (messages.some((message) => message.type === "Failed" && message.canRestart) && this.#restart()) return;
      if (messages.some(({ type }) => !ofTheStart.has(type))) this.#sent = undefined;
    }
    this.#incoming.deliver(messages);
  }

  #restart(address = this.#script.href): boolean {
    if (this.#starts >= mostStarts) return false;
    this.#worker?.terminate();
    this.#start(address);
    return true;
  }

  #watchSilence(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      if (!this.#hasSpoken) void this.#recover("it does not answer", false);
    }, silenceMs);
  }

  /** The script has failed, or has not come. Reads it, which renews the browser's cache, and starts it once more. */
  async #recover(reason: string, fromBytes: boolean): Promise<void> {
    clearTimeout(this.#silence);
    const starts = this.#starts;
    let script: Blob;
    try {
      script = await this.#readScript();
    } catch (error) {
      if (!this.#hasSpoken) this.#fail(describe(error));
      return;
    }
    if (this.#hasSpoken || starts !== this.#starts) return;
    const address = fromBytes || hasNoOrigin() ? await addressOfContent(script) : this.#script.href;
    if (this.#restart(address)) this.#watchSilence();
    else this.#fail(reason);
  }

  #readScript(): Promise<Blob> {
    const onStall = (failure: FileFailure | undefined): void => {
      if (failure)
        this.#incoming.deliver([{ type: "Progress", stage: "worker", text: failure.message, isStalled: true }]);
    };
    return readScript(this.#script.href, nameOfScript(this.#script.href), { onStall, lostMs: silenceMs });
  }

  #fail(reason: string): void {
    const message = `The Python worker stopped: ${reason.replace(/\.$/, "")}.`;
    this.#incoming.deliver([{ type: "Failed", stage: "worker", message }]);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
