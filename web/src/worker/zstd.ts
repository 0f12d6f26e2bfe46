/**
 * Zstandard, which browsers do not unpack for scripts: a quarter smaller than gzip for the memory of a Python, and
 * unpacked in half of the time that the browser's own gzip takes. The decoder is the C library's, as WebAssembly; this
 * feeds it piece by piece, while a file is on its way.
 */

import zstddecSource from "zstddec/stream?raw";

export type Bytes = Uint8Array<ArrayBuffer>;

/** The functions of `zstd.h` that are used here; numbers are addresses and sizes. */
interface Library {
  readonly memory: WebAssembly.Memory;
  malloc(size: number): number;
  ZSTD_createDCtx(): number;
  ZSTD_DStreamInSize(): number;
  ZSTD_DStreamOutSize(): number;
  /** The rest that is hoped for, 0 at the end of a frame, or an error. */
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

/** Sizes from here on are errors: `size_t` of small negative numbers. */
const FIRST_ERROR = 2 ** 32 - 120;
/** `ZSTD_inBuffer` and `ZSTD_outBuffer`: address, size, position. */
const BUFFER_BYTES = 12;

let code: WebAssembly.Module | undefined;

/** The decoder out of the package that carries it; a script's policy that allows Python allows it, too. */
function compiled(): WebAssembly.Module {
  if (code) return code;
  const [, base64] = /\bwasm = "([\w+/=]+)"/.exec(zstddecSource) ?? [];
  if (!base64) throw new Error("zstddec holds its code in another way than it did.");
  code = new WebAssembly.Module(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
  return code;
}

/** One compressed file, as its pieces arrive. */
export class Decoder {
  readonly #emit: (part: Uint8Array) => void;
  readonly #library: Library;
  readonly #context: number;
  readonly #input: number;
  readonly #output: number;
  #isComplete = false;

  /** `emit` gets the content in order; each part is valid until it returns. */
  constructor(emit: (part: Uint8Array) => void) {
    this.#emit = emit;
    const env = { emscripten_notify_memory_growth: () => {} };
    this.#library = new WebAssembly.Instance(compiled(), { env }).exports as unknown as Library;
    this.#context = this.#library.ZSTD_createDCtx();
    this.#input = this.#makeBuffer(this.#library.ZSTD_DStreamInSize());
    this.#output = this.#makeBuffer(this.#library.ZSTD_DStreamOutSize());
  }

  /** Takes the next piece of the file. Throws when it cannot be one. */
  push(piece: Uint8Array): void {
    const [address, size] = this.#fieldsOf(this.#input);
    for (let start = 0; start < piece.length; start += size) {
      const part = piece.subarray(start, start + size);
      new Uint8Array(this.#library.memory.buffer).set(part, address);
      this.#decode(part.length);
    }
  }

  /** Throws when the file should go on. */
  end(): void {
    if (!this.#isComplete) throw new Error("the compressed file ends too soon");
  }

  #decode(length: number): void {
    const { memory, ZSTD_decompressStream: decompress } = this.#library;
    const [input] = this.#fieldsOf(this.#input);
    const [output, room] = this.#fieldsOf(this.#output);
    let position = 0;
    let count = 0;
    do {
      this.#setFields(this.#input, input, length, position);
      this.#setFields(this.#output, output, room, 0);
      const rest = decompress(this.#context, this.#output, this.#input) >>> 0;
      if (rest >= FIRST_ERROR) throw new Error(`the compressed file is damaged (zstd: ${rest - 2 ** 32})`);
      [, , position] = this.#fieldsOf(this.#input);
      [, , count] = this.#fieldsOf(this.#output);
      this.#isComplete = rest === 0;
      if (count > 0) this.#emit(new Uint8Array(memory.buffer, output, count));
      // A full output may mean that there is more, though all of the input is taken.
    } while (position < length || (count === room && !this.#isComplete));
  }

  #makeBuffer(size: number): number {
    const buffer = this.#library.malloc(BUFFER_BYTES);
    this.#setFields(buffer, this.#library.malloc(size), size, 0);
    return buffer;
  }

  #fieldsOf(buffer: number): [address: number, size: number, position: number] {
    const [address = 0, size = 0, position = 0] = new Uint32Array(this.#library.memory.buffer, buffer, 3);
    return [address, size, position];
  }

  #setFields(buffer: number, ...fields: [address: number, size: number, position: number]): void {
    new Uint32Array(this.#library.memory.buffer, buffer, 3).set(fields);
  }
}

/** A file whose length is known: its content when the last piece has come, or what was wrong with one. */
export class Unpacking {
  readonly #content: Bytes;
  readonly #decoder: Decoder;
  #length = 0;
  #failure: unknown;

  constructor(size: number) {
    this.#content = new Uint8Array(size);
    this.#decoder = new Decoder((part) => {
      if (this.#length + part.length > size) throw new Error(`the compressed file has more than ${size} bytes`);
      this.#content.set(part, this.#length);
      this.#length += part.length;
    });
  }

  push(piece: Uint8Array): void {
    if (this.#failure) return;
    try {
      this.#decoder.push(piece);
    } catch (error) {
      this.#failure = error;
    }
  }

  end(): Bytes {
    if (this.#failure) throw this.#failure;
    this.#decoder.end();
    if (this.#length < this.#content.length) throw new Error(`the compressed file has only ${this.#length} bytes`);
    return this.#content;
  }
}

export function unpack(packed: Uint8Array, size: number): Bytes {
  const unpacking = new Unpacking(size);
  unpacking.push(packed);
  return unpacking.end();
}

/** A stream of the content. */
export function unpackedStream(packed: ReadableStream<Uint8Array>): ReadableStream<Bytes> {
  let decoder: Decoder;
  return packed.pipeThrough(
    new TransformStream<Uint8Array, Bytes>({
      start(controller) {
        decoder = new Decoder((part) => controller.enqueue(part.slice() as Bytes));
      },
      transform: (piece) => decoder.push(piece),
      flush: () => decoder.end(),
    }),
  );
}
