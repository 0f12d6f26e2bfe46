/**
 * Requests a file of the site again when the host or the line fails: up to three times, after growing pauses. A request
 * is stalled when no byte of it arrives for four seconds; a slow line that delivers is no fault. The time that is lost
 * is limited, so that a failure is known within 15 s.
 *
 * The first script of the page uses this, too, in browsers of any age: nothing here is newer than ES2017's runtime.
 */

import { translate } from "../browser/translation";

/** A file could not be had. The message names it, and says what the host answered. */
export class FileFailure extends Error {
  readonly file: string;
  /** The HTTP status; undefined if there was no answer. */
  readonly status: number | undefined;

  constructor(file: string, reason: string, status?: number) {
    super(`${file}: ${reason}${advise(status)}`);
    this.name = "FileFailure";
    this.file = file;
    this.status = status;
  }

  /** Whether the host does not have it. */
  get isMissing(): boolean {
    return this.status === 404 || this.status === 410;
  }
}

function advise(status: number | undefined): string {
  if (status === 404 || status === 410) {
    return ` ${translate("Reload the page; if that does not help, the site's folder must be uploaded again, whole.")}`;
  }
  return status === undefined ? "" : ` ${translate("Try again in a minute.")}`;
}

export interface Attempt {
  /** 0 for the first request. */
  readonly number: number;
  /** Aborted when the request is stalled. */
  readonly signal: AbortSignal;
  /** How to use the browser's cache: what was wrong before is not read from it again. */
  readonly cache: RequestCache;
  /** To be called when the host has answered, and with each piece of the content. */
  received(): void;
}

export interface AttemptOptions {
  readonly cache?: RequestCache;
  /** Time that was lost before the first request, in ms. */
  readonly lostMs?: number;
  /** Called with the failure while the last request is stalled, and with undefined when it goes on. */
  readonly onStall?: (failure: FileFailure | undefined) => void;
}

/** Time between two looks at a request. A blocked thread or a sleeping computer counts as one look. */
const lookMs = 500;
/** A request is stalled after so many looks without a byte. The last one is not ended then; it is only told. */
const quietLooks = { first: 8, later: 6, last: 4 };
const pausesMs = [300, 1000, 2500];
/** When so much time has been lost, there is no further request. */
const budgetMs = 7000;

/**
 * Pieces of any file that have arrived in this thread. A browser sends only some requests at a time, so one without an
 * answer is stalled only if nothing else arrives either.
 */
let piecesArrived = 0;

/** Calls `request` until it succeeds; throws the last error. */
export async function withAttempts<T>(
  file: string,
  request: (attempt: Attempt) => Promise<T>,
  { cache = "default", lostMs: lostBefore = 0, onStall = () => {} }: AttemptOptions = {},
): Promise<T> {
  let lostMs = lostBefore;
  for (let number = 0; ; number += 1) {
    const pauseMs = pausesMs[number];
    const isLast = pauseMs === undefined || lostMs >= budgetMs;
    const limit = isLast ? quietLooks.last : lostMs > 0 ? quietLooks.later : quietLooks.first;
    const watch = new Watch(file, limit, isLast ? onStall : undefined);
    watch.start();
    try {
      return await request({
        number,
        signal: watch.signal,
        cache: number === 0 ? cache : "reload",
        received: () => watch.received(),
      });
    } catch (error) {
      // What is left of the answer would hold one of the few connections to the host.
      watch.abort();
      if (isLast) throw watch.failure ?? error;
      lostMs += watch.quietMs + pauseMs;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    } finally {
      watch.end();
    }
  }
}

/** Looks at one request at intervals, and aborts it when it is stalled, unless it is the last one. */
class Watch {
  readonly #file: string;
  readonly #limit: number;
  readonly #onStall: ((failure: FileFailure | undefined) => void) | undefined;
  readonly #abort = new AbortController();
  #timer: ReturnType<typeof setInterval> | undefined;
  #hasAnswer = false;
  #quietLooks = 0;
  #seen = piecesArrived;
  failure: FileFailure | undefined;

  constructor(file: string, limit: number, onStall: ((failure: FileFailure | undefined) => void) | undefined) {
    this.#file = file;
    this.#limit = limit;
    this.#onStall = onStall;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get quietMs(): number {
    return this.#quietLooks * lookMs;
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), lookMs);
  }

  received(): void {
    piecesArrived += 1;
    this.#hasAnswer = true;
    this.#quietLooks = 0;
    if (this.failure) this.#onStall?.(undefined);
    this.failure = undefined;
  }

  abort(): void {
    this.#abort.abort();
  }

  end(): void {
    clearInterval(this.#timer);
    if (this.failure) this.#onStall?.(undefined);
  }

  #look(): void {
    const isLineQuiet = this.#seen === piecesArrived;
    this.#seen = piecesArrived;
    this.#quietLooks = this.#hasAnswer || isLineQuiet ? this.#quietLooks + 1 : 0;
    if (this.#quietLooks < this.#limit || this.failure) return;
    const seconds = this.quietMs / 1000;
    const what = this.#hasAnswer
      ? translate("the host stopped sending it; waited {seconds} s.", { seconds })
      : translate("the host has sent nothing; waited {seconds} s.", { seconds });
    this.failure = new FileFailure(this.#file, what);
    if (this.#onStall) this.#onStall(this.failure);
    else this.#abort.abort();
  }
}
