/** Files that Pyodide requests by itself: used while they load, and checked at the same time. */

import { type Bytes, Unpacking } from "../files/zstd";
import { freeBytes } from "./memory";

/**
 * Reads a file to its end, calls `take` for each piece, and rejects if the content is not what was built. `onResponse`
 * gets the answer to each request that this takes, and returns what is to be read of it.
 */
export type Read = (take: (piece: Bytes) => void, onResponse: (response: Response) => Response) => Promise<Bytes>;

export interface RuntimeDownload {
  /** Rejects if the content is not what the manifest says. */
  readonly checked: Promise<void>;
  /** The response to a request for it. */
  answer(): Promise<Response>;
  /** Gives its memory back; it cannot be requested any more. */
  release(): void;
}

/** A file as the server has it. The browser may compile it while it loads, and keep what it has compiled. */
export class PlainDownload implements RuntimeDownload {
  readonly checked: Promise<void>;
  readonly #fetch: () => Promise<Response>;
  #unread: Promise<Response> | undefined;

  constructor(fetch: () => Promise<Response>, read: Read) {
    this.#fetch = fetch;
    let open: (response: Response) => void = () => {};
    const opened = new Promise<Response>((resolve) => {
      open = resolve;
    });
    const onResponse = (response: Response): Response => {
      const copy = response.clone();
      open(response);
      return copy;
    };
    this.checked = read(() => {}, onResponse).then(freeBytes);
    const failed = this.checked.then(() => opened);
    this.#unread = Promise.race([opened, failed]);
    this.#unread.catch(() => {}); // reported by `checked`
  }

  /** A later request is made again: the browser's cache has the file. */
  answer(): Promise<Response> {
    const response = this.#unread ?? this.#fetch();
    this.#unread = undefined;
    return response;
  }

  release(): void {
    // Most of them are imported as scripts, and are only read here to be checked.
    this.#unread?.then(({ body }) => body?.cancel()).catch(() => {});
    this.#unread = undefined;
  }
}

/** Pyodide's WebAssembly, which the site has compressed. */
export class PackedWasmDownload implements RuntimeDownload {
  readonly checked: Promise<void>;
  readonly #opened: Response;
  readonly #unpacking: Unpacking;
  /** Undefined when the stream has ended. */
  #stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  #isAnswered = false;

  constructor(unpackedBytes: number, read: Read) {
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#stream = controller;
      },
      cancel: () => {
        this.#stream = undefined;
      },
    });
    // The stream gives views of one buffer, which can be freed at once; pieces of it would wait for the collector.
    this.#unpacking = new Unpacking(unpackedBytes, (part) => this.#stream?.enqueue(part));
    this.#opened = wasmResponse(stream);
    const whole = (response: Response): Response => response;
    this.checked = read((piece) => this.#unpack(piece), whole)
      .then((packed) => {
        freeBytes(packed);
        this.#unpacking.end();
      })
      .catch((error: unknown) => {
        this.#stream?.error(error);
        throw error;
      });
  }

  async answer(): Promise<Response> {
    if (!this.#isAnswered) {
      this.#isAnswered = true;
      return this.#opened;
    }
    await this.checked;
    return wasmResponse(this.#unpacking.end());
  }

  release(): void {
    freeBytes(this.#unpacking.end());
  }

  /** Ends the stream with the last piece: what compiles it does not wait for the hash. */
  #unpack(piece: Uint8Array): void {
    this.#unpacking.push(piece);
    if (!this.#unpacking.isComplete) return;
    this.#stream?.close();
    this.#stream = undefined;
  }
}

function wasmResponse(body: BodyInit): Response {
  return new Response(body, { headers: { "Content-Type": "application/wasm" } });
}
