/**
 * The connection between the page and a worker: an Endpoint sends messages one way and receives batches of messages
 * the other way. In a site it wraps a Worker; in tests it works in memory.
 */

import {
  type Batch,
  decodeBatch,
  encodeBatch,
  type JobMessage,
  type PageMessage,
  type WorkerMessage,
} from "./protocol";

export type Listener<M = WorkerMessage> = (messages: M[]) => void;

export interface Endpoint<Out = PageMessage, In = WorkerMessage> {
  send(messages: Out[]): void;
  /** Called once. Batches that arrived before are delivered at once, in order. */
  listen(listener: Listener<In>): void;
}

/** Buffers batches until a listener is set. */
export class MessageBuffer<M = WorkerMessage> {
  #queue: M[][] = [];
  #listener: Listener<M> | undefined;

  deliver(messages: M[]): void {
    if (this.#listener) this.#listener(messages);
    else this.#queue.push(messages);
  }

  listen(listener: Listener<M>): void {
    this.#listener = listener;
    for (const messages of this.#queue.splice(0)) listener(messages);
  }
}

type Failed = Extract<WorkerMessage, { type: "Failed" }>;

export class WorkerEndpoint<Out extends PageMessage | JobMessage, In extends { type: string }>
  implements Endpoint<Out, In | Failed>
{
  readonly #worker: Worker;
  readonly #incoming = new MessageBuffer<In | Failed>();

  /** `script` is the name of the worker's script, for messages. */
  constructor(worker: Worker, script: string) {
    this.#worker = worker;
    worker.onmessage = (event: MessageEvent<Batch>) => this.#incoming.deliver(decodeBatch<In>(event.data));
    worker.onerror = (event) => this.#fail(event.message || `its script ${script} could not be loaded`);
    worker.onmessageerror = () => this.#fail("it sent something that cannot be read");
  }

  send(messages: Out[]): void {
    const batch = encodeBatch(messages);
    this.#worker.postMessage(batch, [...batch.buffers]);
  }

  listen(listener: Listener<In | Failed>): void {
    this.#incoming.listen(listener);
  }

  terminate(): void {
    this.#worker.terminate();
  }

  #fail(reason: string): void {
    this.#incoming.deliver([{ type: "Failed", stage: "worker", message: `The Python worker stopped: ${reason}.` }]);
  }
}

/** An endpoint whose other side is a function. Messages are encoded and decoded as with a Worker. */
export class MemoryEndpoint implements Endpoint {
  readonly sent: PageMessage[] = [];
  readonly #incoming = new MessageBuffer();
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
    this.#incoming.listen(listener);
  }

  /** Delivers messages as if the worker had posted them. */
  deliver(...messages: WorkerMessage[]): void {
    this.#incoming.deliver(decodeBatch(encodeBatch(messages)));
  }
}
