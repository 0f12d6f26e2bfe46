/**
 * Stands for the page's workers, whose Python is the kernel. What the page posts goes to the widget; what the kernel
 * sends is told as a worker would tell it. The line on which the page asks whether its worker answers is answered here:
 * a kernel that computes is no fault, and the notebook shows it.
 */

import type { Boot, Idle, Lifeline } from "../wire/manifest";
import { type Batch, decodeBatch, type PageMessage } from "../wire/protocol";
import type { FrameMessage } from "./channel";

type Posted = Batch | Boot | Idle | Lifeline;

export interface KernelLine {
  send(message: FrameMessage): void;
}

const waiting = { type: "Progress", stage: "python", text: "Waiting for the kernel" };
let made = 0;

/** Whether a batch of the page has a `SetProps`; a text that does not have the word is not parsed. */
function changesProps(text: string): boolean {
  return text.includes("SetProps") && decodeBatch<PageMessage>({ text, buffers: [] }).some(isSetProps);
}

function isSetProps({ type }: PageMessage): boolean {
  return type === "SetProps";
}

export class KernelWorker {
  static line: KernelLine = { send: () => {} };
  /** Those that have not been ended: the page's own, and those for jobs by their numbers. */
  static page: KernelWorker | undefined;
  static readonly jobs = new Map<number, KernelWorker>();

  onmessage: ((event: { readonly data: Batch }) => void) | null = null;
  onerror: ((event: { readonly message: string }) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  readonly #number = ++made;
  #isJob = false;

  /** As browsers do, it reads the type: so the page finds out that there are modules (browser/abilities.ts). */
  constructor(_address: string | URL, options?: WorkerOptions) {
    void options?.type;
  }

  postMessage(message: Posted): void {
    if (!("type" in message)) {
      const { text } = message;
      const worker = this.#number;
      KernelWorker.line.send(
        this.#isJob ? { kind: "job", worker, text } : { kind: "batch", text, changesProps: changesProps(text) },
      );
    } else if (message.type === "Lifeline") {
      const { port } = message;
      port.onmessage = () => port.postMessage(null);
    } else if (message.type === "Boot") {
      this.#boot(message);
    }
  }

  #boot({ role, environment }: Boot): void {
    this.#isJob = role === "job";
    if (this.#isJob) {
      KernelWorker.jobs.set(this.#number, this);
      this.#tell({ type: "JobReady" });
      return;
    }
    KernelWorker.page = this;
    this.#tell(waiting);
    KernelWorker.line.send({ kind: "open", environment });
  }

  #tell(message: object): void {
    queueMicrotask(() => this.receive(JSON.stringify([message])));
  }

  receive(text: string, buffers: readonly ArrayBuffer[] = []): void {
    this.onmessage?.({ data: { text, buffers } as unknown as Batch });
  }

  /** The kernel has forgotten this page: it goes on with another session. */
  lose(): void {
    this.onerror?.({ message: "the kernel has closed the page" });
  }

  terminate(): void {
    if (this.#isJob) {
      KernelWorker.jobs.delete(this.#number);
      KernelWorker.line.send({ kind: "end-job", worker: this.#number });
    } else if (KernelWorker.page === this) {
      KernelWorker.page = undefined;
    }
    this.onmessage = null;
  }

  addEventListener(): void {}

  removeEventListener(): void {}
}
