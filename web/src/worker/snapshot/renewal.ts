/** State that differs between page loads and must not be kept from a snapshot: random seeds, environment, time zone. */

import freshSource from "./fresh.py?raw";

/** Name of the Python module that renews this state. */
const FRESH = "_pyrt_fresh";

/** The parts of Pyodide used to prepare, take and renew a snapshot. */
export interface Interpreter {
  readonly _module: unknown;
  readonly FS: { writeFile(path: string, text: string): void };
  runPython(code: string): unknown;
}

/** Prepares an interpreter for a snapshot. Call it before the imports that the snapshot is to contain. */
export function prepare(pyodide: Interpreter): void {
  pyodide.FS.writeFile(`/tmp/${FRESH}.py`, freshSource);
  pyodide.runPython(`
import sys
sys.path.insert(0, "/tmp")
import ${FRESH}
sys.path.remove("/tmp")
${FRESH}.watch()
del sys, ${FRESH}
`);
}

/** Ends what `prepare` has started; the last call before the memory is recorded. */
export function freeze(pyodide: Interpreter): void {
  pyodide.runPython(`__import__("${FRESH}").freeze()`);
}

/** Gives a restored interpreter what belongs to this visit: random numbers, environment, time zone. */
export function renew(pyodide: Interpreter): void {
  const environment = { LANG: `${(navigator.language ?? "C").replace("-", "_")}.UTF-8` };
  pyodide.runPython(`__import__("${FRESH}").renew(${JSON.stringify(environment)})`);
}
