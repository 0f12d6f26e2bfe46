/**
 * The files of an image (docs/site-format.md) as a read-only file system of Emscripten, mounted without reading one.
 *
 * A start from a snapshot needs almost none of the files it was made from: mounted in this way they cost the parsing
 * of their index. The files that it does not need are the second part of an image, which may come after the app is
 * ready; a file of it that is opened before waits for all of them.
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

/** The part of Emscripten's `FS` that a file system of one's own needs. */
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

/** Where the bytes of a file are: in one of the two parts of its image, or in a file of the page that Python reads, too. */
export type Part = "first" | "rest" | "shared";

interface File {
  /** Below the place of the image. */
  readonly path: string;
  readonly offset: number;
  readonly size: number;
  readonly part: Part;
}

type Entry = Folder | File;

/** [path, size] of each file, in the order of their bytes; with a 1 when the bytes are in the second part. */
export type ImageIndex = readonly (readonly [path: string, size: number, isRest?: 1])[];
/** Paths and sizes of files that are shared. */
export type SharedFiles = Iterable<readonly [path: string, size: number]>;
/** The bytes of all files of one of the two parts, or of the file at `path` where it is shared. */
type ReadPart = (part: Part, path: string) => Uint8Array;

const FOLDER_MODE = 0o40555;
const FILE_MODE = 0o100444;
const NO_SUCH_FILE = 44;
const READ_ONLY = 69;
const INVALID = 28;
const INPUT_OUTPUT = 29;
const MAGIC = "PYRTIMG1";
/* Any moment will do, but always the same one: Python keeps the lists of folders that have not changed since. */
const MADE = new Date(0);

/** Reads the index at the beginning of an image, and says where the bytes of the files begin. */
export function readIndex(image: Uint8Array): { index: ImageIndex; start: number } {
  if (new TextDecoder().decode(image.subarray(0, MAGIC.length)) !== MAGIC) {
    throw new Error(`An image does not begin with ${MAGIC}.`);
  }
  const start = 12 + new DataView(image.buffer, image.byteOffset).getUint32(MAGIC.length, true);
  return { index: JSON.parse(new TextDecoder().decode(image.subarray(12, start))) as ImageIndex, start };
}

/**
 * Mounts `files` at `path`. `read` is called whenever one is read; the paths of those are added to `used`.
 */
export function mountImage(fs: EmscriptenFs, path: string, files: Folder, read: ReadPart, used: Set<string>): void {
  fs.mkdirTree(path);
  fs.mount(new ImageFs(fs, files, read, (name) => used.add(`${path}/${name}`)), {}, path);
}

/** The tree of folders that an index describes, with files that are shared. */
export function folderOf(index: ImageIndex, shared: SharedFiles = []): Folder {
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
  const add = (file: File): void => {
    const cut = file.path.lastIndexOf("/");
    folderAt(file.path.slice(0, Math.max(cut, 0))).set(file.path.slice(cut + 1), file);
  };
  const ends = { first: 0, rest: 0 };
  for (const [path, size, rest] of index) {
    const part = rest ? "rest" : "first";
    add({ path, offset: ends[part], size, part });
    ends[part] += size;
  }
  for (const [path, size] of shared) add({ path, offset: 0, size, part: "shared" });
  return root;
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

  /** What Python does not know as an error of files would end it. */
  #part(part: Part, path: string): Uint8Array {
    try {
      return this.#read(part, path);
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
    read: ({ node }: Stream, target: Uint8Array, offset: number, length: number, position: number): number => {
      const { path, offset: start, size, part } = node.entry as File;
      const count = Math.max(0, Math.min(length, size - position));
      this.#note(path);
      const from = start + position;
      target.set(this.#part(part, path).subarray(from, from + count), offset);
      return count;
    },
    llseek: ({ node, position }: Stream, offset: number, whence: number): number => {
      const base = [0, position, (node.entry as File).size][whence] ?? Number.NaN;
      if (!(base + offset >= 0)) throw new this.#fs.ErrnoError(INVALID);
      return base + offset;
    },
  };
}
