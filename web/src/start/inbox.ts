/** What the worker has said, in order: while something that comes first is loading, the rest waits here. */

import type { WorkerMessage } from "../wire/protocol";

export class Inbox {
  readonly #handle: (messages: WorkerMessage[]) => void;
  readonly #fail: (error: unknown) => void;
  #queue: WorkerMessage[] | undefined;

  /** `handle` gets messages in order, those that came together together; `fail` gets what work or `handle` has thrown. */
  constructor(handle: (messages: WorkerMessage[]) => void, fail: (error: unknown) => void) {
    this.#handle = handle;
    this.#fail = fail;
  }

  receive(messages: readonly WorkerMessage[]): void {
    if (this.#queue) this.#queue.push(...messages);
    else this.#handle([...messages]);
  }

  /** Holds everything until `work` is done; `rest` comes before what is queue already. */
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
