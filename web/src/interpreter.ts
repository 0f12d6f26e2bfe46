/**
 * An interpreter with the site's files in place: restored from the site's snapshot, or started from nothing when there
 * is none or anything about it is not as it should be; and the start that a snapshot is taken from.
 */

import type { loadPyodide, PyodideInterface } from "pyodide";
import type { Downloads } from "./downloads";
import { type EmscriptenFs, type ImageIndex, mountImage, readIndex } from "./image_fs";
import type { Boot, Manifest } from "./manifest";
import {
  decodeSnapshot,
  encodeSnapshot,
  type Interpreter,
  prepare,
  renew,
  restoreOptions,
  SnapshotError,
  StartWatch,
  takeSnapshot,
} from "./snapshot";

export type Say = (stream: "stdout" | "stderr", text: string) => void;

type Options = NonNullable<Parameters<typeof loadPyodide>[0]>;
type Load = (options: Options) => Promise<Pyodide>;
/** With the internals that snapshots need. */
type Pyodide = PyodideInterface & Interpreter;
type CreateModule = Parameters<typeof restoreOptions>[1];

/** Where packages and app write: the app's own folder. All else is read-only and mounted as it came. */
const APP = "/app";

/** The files of an image in memory. */
interface MountedImage {
  readonly mount: string;
  readonly index: ImageIndex;
  readonly content: Uint8Array;
}

/** An interpreter with its standard library, the files of all images and, from a snapshot, the engine. */
export async function startInterpreter(boot: Boot, downloads: Downloads, say: Say): Promise<PyodideInterface> {
  const start = new InterpreterStart(boot, downloads, say);
  if (boot.manifest.snapshot) {
    try {
      return await start.restored();
    } catch (error) {
      say("stderr", `pyrt: starting without the site's snapshot, which takes longer: ${describe(error)}`);
    }
  }
  return start.fresh();
}

/** Starts from nothing, imports, and gives the file of a snapshot; nothing else can be done with the interpreter. */
export async function makeSnapshot(
  boot: Boot,
  downloads: Downloads,
  say: Say,
  importAll: (pyodide: PyodideInterface) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const watch = new StartWatch();
  const pyodide = await new InterpreterStart(boot, downloads, say).watched(watch);
  prepare(pyodide);
  importAll(pyodide);
  return encodeSnapshot(takeSnapshot(pyodide, watch));
}

class InterpreterStart {
  readonly #manifest: Manifest;
  readonly #downloads: Downloads;
  readonly #indexURL: string;
  readonly #options: Options;
  readonly #images: Promise<readonly MountedImage[]>;
  #mountError: unknown;

  constructor({ manifest, root }: Boot, downloads: Downloads, say: Say) {
    this.#manifest = manifest;
    this.#downloads = downloads;
    this.#indexURL = new URL(manifest.runtime.url, root).href;
    this.#images = this.#readImages();
    this.#images.catch(() => {}); // told where the files are mounted
    this.#options = {
      indexURL: this.#indexURL,
      lockFileURL: new URL(manifest.runtime.lockUrl, root).href,
      checkAPIVersion: false,
      stdout: (text) => say("stdout", text),
      stderr: (text) => say("stderr", text),
      fsInit: (fs) => this.#mount(fs as unknown as EmscriptenFs),
    };
  }

  fresh(): Promise<Pyodide> {
    return this.#load({});
  }

  async watched(watch: StartWatch): Promise<Pyodide> {
    return this.#load(watch.options(await this.#createModule()));
  }

  async restored(): Promise<Pyodide> {
    const create = await this.#createModule();
    const snapshot = decodeSnapshot(await unzip(await this.#downloads.snapshot()));
    const pyodide = await this.#load(restoreOptions(snapshot, create, (path) => this.#compile(path)));
    renew(pyodide);
    return pyodide;
  }

  async #load(more: object): Promise<Pyodide> {
    const { loadPyodide: load } = (await import(/* @vite-ignore */ `${this.#indexURL}pyodide.mjs`)) as {
      loadPyodide: Load;
    };
    const pyodide = await load({ ...this.#options, ...more });
    if (this.#mountError) throw this.#mountError;
    await this.#downloads.verifyRuntime();
    return pyodide;
  }

  async #createModule(): Promise<CreateModule> {
    const { default: create } = (await import(/* @vite-ignore */ `${this.#indexURL}pyodide.asm.mjs`)) as {
      default: CreateModule;
    };
    return create;
  }

  #readImages(): Promise<readonly MountedImage[]> {
    return Promise.all(
      this.#manifest.images.map(async ({ url, mount, gzip }) => {
        const file = await this.#downloads.image(url);
        const bytes = gzip ? await unzip(file) : file;
        const { index, start } = readIndex(bytes);
        return { mount, index, content: bytes.subarray(start) };
      }),
    );
  }

  /** Emscripten would go on without the files and say nothing: the error waits until it is done. */
  async #mount(fs: EmscriptenFs): Promise<void> {
    try {
      for (const image of await this.#images) {
        if (image.mount === APP) writeFiles(fs, image);
        else mountImage(fs, image.mount, image.index, () => image.content);
      }
    } catch (error) {
      this.#mountError = error;
    }
  }

  async #compile(path: string): Promise<WebAssembly.Module> {
    for (const image of await this.#images) {
      for (const [name, content] of filesOf(image)) {
        if (name === path) return WebAssembly.compile(content);
      }
    }
    throw new SnapshotError(`the library ${path} is not in the site`);
  }
}

/** Paths and contents; views, nothing is copied. */
function* filesOf({ mount, index, content }: MountedImage): Generator<[string, Uint8Array<ArrayBuffer>]> {
  let offset = 0;
  for (const [path, size] of index) {
    yield [`${mount}/${path}`, content.subarray(offset, offset + size) as Uint8Array<ArrayBuffer>];
    offset += size;
  }
}

function writeFiles(fs: EmscriptenFs, image: MountedImage): void {
  fs.mkdirTree(image.mount);
  for (const [path, content] of filesOf(image)) {
    fs.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    fs.writeFile(path, content, { canOwn: true });
  }
}

/** What travels compressed, because many hosts compress nothing of unknown type. */
async function unzip(file: Uint8Array): Promise<Uint8Array> {
  const { body } = new Response(file as Uint8Array<ArrayBuffer>);
  if (!body) throw new SnapshotError("the file is empty");
  return new Uint8Array(await new Response(body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
