/**
 * The worker of the page. A start that fails because of a file, or whose worker ends, is made again, in a new worker,
 * until Python has answered: its script could not be loaded or is damaged, an answer of the host was wrong and has been
 * replaced, or the browser has ended the worker.
 */

import type { FileFailure } from "../files/attempts";
import { addressOfContent, hasNoOrigin, isAsBuilt, nameOfScript, readScript } from "../files/scripts";
import type { Boot, Idle } from "../wire/manifest";
import { type Batch, decodeBatch, encodeBatch, type PageMessage, type WorkerMessage } from "../wire/protocol";
import { type Endpoint, type Listener, MessageBuffer } from "../wire/transport";

/** Starts a worker from an address. */
export type CreateWorker = (address: string) => Worker;

export interface WorkerScript {
  readonly script: URL;
  /** Its hash as it was built; without it a damaged script is not noticed. */
  readonly integrity?: string | undefined;
}

/** `resume`: the page goes on with this worker; until Python is connected another one can take its place. */
type Purpose = "start" | "resume";

const mostStarts = 3;
/** A worker that has told nothing for so long is looked at. */
const silenceMs = 4000;

/** What the worker script tells before Python is connected. */
const beforePython = ["Log", "Progress", "Reading", "Failed", "Abilities"];

/** What is told before Python has answered: for a start, before there is a layout. The page takes it twice. */
const beforeAnswer: Readonly<Record<Purpose, ReadonlySet<string>>> = {
  start: new Set([...beforePython, "Document", "Callbacks", "SetDocument", "Resources"]),
  resume: new Set(beforePython),
};

export class StartingWorker implements Endpoint {
  readonly #script: URL;
  readonly #integrity: string | undefined;
  readonly #create: CreateWorker;
  readonly #beforeAnswer: ReadonlySet<string>;
  #worker: Worker | undefined;
  readonly #incoming = new MessageBuffer();
  /** Sent before Python has answered; undefined from then on. */
  #sent: (Batch | Boot)[] | undefined = [];
  #starts = 0;
  /** Whether large values may be packed. */
  #readsPacked = false;
  /** Whether this worker has told anything. */
  #hasSpoken = false;
  /** Whether Python runs in this worker, and has run the app's script. */
  #isConnected = false;
  /** Whether the script of this worker is not what was built; undefined until it is looked at. */
  #isDamaged: Promise<boolean> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  /** Starts the worker at once. */
  constructor({ script, integrity }: WorkerScript, create: CreateWorker, purpose: Purpose = "start") {
    this.#script = script;
    this.#integrity = integrity;
    this.#create = create;
    this.#beforeAnswer = beforeAnswer[purpose];
    this.#start(script.href);
  }

  /** Of the script, for messages. */
  get #name(): string {
    return nameOfScript(this.#script.href);
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
    this.#sent = undefined;
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  /** The worker has ended. Starts another one; returns false if Python has answered, or has been started too often. */
  startAgain(reason: string): boolean {
    if (!this.#sent || !this.#restart()) return false;
    console.error(`pyrt: Python is started again. ${reason}`);
    this.#watchSilence();
    return true;
  }

  send(messages: PageMessage[]): void {
    // What may have to be sent again stays whole: buffers are gone once they are sent.
    const batch = encodeBatch(messages, this.#readsPacked && !this.#sent);
    this.#post(batch, batch.buffers);
  }

  listen(listener: Listener): void {
    this.#incoming.listen(listener);
  }

  #post(message: Batch | Boot, buffers: readonly ArrayBuffer[] = []): void {
    this.#sent?.push(message);
    this.#worker?.postMessage(message, [...buffers]);
  }

  #start(address: string): void {
    this.#starts += 1;
    this.#hasSpoken = this.#isConnected = this.#readsPacked = false;
    this.#isDamaged = undefined;
    try {
      this.#worker = this.#create(address);
    } catch (error) {
      // Of another origin, as everything is for a sandboxed frame; or a policy forbids it.
      void this.#recover(describe(error), true);
      return;
    }
    const worker = this.#worker;
    worker.onmessage = ({ data }: MessageEvent<Batch>) => {
      if (worker === this.#worker) this.#receive(decodeBatch(data));
    };
    worker.onmessageerror = () => this.#fail("it sent something that cannot be read");
    worker.onerror = (event) => {
      if (worker !== this.#worker) return;
      const reason = event.message || `its script ${this.#name} could not be loaded`;
      if (this.#sent) void this.#recover(reason, this.#starts > 1);
      else this.#fail(reason);
    };
    for (const message of this.#sent ?? []) worker.postMessage(message);
  }

  #receive(messages: WorkerMessage[]): void {
    this.#hasSpoken = true;
    if (!this.#sent) {
      this.#incoming.deliver(messages);
      return;
    }
    this.#isConnected ||= messages.some(({ type }) => type === "Document");
    this.#readsPacked ||= messages.some((message) => message.type === "Abilities" && message.readsPacked);
    const failed = messages.find((message) => message.type === "Failed");
    if (failed) {
      void this.#takeFailure(failed, messages);
      return;
    }
    if (messages.some(({ type }) => !this.#beforeAnswer.has(type))) this.#sent = undefined;
    this.#watchSilence();
    this.#incoming.deliver(messages);
  }

  /** The start has failed. A damaged script may fail with any error. */
  async #takeFailure(failed: Extract<WorkerMessage, { type: "Failed" }>, messages: WorkerMessage[]): Promise<void> {
    clearTimeout(this.#silence);
    if (failed.canRestart && this.#restart()) this.#watchSilence();
    else if (this.#isConnected && this.startAgain(failed.message)) return;
    else if (!(await this.#replaceDamaged())) this.#incoming.deliver(messages);
  }

  #restart(address = this.#script.href): boolean {
    if (this.#starts >= mostStarts) return false;
    this.#worker?.terminate();
    this.#start(address);
    return true;
  }

  /** From now on, until Python has answered, the worker is expected to tell something. */
  #watchSilence(): void {
    clearTimeout(this.#silence);
    if (!this.#sent) return;
    this.#silence = setTimeout(() => {
      if (this.#hasSpoken) void this.#replaceDamaged();
      else void this.#recover(`its script ${this.#name} does not answer`, false);
    }, silenceMs);
  }

  /** Looks at the script of this worker, once. Returns whether it is not what was built; then it is replaced, or named. */
  #replaceDamaged(): Promise<boolean> {
    const starts = this.#starts;
    const replace = async (): Promise<boolean> => {
      if (await isAsBuilt(this.#script.href, this.#integrity)) return false;
      if (this.#sent && starts === this.#starts) void this.#recover(`its script ${this.#name} is damaged`, starts > 1);
      return true;
    };
    this.#isDamaged ??= replace();
    return this.#isDamaged;
  }

  /**
   * The script has failed, is damaged, or has not come. Reads it, which renews the browser's cache, and starts it once
   * more, unless it has spoken meanwhile for the first time.
   */
  async #recover(reason: string, fromBytes: boolean): Promise<void> {
    clearTimeout(this.#silence);
    const starts = this.#starts;
    const hadSpoken = this.#hasSpoken;
    const isOver = (): boolean => !this.#sent || starts !== this.#starts || this.#hasSpoken !== hadSpoken;
    let script: Blob;
    try {
      script = await this.#readScript();
    } catch (error) {
      if (!isOver()) this.#fail(describe(error));
      return;
    }
    if (isOver()) return;
    const address = fromBytes || hasNoOrigin() ? await addressOfContent(script) : this.#script.href;
    if (this.#restart(address)) this.#watchSilence();
    else this.#fail(reason);
  }

  #readScript(): Promise<Blob> {
    const onStall = (failure: FileFailure | undefined): void => {
      if (failure)
        this.#incoming.deliver([{ type: "Progress", stage: "worker", text: failure.message, isStalled: true }]);
    };
    return readScript(this.#script.href, this.#name, { integrity: this.#integrity, onStall, lostMs: silenceMs });
  }

  #fail(reason: string): void {
    const message = `The Python worker stopped: ${reason.replace(/\.$/, "")}.`;
    this.#incoming.deliver([{ type: "Failed", stage: "worker", message }]);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
