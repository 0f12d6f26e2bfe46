/** What only sites built with `--debug` show of themselves on `window` (docs/settings.md). */

import type { Environment } from "../wire/manifest";
import type { EngineMessage, PageMessage, WorkerMessage } from "../wire/protocol";
import type { Endpoint, Listener } from "../wire/transport";

/** One line of the message log; the first says where it was recorded. `pyrt replay` reads them as JSON. */
type LogEntry =
  | { readonly direction: "sent" | "received"; readonly message: PageMessage | WorkerMessage }
  | { readonly direction: "boot"; readonly environment: Environment };

interface PendingEval {
  resolve(value: string): void;
  reject(error: Error): void;
}

type EvalResult = Extract<EngineMessage, { type: "EvalResult" }>;

/** Stands between the page and its endpoint, and writes down what passes. */
export class DebugHooks implements Endpoint {
  readonly #endpoint: Endpoint;
  readonly #lines: string[] = [];
  readonly #messages: LogEntry[] = [];
  readonly #pendingEvals = new Map<number, PendingEval>();
  #sendEval: ((expression: string) => number) | undefined;

  /** Sets everything up at once: the first script of the page is where a harness begins to look. */
  constructor(endpoint: Endpoint, api: object, environment: Environment) {
    this.#endpoint = endpoint;
    this.#messages.push({ direction: "boot", environment });
    Object.assign(api, { log: this.#messages, saveLog: () => this.#save() });
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

  finishEval({ seq, value, error }: EvalResult): void {
    const pending = this.#pendingEvals.get(seq);
    this.#pendingEvals.delete(seq);
    if (error != null) pending?.reject(new Error(error));
    else pending?.resolve(value ?? "null");
  }

  /** Downloads the message log, for `pyrt replay`: a bug report is a log. */
  #save(): void {
    const text = JSON.stringify(this.#messages, (_key, value: unknown) =>
      ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value,
    );
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = "pyrt-log.json";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  markReady(): void {
    Object.assign(window, { __pyrt_ready__: true });
  }

  markFailed(text: string): void {
    Object.assign(window, { __pyrt_failed__: text });
  }

  /** From here on questions can be put: `sendEval` sends one and returns the number of the message. */
  connect(sendEval: (expression: string) => number): void {
    this.#sendEval = sendEval;
  }

  #evaluate(expression: string): Promise<string> {
    const sendEval = this.#sendEval;
    if (!sendEval) return Promise.reject(new Error("Python is not up yet: wait until __pyrt_ready__ is true."));
    return new Promise((resolve, reject) => {
      this.#pendingEvals.set(sendEval(expression), { resolve, reject });
    });
  }
}
