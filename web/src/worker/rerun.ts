/** Runs the app again in this interpreter; only in the worker of `pyrt dev`. */

import type { PyodideInterface } from "pyodide";
import type { Adopt, Collect, Rerun, RerunReport } from "../wire/hot_reload";
import type { Environment } from "../wire/manifest";
import type { Batch } from "../wire/protocol";
import type { Call, PythonFunction } from "./call";

type Post = (text: string, buffers: readonly ArrayBuffer[]) => void;

interface Module {
  readonly begin: PythonFunction;
  readonly rerun: PythonFunction;
  readonly collect: PythonFunction;
  destroy(): void;
}

export interface Interpreter {
  readonly pyodide: PyodideInterface;
  readonly call: Call;
}

let current: object | undefined;

/** Returns what posts for one run of the app. From its first message on, what runs before have to say is dropped. */
export function postOfThisRun(post: Post): Post {
  const own = {};
  let isNew = true;
  return (text, buffers) => {
    if (isNew) current = own;
    isNew = false;
    if (current === own) post(text, buffers);
  };
}

function importModule(pyodide: PyodideInterface): Module {
  return pyodide.pyimport("pyrt.hot_reload.rerun") as Module;
}

/** Before the app's script runs first. */
export function beginHotReload(pyodide: PyodideInterface, { launch, entry }: Environment): void {
  const module = importModule(pyodide);
  module.begin((launch.root as string | undefined) ?? entry.slice(0, entry.lastIndexOf("/")));
  module.destroy();
}

export class Rerunner {
  readonly #post: Post;
  readonly #report: (report: RerunReport) => void;
  #interpreter: Interpreter | undefined;
  /** Batches of the page that wait while the app runs again. */
  #waiting: Batch[] | undefined;
  /** Whether batches are for the run before, and no longer wanted. */
  #isReplaced = false;

  constructor(post: Post, report: (report: RerunReport) => void) {
    this.#post = post;
    this.#report = report;
  }

  /** Python is up. */
  use(interpreter: Interpreter): void {
    this.#interpreter = interpreter;
  }

  /** Handles a message if it concerns this. `adopt` gets the new receiver, `deliver` a batch for the old one. */
  take(
    message: Rerun | Adopt | Collect | Batch | { readonly type: string },
    adopt: (receive: (batch: Batch) => Promise<unknown>) => void,
    deliver: (batch: Batch) => void,
  ): boolean {
    if (!("type" in message)) return this.#hold(message);
    if (message.type === "Rerun") {
      void this.#run(message as Rerun, adopt, deliver);
      return true;
    }
    if (message.type === "Adopt") this.#isReplaced = false;
    else if (message.type === "Collect") this.#collect();
    else return false;
    return true;
  }

  #hold(batch: Batch): boolean {
    this.#waiting?.push(batch);
    return this.#isReplaced || this.#waiting !== undefined;
  }

  async #run(
    { files, environment }: Rerun,
    adopt: (receive: (batch: Batch) => Promise<unknown>) => void,
    deliver: (batch: Batch) => void,
  ): Promise<void> {
    if (!this.#interpreter) return;
    const { pyodide, call } = this.#interpreter;
    this.#report({ type: "RerunBegun" });
    const waiting: Batch[] = [];
    this.#waiting = waiting;
    const module = importModule(pyodide);
    try {
      for (const { path, data } of files) writeFile(pyodide, path, data);
      const receive = (await call(
        module.rerun,
        JSON.stringify(environment),
        postOfThisRun(this.#post),
      )) as PythonFunction;
      this.#isReplaced = true;
      adopt(({ text, buffers }) => call(receive, text, buffers.length > 0 ? buffers : undefined));
      this.#waiting = undefined;
    } catch (error) {
      this.#waiting = undefined;
      this.#report({ type: "RerunFailed", message: error instanceof Error ? error.message : String(error) });
      for (const batch of waiting) deliver(batch);
    } finally {
      module.destroy();
    }
  }

  #collect(): void {
    if (!this.#interpreter || this.#waiting) return;
    const module = importModule(this.#interpreter.pyodide);
    module.collect();
    module.destroy();
  }
}

/** What the app itself writes is told by its time; a clock of milliseconds may not tell this write from a start. */
const agoMs = 1_000;

function writeFile({ FS }: PyodideInterface, path: string, data: ArrayBuffer | null): void {
  if (data) {
    FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
    FS.writeFile(path, new Uint8Array(data));
    const time = Date.now() - agoMs;
    FS.utime(path, time, time);
  } else if (FS.analyzePath(path).exists) FS.unlink(path);
}
