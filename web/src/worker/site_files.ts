/**
 * The files of a site as Python sees them: the images of the manifest, each at its mount point. A start from a
 * snapshot needs only the first parts. Opening any other file fetches the second part of its image, unless it was
 * fetched before.
 */

import type { Image, Manifest } from "../wire/manifest";
import type { DeferredFile, Downloads, SharedFile } from "./downloads";
import { type EmscriptenFs, folderOf, type ImageIndex, mountImage, type Part, piecesOf, readIndex } from "./image_fs";
import { type MemoryFs, placeLargeFile } from "./large_files";

/** The app's own folder, which packages and app may write to. All other mounts are read-only. */
const APP = "/app";
/** The folder that contains only the zip of the standard library. */
const STANDARD_LIBRARY = "/pyrt/stdlib";

type Bytes = Uint8Array<ArrayBuffer>;

interface SiteImage {
  readonly mount: string;
  readonly index: ImageIndex;
  /** The bytes of the files that are not in `rest`. */
  readonly content: Uint8Array<ArrayBuffer>;
  readonly rest: DeferredFile | undefined;
  readonly shared: ReadonlyMap<string, SharedFile>;
}

export class SiteFiles {
  /** Paths of the files read since the mount. */
  readonly used = new Set<string>();
  readonly #images: Promise<readonly SiteImage[]>;
  readonly #writeError: (text: string) => void;
  readonly #downloads: Downloads;

  constructor(manifest: Manifest, downloads: Downloads, writeError: (text: string) => void) {
    this.#writeError = writeError;
    this.#downloads = downloads;
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
      else mountImage(fs, image.mount, folderOf(image.index, sizesOf(image)), this.#reader(image), this.used);
    }
  }

  #writeApp(fs: EmscriptenFs, image: SiteImage): void {
    writeFiles(fs, image);
    for (const [path, { file }] of image.shared) {
      const place = `${image.mount}/${path}`;
      fs.mkdirTree(place.slice(0, place.lastIndexOf("/")));
      placeLargeFile(fs as unknown as MemoryFs, this.#downloads.large(path, file), place, this.#writeError);
    }
  }

  /** The zip of the standard library. */
  async standardLibrary(): Promise<Uint8Array<ArrayBuffer>> {
    const { index, content, rest } = await this.#standardLibrary();
    const [[, size, place] = ["", 0]] = index;
    return rest ? joined(size, place, content, await rest.content()) : content;
  }

  /** Links the zip to where Python expects it, without reading it. */
  async linkStandardLibrary(fs: EmscriptenFs): Promise<void> {
    const [[name] = [""]] = (await this.#standardLibrary()).index;
    fs.unlink(`/lib/${name}`);
    fs.symlink(`${STANDARD_LIBRARY}/${name}`, `/lib/${name}`);
  }

  async compile(path: string): Promise<WebAssembly.Module | undefined> {
    for (const image of await this.#images) {
      for (const [name, content] of filesOf(image)) {
        if (name !== path) continue;
        this.used.add(path);
        return WebAssembly.compile(content);
      }
    }
    return undefined;
  }

  async #standardLibrary(): Promise<SiteImage> {
    const image = (await this.#images).find(({ mount }) => mount === STANDARD_LIBRARY);
    if (!image) throw new Error("The site has no standard library.");
    return image;
  }

  #reader({ mount, content, rest, shared }: SiteImage): (part: Part, path: string) => Uint8Array {
    return (part, path) => {
      if (part === "first") return content;
      const file = part === "rest" ? rest : shared.get(path);
      if (!file) throw new Error(`${mount} has no such part.`);
      try {
        return file.contentSync();
      } catch (error) {
        this.#writeError(
          `pyrt: a file below ${mount} cannot be had: ${error instanceof Error ? error.message : error}`,
        );
        throw error;
      }
    };
  }
}

async function read({ url, mount, rest, shared = {} }: Image, downloads: Downloads): Promise<SiteImage> {
  const bytes = await downloads.take(url);
  const { index, start } = readIndex(bytes);
  const content = bytes.subarray(start) as Uint8Array<ArrayBuffer>;
  const files = Object.entries(shared).map(([path, file]) => [path, downloads.shared(file)] as const);
  return { mount, index, content, rest: rest && downloads.deferred(rest), shared: new Map(files) };
}

function sizesOf({ shared }: SiteImage): (readonly [string, number])[] {
  return Array.from(shared, ([path, { size }]) => [path, size] as const);
}

/** Paths and contents of the files that are whole in the first part; views, not copies. */
function* filesOf({ mount, index, content }: SiteImage): Generator<[string, Uint8Array<ArrayBuffer>]> {
  let offset = 0;
  for (const [path, size, place] of index) {
    if (!place) yield [`${mount}/${path}`, content.subarray(offset, offset + size) as Uint8Array<ArrayBuffer>];
    for (const { part, start, end } of piecesOf(size, place)) offset += part === "first" ? end - start : 0;
  }
}

/** The content of the only file of an image, from both parts. */
function joined(size: number, place: ImageIndex[number][2], first: Bytes, rest: Bytes): Bytes {
  const file = new Uint8Array(size);
  const read = { first: 0, rest: 0 };
  for (const { part, start, end } of piecesOf(size, place)) {
    const from = read[part];
    read[part] += end - start;
    file.set((part === "first" ? first : rest).subarray(from, read[part]), start);
  }
  return file;
}

function writeFiles(fs: EmscriptenFs, image: SiteImage): void {
  fs.mkdirTree(image.mount);
  for (const [path, content] of filesOf(image)) {
    fs.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    fs.writeFile(path, content, { canOwn: true });
  }
}
