/**
 * A read-only Emscripten file system for the files of an image (docs/site-format.md). Mounting parses the index only
 * and reads no file.
 *
 * A start from a snapshot needs few of these files. Those it does not need are the second part of an image, which may
 * arrive after the app is ready. Opening one of them earlier waits for the whole second part. Of a large file, such as
 * the zip of the standard library, the first part may have some ranges of bytes. Data files of packages have addresses
 * of their own, and sources are in packs; both are fetched when they are opened.
 */

interface FileNode {
  id: number;
  mode: number;
  parent: FileNode;
  node_ops: object;
  stream_ops: object;
  entry: Entry;
}

interface Stream {
  node: FileNode;
  position: number;
}

/** The part of Emscripten's `FS` that custom file systems use. */
export interface EmscriptenFs {
  readonly ErrnoError: new (code: number) => Error;
  createNode(parent: FileNode | null, name: string, mode: number, device: number): FileNode;
  mkdirTree(path: string): void;
  writeFile(path: string, content: Uint8Array, options: { canOwn: boolean }): void;
  mount(type: object, options: object, path: string): unknown;
  unlink(path: string): void;
  symlink(target: string, path: string): void;
}

type Folder = Map<string, Entry>;

/**
 * Where the bytes of a file are: in the first or second part of its image, at an address of their own, or in the pack
 * of this number.
 */
export type Part = "first" | "rest" | "own" | number;

export interface File {
  /** Relative to the mount point. */
  readonly path: string;
  readonly offset: number;
  readonly size: number;
  readonly part: Part;
  /** Of a file that is in both parts; `offset` and `part` are those of its first bytes then. */
  readonly pieces?: readonly Piece[];
}

/** The bytes of a file from `start` to `end`. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly part: Part;
}

/** The same, at `offset` of a part. */
interface Piece extends Span {
  readonly offset: number;
}

type Entry = Folder | File;

/** The bytes of a file from the first number to the second, which is not included. */
export type ByteRange = readonly [start: number, end: number];
/** Absent or 0: the first part; 1: the second; 2: an address of its own; from 3: packs; or what the first part has. */
type Place = number | readonly ByteRange[];
/**
 * [path, size, place] of each file in the order of their bytes. With five values, this is bytecode: `path` is that of
 * its source, of which the last two are size and place.
 */
export type ImageIndex = readonly (readonly [
  path: string,
  size: number,
  place?: Place,
  sourceSize?: number,
  sourcePlace?: number,
])[];

/** Files that are fetched together when one of them is read; `unpacked` is 0 if the file is not compressed. */
export type PackAddress = readonly [url: string, size: number, unpacked: number];

interface Head {
  readonly index: ImageIndex;
  readonly packs: readonly PackAddress[];
  /** As in the names of bytecode: `cpython-314`. */
  readonly cacheTag: string;
}

/** Returns the bytes of a part, or of a file with an address of its own, from `start` to `end`. */
export type ReadPart = (part: Part, file: File, start: number, end: number) => Uint8Array;

const REST = 1;
const OWN_ADDRESS = 2;
const FIRST_PACK = 3;
const FOLDER_MODE = 0o40555;
const FILE_MODE = 0o100444;
const NO_SUCH_FILE = 44;
const READ_ONLY = 69;
const INVALID = 28;
const INPUT_OUTPUT = 29;
const MAGIC = "PYRTIMG1";
/* A constant: Python caches listings of folders whose time has not changed. */
const MADE = new Date(0);

/** Reads the head of an image. `start` is the position of the first file's bytes. */
export function readIndex(image: Uint8Array): Head & { start: number } {
  if (new TextDecoder().decode(image.subarray(0, MAGIC.length)) !== MAGIC) {
    throw new Error(`An image does not begin with ${MAGIC}.`);
  }
  const start = 12 + new DataView(image.buffer, image.byteOffset).getUint32(MAGIC.length, true);
  const json: unknown = JSON.parse(new TextDecoder().decode(image.subarray(12, start)));
  if (Array.isArray(json)) return { index: json as unknown as ImageIndex, packs: [], cacheTag: "", start };
  const { files, packs, cacheTag } = json as Omit<Head, "index"> & { files: ImageIndex };
  return { index: files, packs, cacheTag, start };
}

/**
 * Mounts `files` at `path`. `read` is called for each read; the paths of read files are added to `used`. Of a zip whose
 * directory was read, at its end, there is also `path/`: the rest of a zip may be read without it, where it is known.
 */
export function mountImage(fs: EmscriptenFs, path: string, files: Folder, read: ReadPart, used: Set<string>): void {
  fs.mkdirTree(path);
  fs.mount(new ImageFs(fs, files, read, (name) => used.add(`${path}/${name}`)), {}, path);
}

/** The folder tree of an image. */
export function folderOf(head: Pick<Head, "index" | "cacheTag">): Folder {
  const root: Folder = new Map();
  const folders = new Map<string, Folder>([["", root]]);
  const folderAt = (path: string): Folder => {
    const known = folders.get(path);
    if (known) return known;
    const folder: Folder = new Map();
    folderAt(path.slice(0, Math.max(path.lastIndexOf("/"), 0))).set(path.slice(path.lastIndexOf("/") + 1), folder);
    folders.set(path, folder);
    return folder;
  };
  for (const file of filesIn(head)) {
    const cut = file.path.lastIndexOf("/");
    folderAt(file.path.slice(0, Math.max(cut, 0))).set(file.path.slice(cut + 1), file);
  }
  return root;
}

/** The files of an index, each with the places of its bytes. */
export function* filesIn({ index, cacheTag }: Pick<Head, "index" | "cacheTag">): Generator<File> {
  const ends = new Map<Part, number>();
  const place = (path: string, size: number, at?: Place): File => {
    const pieces = piecesOf(size, at).map((piece) => {
      const offset = ends.get(piece.part) ?? 0;
      ends.set(piece.part, offset + piece.end - piece.start);
      return { ...piece, offset: piece.part === "own" ? 0 : offset };
    });
    const { offset, part } = pieces[0] ?? { offset: 0, part: "first" as const };
    return { path, offset, size, part, ...(pieces.length > 1 && { pieces }) };
  };
  for (const [path, size, at, sourceSize, sourceAt] of index) {
    if (sourceSize === undefined) {
      yield place(path, size, at);
      continue;
    }
    yield place(path, sourceSize, sourceAt);
    const cut = path.lastIndexOf("/") + 1;
    const name = `${path.slice(cut, -".py".length)}.${cacheTag}.pyc`;
    yield place(`${path.slice(0, cut)}__pycache__/${name}`, size, at);
  }
}

/** Which bytes of a file are in which part; one piece at least. */
export function piecesOf(size: number, place: Place = 0): Span[] {
  if (typeof place === "number") return [{ start: 0, end: size, part: partOf(place) }];
  const pieces: Span[] = [];
  let last = 0;
  for (const [start, end] of place) {
    if (start > last) pieces.push({ start: last, end: start, part: "rest" });
    pieces.push({ start, end, part: "first" });
    last = end;
  }
  if (last < size) pieces.push({ start: last, end: size, part: "rest" });
  return pieces;
}

function partOf(place: number): Part {
  if (place >= FIRST_PACK) return place - FIRST_PACK;
  if (place === OWN_ADDRESS) return "own";
  return place === REST ? "rest" : "first";
}

class ImageFs {
  readonly #fs: EmscriptenFs;
  readonly #root: Folder;
  readonly #read: ReadPart;
  readonly #note: (path: string) => void;

  constructor(fs: EmscriptenFs, root: Folder, read: ReadPart, note: (path: string) => void) {
    this.#fs = fs;
    this.#root = root;
    this.#read = read;
    this.#note = note;
  }

  mount(): FileNode {
    return this.#node(null, "/", this.#root);
  }

  /** Any other error than Emscripten's own would end the interpreter. */
  #bytes(part: Part, file: File, start: number, end: number): Uint8Array {
    try {
      return this.#read(part, file, start, end);
    } catch {
      throw new this.#fs.ErrnoError(INPUT_OUTPUT);
    }
  }

  #node(parent: FileNode | null, name: string, entry: Entry): FileNode {
    const node = this.#fs.createNode(parent, name, entry instanceof Map ? FOLDER_MODE : FILE_MODE, 0);
    node.entry = entry;
    node.node_ops = this.#nodeOperations;
    node.stream_ops = this.#streamOperations;
    return node;
  }

  readonly #refuse = (): never => {
    throw new this.#fs.ErrnoError(READ_ONLY);
  };

  readonly #nodeOperations = {
    lookup: (parent: FileNode, name: string): FileNode => {
      const entry = parent.entry instanceof Map ? parent.entry.get(name) : undefined;
      if (!entry) throw new this.#fs.ErrnoError(NO_SUCH_FILE);
      return this.#node(parent, name, entry);
    },
    getattr: ({ id, mode, entry }: FileNode) => {
      const size = entry instanceof Map ? 4096 : entry.size;
      const times = { atime: MADE, mtime: MADE, ctime: MADE };
      return { dev: 1, ino: id, mode, nlink: 1, uid: 0, gid: 0, rdev: 0, size, ...times, blksize: 4096, blocks: 1 };
    },
    readdir: ({ entry }: FileNode): string[] => [".", "..", ...(entry as Folder).keys()],
    setattr: this.#refuse,
    mknod: this.#refuse,
    rename: this.#refuse,
    unlink: this.#refuse,
    rmdir: this.#refuse,
    symlink: this.#refuse,
  };

  readonly #streamOperations = {
    /** Fetches what is not there yet, so that the error has the name of the file. */
    open: ({ node }: Stream): void => {
      if (node.entry instanceof Map) return;
      const { path, part, offset, size, pieces } = node.entry;
      if (part === "first" || pieces || size === 0) return;
      this.#note(path);
      this.#bytes(part, node.entry, offset, offset + 1);
    },
    read: ({ node }: Stream, target: Uint8Array, offset: number, length: number, position: number): number => {
      const file = node.entry as File;
      const { path, size } = file;
      this.#note(path);
      if (position >= size) return 0;
      // At most to the end of a piece: Python's buffers ask for more than they need, and read again for what is missing.
      const whole = { start: 0, end: size, offset: file.offset, part: file.part };
      const piece = file.pieces?.find(({ end }) => position < end) ?? whole;
      const count = Math.min(length, piece.end - position);
      if (position + count === size && path.endsWith(".zip")) this.#note(`${path}/`);
      const from = piece.offset + position - piece.start;
      target.set(this.#bytes(piece.part, file, from, from + count), offset);
      return count;
    },
    llseek: ({ node, position }: Stream, offset: number, whence: number): number => {
      const base = [0, position, (node.entry as File).size][whence] ?? Number.NaN;
      if (!(base + offset >= 0)) throw new this.#fs.ErrnoError(INVALID);
      return base + offset;
    },
  };
}
