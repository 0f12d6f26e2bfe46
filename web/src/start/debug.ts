/** The members of `window` that only sites built with `--debug` have (docs/settings.md). */

import { type Abilities, findAbilities } from "../browser/abilities";
import type { Environment } from "../wire/manifest";
import type { EngineMessage, PageMessage, WorkerMessage } from "../wire/protocol";
import type { Endpoint, Listener } from "../wire/transport";

/** An entry of the message log. The first one describes the environment. `pyrt replay` reads the log as JSON. */
type LogEntry =
  | { readonly direction: "sent" | "received"; readonly message: PageMessage | WorkerMessage }
  | { readonly direction: "boot"; readonly environment: Environment; readonly abilities: Abilities };

interface PendingEval {
  resolve(value: string): void;
  reject(error: Error): void;
}

type EvalResult = Extract<EngineMessage, { type: "EvalResult" }>;

/** Wraps the page's endpoint and logs the messages in both directions. */
export class DebugHooks implements Endpoint {
  readonly #endpoint: Endpoint;
  readonly #lines: string[] = [];
  readonly #messages: LogEntry[] = [];
  readonly #pendingEvals = new Map<number, PendingEval>();
  #sendEval: ((expression: string) => number) | undefined;

  /** Sets all members at once, in the first script of the page, where test harnesses look for them. */
  constructor(endpoint: Endpoint, api: object, environment: Environment) {
    this.#endpoint = endpoint;
    this.#messages.push({ direction: "boot", environment, abilities: findAbilities() });
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

  /** Whether Python evaluates an expression. */
  get isEvaluating(): boolean {
    return this.#pendingEvals.size > 0;
  }

  /** Python is started again: expressions that it was given are not evaluated. */
  cut(): void {
    for (const { reject } of this.#pendingEvals.values()) reject(new Error("Python was started again."));
    this.#pendingEvals.clear();
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

  /** Downloads the message log, for `pyrt replay`. */
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

  /** From now on expressions can be evaluated. `sendEval` sends one and returns the message's sequence number. */
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
