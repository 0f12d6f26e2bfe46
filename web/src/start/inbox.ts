/** Incoming messages of the worker, in order. While a resource is loading, the messages after it wait here. */

import type { WorkerMessage } from "../wire/protocol";

export class Inbox {
  readonly #handle: (messages: WorkerMessage[]) => void;
  readonly #fail: (error: unknown) => void;
  #queue: WorkerMessage[] | undefined;

  /** `handle` receives messages in order, one call per batch. `fail` receives what `work` or `handle` throws. */
  constructor(handle: (messages: WorkerMessage[]) => void, fail: (error: unknown) => void) {
    this.#handle = handle;
    this.#fail = fail;
  }

  receive(messages: readonly WorkerMessage[]): void {
    if (this.#queue) this.#queue.push(...messages);
    else this.#handle([...messages]);
  }

  /** Queues all messages until `work` resolves. `rest` goes before those already queued. */
  pauseFor(work: Promise<void>, rest: readonly WorkerMessage[] = []): void {
    this.#queue = [...rest, ...(this.#queue ?? [])];
    work
      .then(() => {
        const queue = this.#queue ?? [];
        this.#queue = undefined;
        this.#handle(queue);
      })
      .catch(this.#fail);
  }
}
