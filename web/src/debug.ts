/** What only sites built with `--debug` show of themselves on `window` (product.md, section 2). */

import type { EngineMessage, PageMessage, WorkerMessage } from "./protocol";
import type { Endpoint, Listener } from "./transport";

interface LogEntry {
  readonly direction: "sent" | "received";
  readonly message: PageMessage | WorkerMessage;
}

interface Question {
  resolve(value: string): void;
  reject(error: Error): void;
}

type Answer = Extract<EngineMessage, { type: "EvalResult" }>;

/** Stands between the page and its endpoint, and writes down what passes. */
export class DebugHooks implements Endpoint {
  readonly #endpoint: Endpoint;
  readonly #lines: string[] = [];
  readonly #messages: LogEntry[] = [];
  readonly #questions = new Map<number, Question>();
  #ask: ((expression: string) => number) | undefined;

  /** Sets everything up at once: the first script of the page is where a harness begins to look. */
  constructor(endpoint: Endpoint, api: object) {
    this.#endpoint = endpoint;
    Object.assign(api, { log: this.#messages });
    Object.assign(window, {
      __pyrt_ready__: false,
      __pyrt_log__: this.#lines,
      __pyrt_eval__: (expression: string) => this.#evaluate(expression),
    });
  }

  send(messages: PageMessage[]): void {
    for (const message of messages) this.#messages.push({ direction: "sent", message });
    this.#endpoint.send(messages);
  }

  listen(listener: Listener): void {
    this.#endpoint.listen((messages) => {
      for (const message of messages) this.#messages.push({ direction: "received", message });
      listener(messages);
    });
  }

  addLine(text: string): void {
    this.#lines.push(text);
  }

  settle({ seq, value, error }: Answer): void {
    const question = this.#questions.get(seq);
    this.#questions.delete(seq);
    if (error != null) question?.reject(new Error(error));
    else question?.resolve(value ?? "null");
  }

  markReady(): void {
    Object.assign(window, { __pyrt_ready__: true });
  }

  markFailed(text: string): void {
    Object.assign(window, { __pyrt_failed__: text });
  }

  /** From here on questions can be put: `ask` sends one and returns the number of the message. */
  connect(ask: (expression: string) => number): void {
    this.#ask = ask;
  }

  #evaluate(expression: string): Promise<string> {
    const ask = this.#ask;
    if (!ask) return Promise.reject(new Error("Python is not up yet: wait until __pyrt_ready__ is true."));
    return new Promise((resolve, reject) => {
      this.#questions.set(ask(expression), { resolve, reject });
    });
  }
}
