/** What the kernel sends to a view: each number once, in order; what is missing is asked for. */

type Handle = () => void;

/** So long after a message the kernel is told what has come, or asked for what has not. */
const pauseMs = 1000;

export class ViewInbox {
  readonly #confirm: () => void;
  readonly #ask: () => void;
  readonly #early = new Map<number, Handle>();
  #upTo = 0;
  #sent = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `confirm` tells the kernel what was handled, `ask` asks it for all that came after. */
  constructor(confirm: () => void, ask: () => void) {
    this.#confirm = confirm;
    this.#ask = ask;
  }

  take(number: number, handle: Handle): void {
    if (number > this.#upTo) this.#early.set(number, handle);
    for (let next = this.#next(); next; next = this.#next()) next();
    this.expect(number);
  }

  #next(): Handle | undefined {
    const next = this.#early.get(this.#upTo + 1);
    if (next) this.#early.delete(++this.#upTo);
    return next;
  }

  /** The kernel has sent messages up to a number: those that do not come in time are asked for. */
  expect(sent: number): void {
    this.#sent = Math.max(this.#sent, sent);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#upTo < this.#sent) this.#ask();
      else this.#confirm();
    }, pauseMs);
  }

  /** The number up to which all have been handled. */
  get upTo(): number {
    return this.#upTo;
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
