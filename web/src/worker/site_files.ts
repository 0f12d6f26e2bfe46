/**
 * The files of a site as Python sees them: the images of the manifest, each at its mount point. A start from a
 * snapshot needs only the first parts. Opening any other file fetches the second part of its image, unless it was
 * fetched before.
 */

import type { Image, Manifest, SiteFile } from "../wire/manifest";
import type { DeferredFile, Downloads, PackFile } from "./downloads";
import { FirstPart } from "./first_part";
import {
  type ByteRange,
  type EmscriptenFs,
  type File,
  filesIn,
  folderOf,
  type ImageIndex,
  mountImage,
  piecesOf,
  type ReadPart,
  readIndex,
} from "./image_fs";
import { type LargeFile, type MemoryFs, placeLargeFile } from "./large_files";

/** The app's own folder, which packages and app may write to. All other mounts are read-only. */
const APP = "/app";
/** The folder that contains only the zip of the standard library. */
const STANDARD_LIBRARY = "/pyrt/stdlib";
/** As `umath.cpython-314-wasm32-emscripten.so`; the libraries that they share have other names. */
const EXTENSION_MODULE = /\.(cpython-[^/]*|abi3)\.so$/;

type Bytes = Uint8Array<ArrayBuffer>;

interface SiteImage {
  readonly mount: string;
  readonly index: ImageIndex;
  readonly cacheTag: string;
  /** The bytes of the files in the first part. */
  readonly first: FirstPart;
  /** Path -> where its bytes are in `first`, of the files that are whole there. */
  readonly ranges: ReadonlyMap<string, ByteRange>;
  readonly rest: DeferredFile | undefined;
  readonly packs: readonly PackFile[];
  /** Large files of the app: path -> file. */
  readonly shared: readonly (readonly [path: string, file: SiteFile])[];
}

/** Why a file could not be read: its path in Python's file system, and the reason with its address. */
export interface ReadFailure {
  readonly path: string;
  readonly reason: string;
}

export class SiteFiles {
  /** Paths of the files read since the mount. */
  readonly used = new Set<string>();
  readonly #compiled = new Set<string>();
  readonly #images: Promise<readonly SiteImage[]>;
  readonly #writeError: (text: string) => void;
  readonly #downloads: Downloads;
  readonly #packagesUrl: string;
  /** Files with addresses of their own that were opened: path -> file. */
  readonly #own = new Map<string, LargeFile>();
  #failure: ReadFailure | undefined;

  constructor(manifest: Manifest, downloads: Downloads, writeError: (text: string) => void) {
    this.#writeError = writeError;
    this.#downloads = downloads;
    this.#packagesUrl = manifest.packagesUrl;
    this.#images = Promise.all(manifest.images.map((image) => read(image, downloads)));
    this.#images.catch(() => {}); // reported by mount
  }

  /** Fetches everything that a start without a snapshot needs. */
  async complete(): Promise<void> {
    await Promise.all((await this.#images).map(({ rest }) => rest?.content()));
  }

  /** Fetches the deferred parts in order, so that the app works without a network afterwards. */
  async fetchRest(): Promise<void> {
    for (const { rest } of await this.#images) await rest?.fetch();
  }

  async mount(fs: EmscriptenFs): Promise<void> {
    for (const image of await this.#images) {
      if (image.mount === APP) this.#writeApp(fs, image);
      else mountImage(fs, image.mount, folderOf(image), this.#reader(image), this.used);
    }
  }

  /** The last failure, once. */
  takeFailure(): ReadFailure | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  #writeApp(fs: EmscriptenFs, image: SiteImage): void {
    writeFiles(fs, image);
    for (const [path, file] of image.shared) {
      const place = `${image.mount}/${path}`;
      fs.mkdirTree(place.slice(0, place.lastIndexOf("/")));
      const fail = (reason: string): void => this.#fail(place, reason);
      placeLargeFile(fs as unknown as MemoryFs, this.#downloads.large(path, file), place, fail);
    }
  }

  /** The zip of the standard library. */
  async standardLibrary(): Promise<Uint8Array<ArrayBuffer>> {
    const { index, first, rest } = await this.#standardLibrary();
    const [[, size, place] = ["", 0]] = index;
    return joined(size, place, first, await rest?.content());
  }

  /** Links the zip to where Python expects it, without reading it. */
  async linkStandardLibrary(fs: EmscriptenFs): Promise<void> {
    const [[name] = [""]] = (await this.#standardLibrary()).index;
    fs.unlink(`/lib/${name}`);
    fs.symlink(`${STANDARD_LIBRARY}/${name}`, `/lib/${name}`);
  }

  /** The compiled code of the library at `path`; undefined if no first part has it. */
  async compile(path: string): Promise<WebAssembly.Module | undefined> {
    for (const { mount, first, ranges } of await this.#images) {
      const range = path.startsWith(`${mount}/`) && ranges.get(path.slice(mount.length + 1));
      if (!range) continue;
      this.used.add(path);
      this.#compiled.add(path);
      return WebAssembly.compile(first.read(...range) as Bytes);
    }
    return undefined;
  }

  /**
   * Gives back the bytes of the extension modules that were compiled: Python has imported them. A read of one fetches
   * it again. Other libraries stay: ctypes reads the file of each that it opens.
   */
  async releaseCompiled(): Promise<void> {
    for (const { mount, first, ranges } of await this.#images) {
      if (mount === APP) continue; // its files are views of the image
      const isReleased = (path: string) => EXTENSION_MODULE.test(path) && this.#compiled.has(`${mount}/${path}`);
      const others = [...ranges].filter(([path]) => !isReleased(path));
      if (others.length < ranges.size) first.keepOnly(others.map(([, range]) => range));
    }
  }

  async #standardLibrary(): Promise<SiteImage> {
    const image = (await this.#images).find(({ mount }) => mount === STANDARD_LIBRARY);
    if (!image) throw new Error("The site has no standard library.");
    return image;
  }

  #reader(image: SiteImage): ReadPart {
    return (part, file, start, end) => {
      try {
        if (part === "first") return image.first.read(start, end, image.ranges.get(file.path));
        if (part === "own") return this.#ownFile(image.mount, file).read(start, end);
        const bytes = part === "rest" ? image.rest : image.packs[part];
        if (!bytes) throw new Error(`${image.mount} has no such part.`);
        return bytes.contentSync().subarray(start, end);
      } catch (error) {
        this.#fail(`${image.mount}/${file.path}`, error instanceof Error ? error.message : String(error));
        throw error;
      }
    };
  }

  #ownFile(mount: string, { path, size }: File): LargeFile {
    const place = `${mount}/${path}`;
    // As a browser writes the address that the page names.
    const url = this.#packagesUrl + encodeURI(path).replace(/[?#]/g, encodeURIComponent);
    const file = this.#own.get(place) ?? this.#downloads.large(path, { url, size });
    this.#own.set(place, file);
    return file;
  }

  #fail(path: string, reason: string): void {
    this.#failure = { path, reason };
    this.#writeError(`pyrt: ${path} cannot be had: ${reason}`);
  }
}

async function read(image: Image, downloads: Downloads): Promise<SiteImage> {
  const { url, mount, rest, shared = {} } = image;
  const bytes = await downloads.take(url);
  const { index, packs, cacheTag, start } = readIndex(bytes);
  const first = new FirstPart(bytes.subarray(start) as Bytes, () => downloads.fetchAgain(image).subarray(start));
  return {
    mount,
    index,
    cacheTag,
    first,
    ranges: rangesOf({ index, cacheTag }),
    rest: rest && downloads.deferred(rest),
    packs: packs.map((address) => downloads.pack(address)),
    shared: Object.entries(shared),
  };
}

function rangesOf(image: Pick<SiteImage, "index" | "cacheTag">): Map<string, ByteRange> {
  const ranges = new Map<string, ByteRange>();
  for (const { path, offset, size, part, pieces } of filesIn(image)) {
    if (part === "first" && !pieces) ranges.set(path, [offset, offset + size]);
  }
  return ranges;
}

/** The content of the only file of an image, from both parts. */
function joined(size: number, place: ImageIndex[number][2], first: FirstPart, rest: Bytes | undefined): Bytes {
  const file = new Uint8Array(size);
  const read = { first: 0, rest: 0 };
  for (const { part, start, end } of piecesOf(size, place)) {
    const from = part === "first" ? "first" : "rest";
    const at = read[from];
    read[from] += end - start;
    const bytes = from === "first" ? first.read(at, read[from]) : rest?.subarray(at, read[from]);
    if (bytes) file.set(bytes, start);
  }
  return file;
}

function writeFiles(fs: EmscriptenFs, image: SiteImage): void {
  fs.mkdirTree(image.mount);
  for (const [name, range] of image.ranges) {
    const path = `${image.mount}/${name}`;
    fs.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    fs.writeFile(path, image.first.read(...range), { canOwn: true });
  }
}
