/** Requests to Python (pyrt/agents/open_page/tab.py): one `Eval` each. The answers are JSON. */

import type { EngineMessage } from "../wire/protocol";
import type { ToolResult } from "./model_context";

export interface Tool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: object;
  readonly annotations?: object;
}

/** What only the page knows. */
export interface PageFacts {
  readonly text: string;
  readonly title: string;
  readonly path: string;
  readonly errors: readonly { readonly title: string; readonly message: string }[];
  /** Callbacks that have not ended. */
  readonly running: readonly string[];
}

export type Step =
  | { readonly id: string; readonly props: Readonly<Record<string, unknown>> }
  | { readonly click: string }
  | { readonly navigate: string };

export type Answer =
  | { readonly tools: readonly Tool[] }
  | { readonly result: ToolResult }
  | { readonly question: string }
  | { readonly steps: readonly (readonly Step[])[] };

type Request =
  | { list: object }
  | { call: { name: string; arguments: object; page: PageFacts; confirmed: boolean } }
  | { report: { page: PageFacts } };

type EvalResult = Extract<EngineMessage, { type: "EvalResult" }>;

interface Pending {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/** Starts what Python takes for a request of an agent. */
const mark = "agents:";

export class Requests {
  readonly #send: (message: { type: "Eval"; expression: string }) => number;
  readonly #pending = new Map<number, Pending>();

  /** `send` returns the sequence number of the message. */
  constructor(send: (message: { type: "Eval"; expression: string }) => number) {
    this.#send = send;
  }

  ask(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const seq = this.#send({ type: "Eval", expression: mark + JSON.stringify(request) });
      this.#pending.set(seq, { resolve, reject });
    });
  }

  /** Receives the answer to a request; others are left alone. */
  receive({ seq, value, error }: EvalResult): void {
    const pending = this.#pending.get(seq);
    this.#pending.delete(seq);
    if (error == null) pending?.resolve(JSON.parse(value ?? "null") as Answer);
    else pending?.reject(new Error(error));
  }

  /** Python is started again: it answers nothing that it was asked before. */
  cut(): void {
    for (const { reject } of this.#pending.values()) reject(new Error("Python was started again: call the tool anew."));
    this.#pending.clear();
  }
}
