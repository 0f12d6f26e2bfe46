/** State that must not be kept from a snapshot: random seeds, environment, time zone, open files. */

import renewalSource from "./renewal.py?raw";

/** Name of the Python module that renews this state. */
const RENEWAL = "_pyrt_renewal";

/** The parts of Pyodide used to prepare, take and renew a snapshot. */
export interface Interpreter {
  readonly _module: unknown;
  readonly FS: { writeFile(path: string, text: string): void };
  runPython(code: string): unknown;
}

/** Prepares an interpreter for a snapshot. Call it before the imports that the snapshot is to contain. */
export function prepare(pyodide: Interpreter): void {
  pyodide.FS.writeFile(`/tmp/${RENEWAL}.py`, renewalSource);
  pyodide.runPython(`
import sys
sys.path.insert(0, "/tmp")
import ${RENEWAL}
sys.path.remove("/tmp")
${RENEWAL}.watch()
del sys, ${RENEWAL}
`);
}

/** Ends what `prepare` has started; the last call before the memory is recorded. */
export function freeze(pyodide: Interpreter): void {
  pyodide.runPython(`__import__("${RENEWAL}").freeze()`);
}

/** Gives a restored interpreter what belongs to this visit: random numbers, environment, time zone, open files. */
export function renew(pyodide: Interpreter): void {
  const environment = { LANG: `${(navigator.language ?? "C").replace("-", "_")}.UTF-8` };
  pyodide.runPython(`__import__("${RENEWAL}").renew(${JSON.stringify(environment)})`);
}
