/**
 * The interpreter with the site's files mounted: restored from the site's snapshot, or started without one if there
 * is none or it cannot be used. Also makes the snapshot.
 */

import type { loadPyodide, PyodideInterface } from "pyodide";
import type { WorkerAbilities } from "../browser/abilities";
import type { Boot } from "../wire/manifest";
import type { Downloads } from "./downloads";
import type { EmscriptenFs } from "./image_fs";
import { unlessInstantiationFails } from "./instantiation";
import { freeBytes } from "./memory";
import { SiteFiles } from "./site_files";
import { decodeSnapshot, encodeSnapshot } from "./snapshot/format";
import { type Interpreter, prepare, renew } from "./snapshot/renewal";
import { restoreOptions } from "./snapshot/restoring";
import { StartWatch } from "./snapshot/start_watch";
import { takeSnapshot } from "./snapshot/taking";
import { decideSwitching, findJspiObstacle } from "./stack_switching";

export type WriteLog = (stream: "stdout" | "stderr", text: string) => void;

type Options = NonNullable<Parameters<typeof loadPyodide>[0]>;
type Load = (options: Options) => Promise<Pyodide>;
/** With the internals that snapshots need. */
type Pyodide = PyodideInterface & Interpreter;
type CreateModule = Parameters<typeof restoreOptions>[1];
type StartOptions = ReturnType<typeof restoreOptions>;

/** The address at which Pyodide requests its standard library; no host has it. */
const STANDARD_LIBRARY = "https://pyrt.invalid/python_stdlib.zip";

export interface Started {
  readonly pyodide: PyodideInterface;
  readonly files: SiteFiles;
  readonly abilities: WorkerAbilities;
}

/** Starts an interpreter with its standard library, the files of all images and, from a snapshot, the engine. */
export async function startInterpreter(boot: Boot, downloads: Downloads, writeLog: WriteLog): Promise<Started> {
  const start = new InterpreterStart(boot, downloads, writeLog);
  if (boot.manifest.snapshot) {
    try {
      return start.describe(await start.restored(boot.manifest.snapshot.url));
    } catch (error) {
      writeLog("stderr", `pyrt: starting without the site's snapshot, which takes longer: ${describe(error)}`);
    }
  }
  return start.describe(await start.fresh());
}

/**
 * Starts without a snapshot, imports, and returns the file of a new snapshot. The interpreter cannot be used
 * afterwards.
 */
export async function makeSnapshot(
  boot: Boot,
  downloads: Downloads,
  writeLog: WriteLog,
  importAll: (pyodide: PyodideInterface) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const watch = new StartWatch();
  const pyodide = await new InterpreterStart(boot, downloads, writeLog).watched(watch);
  prepare(pyodide);
  importAll(pyodide);
  return encodeSnapshot(takeSnapshot(pyodide, watch));
}

class InterpreterStart {
  readonly files: SiteFiles;
  readonly #downloads: Downloads;
  readonly #load: Promise<Load>;
  readonly #create: Promise<CreateModule>;
  readonly #options: Options;
  readonly #jspiObstacle = findJspiObstacle();
  #abilities: WorkerAbilities = { switching: null, switchingObstacle: "" };
  #mountError: unknown;

  constructor({ manifest, root }: Boot, downloads: Downloads, writeLog: WriteLog) {
    const indexURL = new URL(manifest.runtime.url, root).href;
    this.files = new SiteFiles(manifest, downloads, (text) => writeLog("stderr", text));
    this.#downloads = downloads;
    // Both scripts at once: each would request the other only when it runs.
    const [loader, creator] = scriptsOf(manifest.runtime.files.map(({ name }) => name));
    this.#load = this.#import<{ loadPyodide: Load }>(indexURL + loader).then(({ loadPyodide }) => loadPyodide);
    this.#create = this.#import<{ default: CreateModule }>(indexURL + creator).then((module) => module.default);
    for (const script of [this.#load, this.#create]) script.catch(() => {}); // reported where they are used
    this.#options = {
      indexURL,
      lockFileURL: new URL(manifest.runtime.lockUrl, root).href,
      stdLibURL: STANDARD_LIBRARY,
      checkAPIVersion: false,
      stdout: (text) => writeLog("stdout", text),
      stderr: (text) => writeLog("stderr", text),
      fsInit: (fs) => this.#mount(fs as unknown as EmscriptenFs),
    };
  }

  describe(pyodide: Pyodide): Started {
    this.#downloads.release();
    return { pyodide, files: this.files, abilities: this.#abilities };
  }

  async fresh(): Promise<Pyodide> {
    return this.#fresh({});
  }

  async watched(watch: StartWatch): Promise<Pyodide> {
    return this.#fresh(watch.options(await this.#create));
  }

  /** Only this start needs all files of the site before they are opened. */
  async #fresh(more: Partial<StartOptions>): Promise<Pyodide> {
    await this.files.complete();
    this.#downloads.provide(STANDARD_LIBRARY, async () => new Response(await this.files.standardLibrary()));
    return this.#start(more);
  }

  async restored(url: string): Promise<Pyodide> {
    const create = await this.#create;
    const file = await this.#downloads.take(url);
    this.#downloads.provide(STANDARD_LIBRARY, async () => new Response(new Uint8Array()));
    const linked: CreateModule = async (settings) => {
      const module = await create(settings);
      await this.files.linkStandardLibrary(module.FS);
      return module;
    };
    try {
      const options = restoreOptions(decodeSnapshot(file), linked, (path) => this.files.compile(path));
      const pyodide = await this.#start(options);
      renew(pyodide);
      await this.files.releaseCompiled();
      return pyodide;
    } finally {
      freeBytes(file);
    }
  }

  async #start(more: Partial<StartOptions>): Promise<Pyodide> {
    const load = await this.#load;
    this.#mountError = undefined;
    const jspiObstacle = await this.#jspiObstacle;
    const { createPyodideModule: create = await this.#create } = more;
    const createPyodideModule: CreateModule = async (settings) => {
      const module = await unlessInstantiationFails(() => create(settings));
      this.#abilities = decideSwitching(module, jspiObstacle);
      return module;
    };
    const settings: object = { ...this.#options, ...more, createPyodideModule };
    const pyodide = await load(settings);
    if (this.#mountError) throw this.#mountError;
    await this.#downloads.verifyRuntime();
    return pyodide;
  }

  /** Imports a script; from its content where the host gives it a type that is no script's. */
  async #import<Module>(address: string): Promise<Module> {
    try {
      return (await import(/* @vite-ignore */ address)) as Module;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      const content = await (await fetch(address)).arrayBuffer();
      await this.#downloads.verifyRuntime();
      const script = URL.createObjectURL(new Blob([content], { type: "text/javascript" }));
      return (await import(/* @vite-ignore */ script)) as Module;
    }
  }

  /** Emscripten ignores errors in `fsInit`. The error is kept and thrown after the start. */
  async #mount(fs: EmscriptenFs): Promise<void> {
    try {
      await this.files.mount(fs);
    } catch (error) {
      this.#mountError = error;
    }
  }
}

/** Pyodide's own scripts: what starts it, and what that makes the module with. Hosts may not know `.mjs`. */
function scriptsOf(names: readonly string[]): [loader: string, creator: string] {
  const ending = names.includes("pyodide.js") ? "js" : "mjs";
  return [`pyodide.${ending}`, `pyodide.asm.${ending}`];
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
