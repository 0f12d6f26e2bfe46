/**
 * The way out of the page and into it: an Endpoint takes messages one way and gives batches of messages the
 * other. Over a Worker in a site; in memory for tests.
 */

import { type Batch, decodeBatch, encodeBatch, type PageMessage, type WorkerMessage } from "./protocol";

export type Listener = (messages: WorkerMessage[]) => void;

export interface Endpoint {
  send(messages: PageMessage[]): void;
  /** Called once. Batches that came before are delivered at once, in order. */
  listen(listener: Listener): void;
}

/** Keeps what arrives until somebody listens. */
class Inbox {
  #waiting: WorkerMessage[][] = [];
  #listener: Listener | undefined;

  deliver(messages: WorkerMessage[]): void {
    if (this.#listener) this.#listener(messages);
    else this.#waiting.push(messages);
  }

  listen(listener: Listener): void {
    this.#listener = listener;
    for (const messages of this.#waiting.splice(0)) listener(messages);
  }
}

export class WorkerEndpoint implements Endpoint {
  readonly #worker: Worker;
  readonly #inbox = new Inbox();

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = (event: MessageEvent<Batch>) => this.#inbox.deliver(decodeBatch(event.data));
    worker.onerror = (event) => this.#fail(event.message || "its script could not be loaded");
    worker.onmessageerror = () => this.#fail("it sent something that cannot be read");
  }

  send(messages: PageMessage[]): void {
    const batch = encodeBatch(messages);
    this.#worker.postMessage(batch, [...batch.buffers]);
  }

  listen(listener: Listener): void {
    this.#inbox.listen(listener);
  }

  #fail(reason: string): void {
    this.#inbox.deliver([{ type: "Failed", stage: "worker", message: `The Python worker stopped: ${reason}.` }]);
  }
}

/** The other end is a function. Messages pass through their text form, as they do over a Worker. */
export class MemoryEndpoint implements Endpoint {
  readonly sent: PageMessage[] = [];
  readonly #inbox = new Inbox();
  readonly #answer: (message: PageMessage, endpoint: MemoryEndpoint) => void;

  constructor(answer: (message: PageMessage, endpoint: MemoryEndpoint) => void = () => {}) {
    this.#answer = answer;
  }

  send(messages: PageMessage[]): void {
    const received = JSON.parse(encodeBatch(messages).text) as PageMessage[];
    this.sent.push(...received);
    for (const message of received) this.#answer(message, this);
  }

  listen(listener: Listener): void {
    this.#inbox.listen(listener);
  }

  /** What the worker would post. */
  deliver(...messages: WorkerMessage[]): void {
    this.#inbox.deliver(decodeBatch(encodeBatch(messages)));
  }
}
