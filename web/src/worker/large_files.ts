/**
 * Files that are fetched when they are read for the first time: data of packages, and large files of the app. Large
 * ones come in pieces, where the host answers requests for ranges, else as a whole. Those of the app are ordinary files
 * in Python's file system, which can also be written.
 */

type Bytes = Uint8Array<ArrayBuffer>;

/** Requests a range of bytes, or the whole file; blocks. */
export type Request = (range?: readonly [start: number, end: number]) => {
  readonly status: number;
  readonly bytes: Bytes;
};
/** Is told how many bytes of a file have been fetched, before each request (`waiting`) and after it. */
export type ReportPart = (path: string, loaded: number, total: number, waiting: boolean) => void;

const OK = 200;
const PARTIAL = 206;
const INPUT_OUTPUT = 29;
const PIECE = 2 ** 20;
/** Smaller files come as a whole: the page's copy in the browser's cache is one, too. */
const LARGE = 5 * PIECE;
/** Readers that go on where they stopped get more at once. */
const MOST_PIECES = 16;

export class LargeFile {
  readonly path: string;
  readonly size: number;
  readonly #request: Request;
  readonly #report: ReportPart;
  readonly #piece: number;
  /** Of the whole file, once something of it has been read. */
  #bytes: Bytes = new Uint8Array();
  /** Whether the piece of this number is there. */
  readonly #has: Uint8Array;
  #loaded = 0;
  #next = -1;
  #count = 1;

  constructor(path: string, size: number, request: Request, report: ReportPart, piece = size > LARGE ? PIECE : size) {
    this.path = path;
    this.size = size;
    this.#request = request;
    this.#report = report;
    this.#piece = piece;
    this.#has = new Uint8Array(Math.ceil(size / piece));
  }

  get isComplete(): boolean {
    return this.#loaded === this.size;
  }

  /** The bytes of a range, as a view. */
  read(start: number, end: number): Bytes {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.size);
    for (let piece = Math.floor(start / this.#piece); piece * this.#piece < end; piece++) {
      if (!this.#has[piece]) this.#fetch(piece);
    }
    return this.#bytes.subarray(start, end);
  }

  #fetch(first: number): void {
    this.#count = first === this.#next ? Math.min(2 * this.#count, MOST_PIECES) : 1;
    let last = first + 1;
    while (last < first + this.#count && last < this.#has.length && !this.#has[last]) last++;
    this.#next = last;
    const [start, end] = [first * this.#piece, Math.min(last * this.#piece, this.size)];
    const isWhole = end - start === this.size;
    this.#report(this.path, this.#loaded, this.size, true);
    try {
      const { status, bytes } = this.#request(isWhole ? undefined : [start, end]);
      if (status === PARTIAL && bytes.length === end - start) this.#keep(start, bytes);
      else this.#keepWhole(status === OK ? bytes : this.#request().bytes);
    } finally {
      this.#report(this.path, this.#loaded, this.size, false);
    }
  }

  #keepWhole(bytes: Bytes): void {
    if (bytes.length !== this.size) throw new Error(`${this.path}: not the ${this.size} bytes expected.`);
    this.#loaded = 0;
    this.#keep(0, bytes);
  }

  #keep(start: number, bytes: Bytes): void {
    this.#bytes.set(bytes, start);
    this.#has.fill(1, start / this.#piece, Math.ceil((start + bytes.length) / this.#piece));
    this.#loaded += bytes.length;
  }
}

/** A file of Emscripten's file system in memory, as far as it is used here. */
interface MemoryNode {
  contents: Uint8Array | null;
  usedBytes: number;
  stream_ops: StreamOperations;
  node_ops: NodeOperations;
}
interface Stream {
  readonly node: MemoryNode;
}
interface StreamOperations {
  read(stream: Stream, target: Uint8Array, offset: number, length: number, position: number): number;
  write(stream: Stream, ...more: unknown[]): number;
  mmap(stream: Stream, ...more: unknown[]): unknown;
}
interface NodeOperations {
  setattr(node: MemoryNode, attributes: { size?: number }): void;
}
export interface MemoryFs {
  readonly ErrnoError: new (code: number) => Error;
  lookupPath(path: string): { node: object };
  writeFile(path: string, content: Uint8Array, options: { canOwn: boolean }): void;
}

/** Places a file that is fetched when it is read. Before it is changed it is fetched as a whole. */
export function placeLargeFile(fs: MemoryFs, file: LargeFile, path: string, fail: (reason: string) => void): void {
  const marker = new Uint8Array();
  fs.writeFile(path, marker, { canOwn: true });
  const node = fs.lookupPath(path).node as MemoryNode;
  const { stream_ops: streamOps, node_ops: nodeOps } = node;
  node.contents = marker;
  node.usedBytes = file.size;
  const isRemote = (): boolean => node.contents === marker;
  const fetched = (start: number, end: number): Bytes => {
    try {
      return file.read(start, end);
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
      throw new fs.ErrnoError(INPUT_OUTPUT);
    }
  };
  const keep = (): void => {
    if (isRemote()) node.contents = fetched(0, file.size);
  };
  node.stream_ops = {
    ...streamOps,
    read: (stream, target, offset, length, position) => {
      if (!isRemote()) return streamOps.read(stream, target, offset, length, position);
      const end = Math.min(position + length, file.size);
      if (position >= end) return 0;
      target.set(fetched(position, end), offset);
      if (file.isComplete) keep();
      return end - position;
    },
    write: (stream, ...more) => {
      keep();
      return streamOps.write(stream, ...more);
    },
    mmap: (stream, ...more) => {
      keep();
      return streamOps.mmap(stream, ...more);
    },
  };
  node.node_ops = {
    ...nodeOps,
    setattr: (changed, attributes) => {
      if (attributes.size) keep();
      nodeOps.setattr(changed, attributes);
    },
  };
}
