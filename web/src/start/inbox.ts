/** What the worker has said, in order: while something that comes first is loading, the rest waits here. */

import type { WorkerMessage } from "../wire/protocol";

export class Inbox {
  readonly #handle: (messages: WorkerMessage[]) => void;
  readonly #fail: (error: unknown) => void;
  #waiting: WorkerMessage[] | undefined;

  /** `handle` gets messages in order, those that came together together; `fail` gets what work or `handle` has thrown. */
  constructor(handle: (messages: WorkerMessage[]) => void, fail: (error: unknown) => void) {
    this.#handle = handle;
    this.#fail = fail;
  }

  receive(messages: readonly WorkerMessage[]): void {
    if (this.#waiting) this.#waiting.push(...messages);
    else this.#handle([...messages]);
  }

  /** Holds everything until `work` is done; `rest` comes before what is waiting already. */
  holdFor(work: Promise<void>, rest: readonly WorkerMessage[] = []): void {
    this.#waiting = [...rest, ...(this.#waiting ?? [])];
    work
      .then(() => {
        const waiting = this.#waiting ?? [];
        this.#waiting = undefined;
        this.#handle(waiting);
      })
      .catch(this.#fail);
  }
}
