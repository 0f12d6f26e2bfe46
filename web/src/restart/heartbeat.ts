/**
 * Watches a worker: asks it once in a second whether it answers. Time is counted in questions, so that a clock that
 * jumps, or a computer that was asleep, is no silence of the worker.
 *
 *     no answer for 4 s, and no callback runs      the worker has died, or its engine hangs
 *     no answer for 10 s while a callback runs     the callback computes for long, or for ever: the user decides
 */

export interface HeartbeatOptions {
  /** Asks the worker. */
  readonly ask: () => void;
  /** Looks whether the worker is still there; called with each second without an answer. */
  readonly look: () => void;
  /** Whether a function of the app runs in the worker, which may then answer nothing. */
  readonly isCalling: () => boolean;
  readonly dead: () => void;
  /** A callback has run for this long, in seconds; 0: the worker answers again. */
  readonly blocked: (seconds: number) => void;
}

const periodMs = 1000;
const mostMissed = 4;
const patience = 10;

export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Whether the last question is answered. */
  #isAnswered = true;
  /** Seconds since the first question without an answer. */
  #missed = 0;
  /** When the user is asked next. */
  #limit = patience;
  #isBlocked = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  /** From now on the worker is expected to answer. */
  start(): void {
    this.#reset();
    this.#timer ??= setInterval(() => this.#beat(), periodMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#reset();
  }

  answered(): void {
    if (this.#timer !== undefined) this.#reset();
  }

  /** The user waits: they are asked again after twice the time. */
  wait(): void {
    this.#limit = 2 * this.#missed;
    this.#isBlocked = false;
  }

  #beat(): void {
    // Browsers slow down the timers of hidden pages, and pause their workers.
    if (document.hidden) {
      this.#isAnswered = true;
      this.#missed = 0;
      return;
    }
    if (this.#isAnswered) {
      this.#isAnswered = false;
      this.#missed = 0;
      this.#options.ask();
      return;
    }
    this.#missed += 1;
    this.#options.look();
    if (this.#options.isCalling()) this.#beatWhileCalling();
    else if (this.#missed >= mostMissed) this.#options.dead();
  }

  #beatWhileCalling(): void {
    if (this.#missed < this.#limit) return;
    this.#isBlocked = true;
    this.#options.blocked(this.#missed);
  }

  #reset(): void {
    this.#isAnswered = true;
    this.#missed = 0;
    this.#limit = patience;
    if (this.#isBlocked) this.#options.blocked(0);
    this.#isBlocked = false;
  }
}
