/**
 * The errors of the page, newest first, as Dash's dev tools list them. Each is also written to the console, and told
 * to the author's monitoring (browser/report.ts), except advice.
 */

import { type FailureKind, fileIn, reportFailure } from "../browser/report";
import { FileFailure } from "../files/attempts";
import { messageOf, withoutEvent } from "../files/reasons";

export interface ErrorContent {
  readonly message: string;
  /** A JavaScript stack. */
  readonly stack?: string | undefined;
  /** A Python traceback or an explanation. The name is Dash's; the content is plain text. */
  readonly html?: string | undefined;
}

export interface ErrorReport {
  readonly type: "frontEnd" | "backEnd";
  readonly error: ErrorContent;
  readonly myID?: string | undefined;
  readonly info?: unknown;
  /** A hint for the app developer; the app works. */
  readonly isAdvice?: boolean;
  /** The app's server cannot be reached. */
  readonly isUnreachable?: boolean;
  readonly timestamp: Date;
}

/** `kind` is for the author's monitoring. */
export interface BackEndDetails extends Pick<ErrorReport, "isAdvice" | "isUnreachable"> {
  readonly callback?: string | null | undefined;
  readonly kind?: FailureKind;
}

export interface ErrorState {
  readonly frontEnd: readonly ErrorReport[];
  readonly backEnd: readonly ErrorReport[];
  readonly backEndConnected: boolean;
  /** Starts Python again, if it has stopped. */
  readonly retry?: (() => void) | undefined;
}

export class ErrorLog {
  #state: ErrorState = { frontEnd: [], backEnd: [], backEndConnected: true };
  readonly #listeners = new Set<() => void>();

  get state(): ErrorState {
    return this.#state;
  }

  /** An error of a component, or of JavaScript code of the app. */
  addFrontEnd(reason: unknown, details: { myID?: string | undefined; info?: unknown } = {}): void {
    const error = withoutEvent(reason);
    console.error(error);
    const file = error instanceof FileFailure ? error.file : error === reason ? undefined : fileIn(messageOf(error));
    reportFailure(file === undefined ? "component" : "file", { file });
    this.#add("frontEnd", { type: "frontEnd", error: toContent(error), ...details, timestamp: new Date() });
  }

  /** An error of Python code of the app, or a problem that pyrt has found in the app. */
  addBackEnd(
    message: string,
    text: string,
    { isAdvice = false, isUnreachable = false, callback, kind = "callback" }: BackEndDetails = {},
  ): void {
    if (!isAdvice) reportFailure(isUnreachable ? "server" : kind, { callback });
    console.error(text === "" || text.includes(message) ? text || message : `${message}\n${text}`);
    const error = { message, html: text };
    this.#add("backEnd", { type: "backEnd", error, isAdvice, isUnreachable, timestamp: new Date() });
  }

  /** An error of a clientside callback: Dash lists it with those of Python callbacks. */
  addClientside(reason: unknown, callback?: string | null): void {
    const error = withoutEvent(reason);
    console.error(error);
    reportFailure("callback", { callback });
    this.#add("backEnd", { type: "backEnd", error: toContent(error), timestamp: new Date() });
  }

  /** Python has stopped. */
  disconnect(retry?: () => void): void {
    this.#change({ ...this.#state, backEndConnected: false, retry });
  }

  /** Python runs again. */
  reconnect(): void {
    this.#change({ ...this.#state, backEndConnected: true });
  }

  clear(): void {
    this.#change({ ...this.#state, frontEnd: [], backEnd: [] });
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #add(list: "frontEnd" | "backEnd", report: ErrorReport): void {
    this.#change({ ...this.#state, [list]: [report, ...this.#state[list]] });
  }

  #change(state: ErrorState): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}

/** The error's stack if it has one, else its message. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
}

function toContent(error: unknown): ErrorContent {
  if (error instanceof Error) return { message: error.message, stack: error.stack };
  const content = error as Partial<ErrorContent> | null;
  return { message: String(content?.message ?? error), stack: content?.stack, html: content?.html };
}
