/**
 * Zstandard, which browsers do not decompress for scripts. Compared with gzip, a memory snapshot is a quarter smaller
 * and is decompressed in half the time. The decoder is the C library compiled to WebAssembly; it decompresses a file
 * while it loads.
 */

import decoderText from "virtual:zstd-wasm";

export type Bytes = Uint8Array<ArrayBuffer>;

/** The functions of `zstd.h` used here. Numbers are addresses and sizes in bytes. */
interface Library {
  readonly memory: WebAssembly.Memory;
  malloc(size: number): number;
  free(address: number): void;
  ZSTD_createDCtx(): number;
  ZSTD_freeDCtx(context: number): number;
  ZSTD_DStreamInSize(): number;
  ZSTD_DStreamOutSize(): number;
  /** Returns the expected rest in bytes, 0 at the end of a frame, or an error code. */
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

/** Results from here on are errors: small negative numbers as `size_t`. */
const FIRST_ERROR = 2 ** 32 - 120;
/** Size of `ZSTD_inBuffer` and `ZSTD_outBuffer`: address, size, position. */
const BUFFER_BYTES = 12;

/** In a single file the decoder is a file, and in no script (build/pyrt_build/single_file/decoder.py). */
const scope = globalThis as { __pyrt_zstd__?: Bytes };

/** Gives all scripts of this page or worker the decoder, which they have not in themselves. */
export function shareDecoder(wasm: Bytes): void {
  scope.__pyrt_zstd__ = wasm;
}

/** One byte for each character, as `encode` in web/zstd_wasm.mjs writes it. */
function decoderBytes(): Bytes {
  if (scope.__pyrt_zstd__) return scope.__pyrt_zstd__;
  const bytes = new Uint8Array(decoderText.length);
  for (let at = 0; at < bytes.length; at++) {
    const code = decoderText.charCodeAt(at);
    bytes[at] = code - (code > 0x7e ? 0x46 : code > 0x5c ? 0x24 : 0x23);
  }
  return bytes;
}

const imports = { env: { emscripten_notify_memory_growth: () => {} } };
let code: WebAssembly.Module | undefined;
/** Shared by all files that are decoded at the same time, and let go with the last of them. */
let shared: { readonly library: Library; users: number } | undefined;

/** The decoder's code. Any policy that allows Python's WebAssembly allows it. */
function compiled(): WebAssembly.Module {
  code ??= new WebAssembly.Module(decoderBytes());
  return code;
}

function instantiate(): Library {
  return new WebAssembly.Instance(compiled(), imports).exports as unknown as Library;
}

function borrowLibrary(): Library {
  shared ??= { library: instantiate(), users: 0 };
  shared.users++;
  return shared.library;
}

function returnLibrary(): void {
  if (shared && --shared.users === 0) shared = undefined;
}

/** Compiles the decoder ahead: in the page, some browsers compile nothing of its size while they wait for it. */
export async function prepareZstd(): Promise<void> {
  code ??= await WebAssembly.compile(decoderBytes());
  const instance = await WebAssembly.instantiate(code, imports);
  shared ??= { library: instance.exports as unknown as Library, users: 1 };
}

/** Decodes one compressed file piece by piece. */
export class Decoder {
  readonly #emit: (part: Uint8Array) => void;
  readonly #library: Library;
  readonly #context: number;
  readonly #input: number;
  readonly #output: number;
  #isComplete = false;
  #isClosed = false;

  /** `emit` receives the content in order. Each part is valid only during the call. */
  constructor(emit: (part: Uint8Array) => void) {
    this.#emit = emit;
    this.#library = borrowLibrary();
    this.#context = this.#library.ZSTD_createDCtx();
    this.#input = this.#makeBuffer(this.#library.ZSTD_DStreamInSize());
    this.#output = this.#makeBuffer(this.#library.ZSTD_DStreamOutSize());
  }

  /** Whether the end of the file has been decoded. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** @throws Error if the piece is not Zstandard. */
  push(piece: Uint8Array): void {
    const [address, size] = this.#fieldsOf(this.#input);
    for (let start = 0; start < piece.length; start += size) {
      const part = piece.subarray(start, start + size);
      new Uint8Array(this.#library.memory.buffer).set(part, address);
      this.#decode(part.length);
    }
  }

  /** Gives back its memory; nothing can be pushed any more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const buffer of [this.#input, this.#output]) {
      this.#library.free(this.#fieldsOf(buffer)[0]);
      this.#library.free(buffer);
    }
    this.#library.ZSTD_freeDCtx(this.#context);
    returnLibrary();
  }

  /** @throws Error if the file is incomplete. */
  assertComplete(): void {
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
      // If the output buffer is full, there may be more output although all input is consumed.
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

/** Collects a file of known size. Errors are thrown by `end`. */
export class Unpacking {
  readonly #content: Bytes;
  readonly #decoder: Decoder;
  #length = 0;
  #failure: unknown;

  /** `emit` receives the content in order, as views of the whole. */
  constructor(size: number, emit: (part: Bytes) => void = () => {}) {
    this.#content = new Uint8Array(size);
    this.#decoder = new Decoder((part) => {
      if (this.#length + part.length > size) throw new Error(`the compressed file has more than ${size} bytes`);
      this.#content.set(part, this.#length);
      emit(this.#content.subarray(this.#length, this.#length + part.length));
      this.#length += part.length;
    });
  }

  get isComplete(): boolean {
    return this.#decoder.isComplete;
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
    this.#decoder.close();
    if (this.#failure) throw this.#failure;
    this.#decoder.assertComplete();
    if (this.#length < this.#content.length) throw new Error(`the compressed file has only ${this.#length} bytes`);
    return this.#content;
  }
}

export function unpack(packed: Uint8Array, size: number): Bytes {
  const unpacking = new Unpacking(size);
  unpacking.push(packed);
  return unpacking.end();
}
