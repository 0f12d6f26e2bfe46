/**
 * The worker script: starts Python in named stages, then passes messages between page and engine. The interpreter
 * holds no JavaScript objects before `connect`, so that a memory snapshot can be taken until then.
 */

import type { PyodideInterface } from "pyodide";
import { setTranslation, translate } from "../browser/translation";
import type { Boot, Environment, Idle, Lifeline, Manifest } from "../wire/manifest";
import type { Batch, HostMessage, JobReport, UsedParts } from "../wire/protocol";
import { type Call, makeCall, type PythonFunction } from "./call";
import { Downloads } from "./downloads";
import { makeSnapshot, type Started, startInterpreter, type WriteLog } from "./interpreter";
import { explainOutOfMemory } from "./memory";
import { beginHotReload, type Interpreter, postOfThisRun, Rerunner } from "./rerun";
import unfitSource from "./snapshot/unfit.py?raw";
import warmUpSource from "./warm_up.py?raw";

type Receive = PythonFunction;

interface Connected {
  /** Only under `pyrt dev`. */
  readonly interpreter?: Interpreter;
  readonly receive: (batch: Batch) => Promise<unknown>;
  /** @throws Error if Python has ended. */
  readonly check: () => void;
  /** To be called once, when the page is idle. */
  readonly finishDownloads: () => Promise<void>;
}

export const stages = ["download", "python", "packages", "engine", "app"] as const;
export type Stage = (typeof stages)[number];

export class StageError extends Error {
  readonly stage: Stage;
  /** Whether another start, in a new worker, may succeed. */
  canRestart = false;

  constructor(stage: Stage, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.stage = stage;
  }
}

function report(message: HostMessage | JobReport): void {
  post(JSON.stringify([message]), []);
}

function post(text: string, buffers: readonly ArrayBuffer[]): void {
  const batch: Batch = { text, buffers };
  self.postMessage(batch, { transfer: [...buffers] });
}

/** Runs one stage. Whatever it throws is wrapped in a StageError. */
async function runStage<T>(stage: Stage, text: string, step: () => Promise<T> | T): Promise<T> {
  report({ type: "Progress", stage, text });
  try {
    return await step();
  } catch (error) {
    throw error instanceof StageError ? error : new StageError(stage, explainOutOfMemory(error));
  }
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

/**
 * Imports the engine, without any state of the page: the content of a snapshot. After a restore, only the current
 * folder changes.
 */
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

/**
 * Imports the modules that the app will import. Errors are ignored: the app's own import raises them again with a
 * traceback. Python takes a package that has failed out of `sys.modules`, but not its modules, and a second import would
 * not do with them: they are taken out, too.
 */
function importModules(pyodide: PyodideInterface, names: readonly string[]): void {
  const source = `
import importlib, sys
from dash import dash_table, dcc, html
html.Div, dcc.Graph, dash_table.DataTable
for name in names:
    known = {*sys.modules}
    try:
        importlib.import_module(name)
    except Exception:
        for added in sorted({*sys.modules} - known):
            package = added.rpartition(".")[0]
            if package and package not in sys.modules:
                del sys.modules[added]
`;
  pyodide.runPython(source, { globals: pyodide.toPy({ __name__: "_pyrt_imports", names }) });
  pyodide.runPython(warmUpSource, { globals: pyodide.toPy({ __name__: "_pyrt_warm_up" }) });
}

/** The names of all modules that are imported, as JSON. */
function listModules(pyodide: PyodideInterface): string {
  return pyodide.runPython("__import__('json').dumps(list(__import__('sys').modules))") as string;
}

/**
 * The modules and files that the start has used, without the app's own; for the builder. `before`: the modules that
 * were imported before the app's script ran.
 */
function describeUsedParts(pyodide: PyodideInterface, files: Iterable<string>, before: string): UsedParts {
  const modules = pyodide.runPython(`
import json, sys
from pyodide.ffi import JsProxy
before = set(${before})
json.dumps([
    {
        "name": name,
        "file": getattr(module, "__cached__", None) or module.__file__,
        "hasProxies": any(isinstance(value, JsProxy) for value in vars(module).values()),
        "byApp": name not in before,
    }
    for name, module in list(sys.modules.items())
    if isinstance(getattr(module, "__file__", None), str) and not module.__file__.startswith(("/app/", "/tmp/"))
])`) as string;
  return { files: [...files].sort(), modules: JSON.parse(modules) as UsedParts["modules"] };
}

/** Runs the app's file. Without stack switching, a file that waits gives a promise for its rest. */
async function bootApp(pyodide: PyodideInterface, call: Call, environment: Environment): Promise<void> {
  const worker = pyodide.pyimport("pyrt.worker") as { boot: PythonFunction; destroy(): void };
  await call(worker.boot, JSON.stringify(environment));
  worker.destroy();
}

/** Connects the engine: from now on Python posts its own messages. Returns its receiver. */
export function connect(pyodide: PyodideInterface, role: Boot["role"]): Receive {
  type Module = Record<"connect" | "serve_jobs", PythonFunction> & { destroy(): void };
  const worker = pyodide.pyimport("pyrt.worker") as Module;
  const send = import.meta.env.PYRT_DEV ? postOfThisRun(post) : post;
  const receive = (role === "job" ? worker.serve_jobs(send) : worker.connect(send)) as Receive;
  worker.destroy();
  if (role === "job") report({ type: "JobReady" });
  return receive;
}

const loadingText = (): string => translate("Loading Python");

/**
 * Reports a failed download as such, even if it makes another stage fail first. `locked`: the page can tell from now on
 * whether the worker has ended; nothing but downloads begins before.
 */
function startOrFail(boot: Boot, locked: Promise<void>): Promise<Connected | undefined> {
  const downloads = new Downloads(boot, {
    progress: (loaded, total) => report({ type: "Progress", stage: "download", text: loadingText(), loaded, total }),
    file: (path, loaded, total, waiting) => report({ type: "Reading", path, loaded, total, waiting }),
    stall: (failure) =>
      report({ type: "Progress", stage: "download", text: failure?.message ?? loadingText(), isStalled: !!failure }),
  });
  const failed = downloads.failed.catch((error: unknown) => Promise.reject(new StageError("download", error)));
  const started = locked
    .then(() => start(boot, downloads))
    .catch(async (error: unknown) => {
      await downloads.verifyRuntime().catch((cause: unknown) => Promise.reject(new StageError("download", cause)));
      throw error;
    });
  return Promise.race([started, failed]).catch((error: unknown) => {
    if (error instanceof StageError && error.stage !== "app") error.canRestart = downloads.needsNewStart;
    throw error;
  });
}

async function start(boot: Boot, downloads: Downloads): Promise<Connected | undefined> {
  const { manifest, rehearsal } = boot;
  const imports = rehearsal?.imports;
  const writeLog: WriteLog = (stream, text) => report({ type: "Log", stream, text });
  if (imports) {
    await runStage("python", "Taking a snapshot", () => postSnapshot(boot, imports, downloads, writeLog));
    return undefined;
  }
  const started = await runStage("python", translate("Starting Python"), () =>
    startInterpreter(boot, downloads, writeLog),
  );
  const { pyodide, abilities } = started;
  Object.assign(self, { pyrtFiles: { takeFailure: () => JSON.stringify(started.files.takeFailure() ?? null) } });
  const call = makeCall(abilities, pyodide);
  const environment = { ...boot.environment, switching: abilities.switching === true };
  report({ type: "Abilities", found: abilities, readsPacked: true });
  await runStage("engine", translate("Starting Python"), () => importEngine(pyodide, manifest));
  await runStage("packages", translate("Loading packages"), () => loadPackages(pyodide, manifest));
  const before = rehearsal ? listModules(pyodide) : "[]";
  if (import.meta.env.PYRT_DEV) beginHotReload(pyodide, environment);
  await runStage("app", translate("Running the app"), () => bootApp(pyodide, call, environment));
  const receive = await runStage("app", translate("Drawing the page"), () => connect(pyodide, boot.role));
  const nothing = pyodide.runPython("lambda: None") as PythonFunction;
  return {
    ...(import.meta.env.PYRT_DEV && { interpreter: { pyodide, call } }),
    receive: ({ text, buffers }) => call(receive, text, buffers.length > 0 ? buffers : undefined),
    check: () => void nothing(),
    finishDownloads: () => finishDownloads(boot, started, before),
  };
}

/** Fetches the deferred files. Called after the initial callbacks have run and are drawn. */
async function finishDownloads({ role, rehearsal }: Boot, { pyodide, files }: Started, before: string): Promise<void> {
  if (rehearsal) report({ type: "Used", ...describeUsedParts(pyodide, files.used, before) });
  // A job worker finds the page's files in the browser's cache.
  if (role === "job" || savesData()) return;
  await files.fetchRest();
  report({ type: "Complete" });
}

/** Whether the user has asked the browser to save data; then deferred files are not fetched in advance. */
function savesData(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}

async function postSnapshot(
  boot: Boot,
  imports: readonly string[],
  downloads: Downloads,
  writeLog: WriteLog,
): Promise<void> {
  let findUnfit = (): string[] => [];
  try {
    const { buffer } = await makeSnapshot(boot, downloads, writeLog, (pyodide) => {
      importEngine(pyodide, boot.manifest);
      const engine = listModules(pyodide);
      importModules(pyodide, imports);
      findUnfit = () => listUnfit(pyodide, engine);
    });
    self.postMessage({ snapshot: buffer }, { transfer: [buffer] });
  } catch (error) {
    const unfit = new Set(findUnfit());
    self.postMessage({ unfit: imports.filter((name) => unfit.has(name)) });
    throw error;
  }
}

/** The modules that a snapshot cannot hold, beside those of the engine. */
function listUnfit(pyodide: PyodideInterface, engine: string): string[] {
  const globals = pyodide.toPy({ __name__: "_pyrt_unfit", engine: JSON.parse(engine) as string[] });
  return JSON.parse(pyodide.runPython(unfitSource, { globals }) as string) as string[];
}

/** Messages that arrive before Python is ready are queued and delivered in order. */
function listen(): void {
  let connected: Connected | undefined;
  let locked = Promise.resolve();
  const waiting: Batch[] = [];
  const deliver = (batch: Batch): void => {
    void connected?.receive(batch).catch((error: unknown) => {
      report({ type: "Failed", stage: isPythonError(error) ? "engine" : "worker", message: describe(error) });
    });
  };
  const finishDownloads = (): void => {
    connected?.finishDownloads().catch((error: unknown) => {
      report({
        type: "Log",
        stream: "stderr",
        text: `pyrt: not all files of the site could be had: ${describe(error)}`,
      });
    });
  };
  /** Answers the page, unless Python has ended. A worker in which it computes does not come to this. */
  const answer = (port: MessagePort): void => {
    try {
      connected?.check();
      port.postMessage(null);
    } catch (error) {
      report({ type: "Failed", stage: "worker", message: describe(error) });
    }
  };
  const rerunner = import.meta.env.PYRT_DEV
    ? new Rerunner(post, (message) => post(JSON.stringify([message]), []))
    : undefined;
  const adopt = (receive: Connected["receive"]): void => {
    if (connected) connected = { ...connected, receive };
  };
  self.onmessage = ({ data }: MessageEvent<Boot | Idle | Lifeline | Batch>) => {
    if (import.meta.env.PYRT_DEV && connected && rerunner?.take(data, adopt, deliver)) return;
    if (!("type" in data)) {
      if (connected) deliver(data);
      else waiting.push(data);
      return;
    }
    if (data.type === "Lifeline") {
      const { port, lock } = data;
      const held = holdLock(lock, () => port.postMessage("held"));
      locked = held.taken;
      port.onmessage = ({ data: asked }) => {
        if (asked === "release") held.release();
        else answer(port);
      };
      return;
    }
    if (data.type === "Idle") {
      finishDownloads();
      return;
    }
    if (data.translation) setTranslation(data.translation);
    startOrFail(data, locked).then(
      (result) => {
        connected = result;
        if (import.meta.env.PYRT_DEV && result?.interpreter) rerunner?.use(result.interpreter);
        for (const batch of waiting.splice(0)) deliver(batch);
      },
      (error: unknown) => {
        const stage = error instanceof StageError ? error.stage : "python";
        report({
          type: "Failed",
          stage,
          message: describe(error),
          ...(error instanceof StageError && error.canRestart && { canRestart: true }),
        });
      },
    );
  };
}

interface HeldLock {
  /** Resolves when the lock is held, or is not to be had. */
  readonly taken: Promise<void>;
  readonly release: () => void;
}

/** Storage may be denied, and then there are no locks either; nor are there any in a page that is not secure. */
function holdLock(name: string, held: () => void): HeldLock {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  if (!navigator.locks) return { taken: Promise.resolve(), release };
  const taken = new Promise<void>((resolve) => {
    const untilReleased = (): Promise<void> => {
      held();
      resolve();
      return released;
    };
    navigator.locks.request(name, untilReleased).catch(() => resolve());
    setTimeout(resolve, longestLockMs);
  });
  return { taken, release };
}

/** No start waits longer for its lock. */
const longestLockMs = 1000;

/** Any other error means that the interpreter cannot continue: out of memory, stack overflow. */
function isPythonError(error: unknown): boolean {
  return error instanceof Error && error.name === "PythonError";
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

listen();
