/**
 * The worker script: brings up Python in stages, each of which says what it does and can fail with its own
 * name; then passes messages on. The interpreter holds no reference to JavaScript before the hand-over, so
 * that a memory snapshot can be taken right before it.
 */

import type { loadPyodide, PyodideInterface } from "pyodide";
import { Downloads } from "./downloads";
import type { Boot, Environment, Manifest } from "./manifest";
import type { Batch, HostMessage } from "./protocol";

/** A callable of Python; through `callPromising`, synchronous code in it may wait (JSPI). */
interface PythonFunction {
  (...values: unknown[]): unknown;
  callPromising(...values: unknown[]): Promise<unknown>;
  destroy(): void;
}

type Receive = PythonFunction;

export const stages = ["download", "python", "packages", "engine", "app"] as const;
export type Stage = (typeof stages)[number];

export class StageError extends Error {
  readonly stage: Stage;

  constructor(stage: Stage, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.stage = stage;
  }
}

function report(message: HostMessage): void {
  post(JSON.stringify([message]), []);
}

function post(text: string, buffers: readonly ArrayBuffer[]): void {
  const batch: Batch = { text, buffers };
  self.postMessage(batch, { transfer: [...buffers] });
}

/** Runs a step; whatever it throws is from then on known to have failed at `stage`. */
async function at<T>(stage: Stage, text: string, step: () => Promise<T> | T): Promise<T> {
  report({ type: "Progress", stage, text });
  try {
    return await step();
  } catch (error) {
    throw error instanceof StageError ? error : new StageError(stage, error);
  }
}

/** An interpreter with its standard library and nothing else; or the one that a snapshot holds. */
export async function startPython(boot: Boot, downloads: Downloads): Promise<PyodideInterface> {
  const indexURL = new URL(boot.manifest.runtime.url, boot.root).href;
  const { loadPyodide: load } = (await import(/* @vite-ignore */ `${indexURL}pyodide.mjs`)) as {
    loadPyodide: typeof loadPyodide;
  };
  const say = (stream: "stdout" | "stderr") => (text: string) => report({ type: "Log", stream, text });
  const snapshot = boot.snapshot;
  const pyodide = await load({
    indexURL,
    lockFileURL: new URL(boot.manifest.runtime.lockUrl, boot.root).href,
    checkAPIVersion: false,
    stdout: say("stdout"),
    stderr: say("stderr"),
    ...(snapshot === "take" ? { _makeSnapshot: true } : {}),
    ...(snapshot instanceof ArrayBuffer ? { _loadSnapshot: snapshot } : {}),
  } as Parameters<typeof loadPyodide>[0]);
  await downloads.verifyRuntime();
  return pyodide;
}

/** Puts the files of all images where the manifest says. */
export async function mountImages(pyodide: PyodideInterface, manifest: Manifest, downloads: Downloads): Promise<void> {
  for (const image of manifest.images) {
    const bytes = await downloads.image(image.url);
    for (const [path, content] of readImage(bytes)) writeFile(pyodide, `${image.mount}/${path}`, content);
  }
}

/** The files of an image (build/README.md); views of it, nothing is copied. */
export function* readImage(bytes: Uint8Array): Generator<[string, Uint8Array]> {
  const magic = "PYRTIMG1";
  if (new TextDecoder().decode(bytes.subarray(0, 8)) !== magic)
    throw new Error(`An image does not begin with ${magic}.`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true);
  const index = JSON.parse(new TextDecoder().decode(bytes.subarray(12, 12 + length))) as [string, number][];
  let offset = 12 + length;
  for (const [path, size] of index) {
    yield [path, bytes.subarray(offset, offset + size)];
    offset += size;
  }
}

const knownFolders = new Set<string>();

function writeFile({ FS }: PyodideInterface, path: string, content: Uint8Array): void {
  const folder = path.slice(0, path.lastIndexOf("/"));
  if (!knownFolders.has(folder)) {
    FS.mkdirTree(folder);
    knownFolders.add(folder);
  }
  FS.writeFile(path, content, { canOwn: true });
}

export async function loadPackages(pyodide: PyodideInterface, manifest: Manifest): Promise<void> {
  if (manifest.packages.length === 0) return;
  const failures: string[] = [];
  await pyodide.loadPackage([...manifest.packages], {
    messageCallback: (text) => report({ type: "Progress", stage: "packages", text }),
    errorCallback: (text) => failures.push(text),
  });
  const missing = manifest.packages.filter((name) => !(name in pyodide.loadedPackages));
  if (missing.length > 0) throw new Error([`Not loaded: ${missing.join(", ")}`, ...failures].join("\n"));
}

/** The engine, with nothing of the page in it: here a memory snapshot may be taken. */
export function importEngine(pyodide: PyodideInterface, manifest: Manifest): void {
  pyodide.runPython(`
import sys, os
sys.path[:0] = [path for path in ${JSON.stringify(manifest.path)} if path not in sys.path]
os.makedirs("/app", exist_ok=True)
os.chdir("/app")
import pyrt.worker
del sys, os
`);
}

/** Runs the app's file. */
export async function bootApp(pyodide: PyodideInterface, environment: Environment): Promise<void> {
  const worker = pyodide.pyimport("pyrt.worker") as { boot: PythonFunction; destroy(): void };
  await worker.boot.callPromising(JSON.stringify(environment));
  worker.destroy();
}

/** The hand-over: from here on Python posts for itself. */
export function connect(pyodide: PyodideInterface): Receive {
  const worker = pyodide.pyimport("pyrt.worker") as { connect: PythonFunction; destroy(): void };
  const receive = worker.connect(post) as Receive;
  worker.destroy();
  return receive;
}

/** A failed download is said to be one, whatever else it lets fail. */
function startOrFail(boot: Boot): Promise<Receive | undefined> {
  const downloads = new Downloads(boot, (loaded, total) =>
    report({ type: "Progress", stage: "download", text: "Loading Python", loaded, total }),
  );
  const failed = downloads.failed.catch((error: unknown) => Promise.reject(new StageError("download", error)));
  return Promise.race([start(boot, downloads), failed]);
}

async function start(boot: Boot, downloads: Downloads): Promise<Receive | undefined> {
  const { manifest } = boot;
  const pyodide = await at("python", "Starting Python", () => startPython(boot, downloads));
  await at("download", "Unpacking files", () => mountImages(pyodide, manifest, downloads));
  if (boot.snapshot instanceof ArrayBuffer === false) {
    await at("engine", "Starting Python", () => importEngine(pyodide, manifest));
  }
  if (boot.snapshot === "take") {
    const snapshot = pyodide.makeMemorySnapshot();
    const buffer = snapshot.slice().buffer;
    self.postMessage({ snapshot: buffer }, { transfer: [buffer] });
    return undefined;
  }
  await at("packages", "Loading packages", () => loadPackages(pyodide, manifest));
  await at("app", "Running the app", () => bootApp(pyodide, boot.environment));
  return at("app", "Drawing the page", () => connect(pyodide));
}

/** Messages may arrive before Python does; they are handed on in order. */
function listen(): void {
  let receive: Receive | undefined;
  const waiting: Batch[] = [];
  const pass = ({ text }: Batch): void => {
    void receive?.callPromising(text).catch((error: unknown) => {
      report({ type: "Failed", stage: "engine", message: describe(error) });
    });
  };
  self.onmessage = ({ data }: MessageEvent<Boot | Batch>) => {
    if (!("type" in data)) {
      if (receive) pass(data);
      else waiting.push(data);
      return;
    }
    startOrFail(data).then(
      (connected) => {
        receive = connected;
        for (const batch of waiting.splice(0)) pass(batch);
      },
      (error: unknown) => {
        const stage = error instanceof StageError ? error.stage : "python";
        report({ type: "Failed", stage, message: describe(error) });
      },
    );
  };
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

listen();
