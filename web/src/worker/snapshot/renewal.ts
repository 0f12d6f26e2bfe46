/** What differs between visits, and must not be in a snapshot: random numbers, environment, time zone. */

import freshSource from "./fresh.py?raw";

/** The Python module that knows what differs between visits. */
const FRESH = "_pyrt_fresh";

/** The parts of Pyodide that a snapshot is prepared, taken and renewed through. */
export interface Interpreter {
  readonly _module: unknown;
  readonly FS: { writeFile(path: string, text: string): void };
  runPython(code: string): unknown;
}

/** Prepares an interpreter for a snapshot, before the imports that the snapshot is to hold. */
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

/** Ends what `prepare` began; the last call before the memory is recorded. */
export function freeze(pyodide: Interpreter): void {
  pyodide.runPython(`__import__("${FRESH}").freeze()`);
}

/** Gives a restored interpreter what belongs to this visit: random numbers, environment, time zone. */
export function renew(pyodide: Interpreter): void {
  const environment = { LANG: `${(navigator.language ?? "C").replace("-", "_")}.UTF-8` };
  pyodide.runPython(`__import__("${FRESH}").renew(${JSON.stringify(environment)})`);
}
