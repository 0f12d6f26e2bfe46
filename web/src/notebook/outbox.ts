/**
 * What a view sends to the kernel, numbered. A host may lose a message, or bring two in another order, while it moves a
 * channel to a subshell: what the kernel does not confirm is sent again, and it handles each number once, in order.
 */

type Send = (message: object) => void;

const firstWaitMs = 1500;
const longestWaitMs = 20_000;

export class ViewOutbox {
  readonly #send: Send;
  readonly #unanswered: () => Promise<void>;
  readonly #unconfirmed = new Map<number, object>();
  #number = 0;
  #waitMs = firstWaitMs;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `unanswered` looks for another way to the kernel, before messages are sent again. */
  constructor(send: Send, unanswered: () => Promise<void>) {
    this.#send = send;
    this.#unanswered = unanswered;
  }

  send(message: object): void {
    const numbered = { ...message, number: ++this.#number };
    this.#unconfirmed.set(this.#number, numbered);
    this.#send(numbered);
    this.#watch();
  }

  /** The kernel has handled all messages up to a number. */
  confirm(number: number): void {
    for (const each of this.#unconfirmed.keys()) if (each <= number) this.#unconfirmed.delete(each);
    this.#waitMs = firstWaitMs;
    this.#stop();
    if (this.#unconfirmed.size > 0) this.#watch();
  }

  /** Nothing is sent again. */
  close(): void {
    this.#unconfirmed.clear();
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #watch(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#waitMs = Math.min(longestWaitMs, 2 * this.#waitMs);
      void this.#unanswered().then(() => {
        for (const message of this.#unconfirmed.values()) this.#send(message);
        if (this.#unconfirmed.size > 0) this.#watch();
      });
    }, this.#waitMs);
  }
}
