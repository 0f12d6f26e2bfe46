/**
 * Whether synchronous Python can wait for asynchronous code: WebAssembly stack switching (JSPI), which suspends Python
 * while others run. Many browsers lack it, and in some Python cannot use it. Everything that depends on it asks here.
 *
 * Pyodide looks for JSPI itself. So that both agree, JSPI that does not work is hidden from Pyodide.
 */

import type { WorkerAbilities } from "../browser/abilities";
import { type EmscriptenModule, trampolineAddress } from "./snapshot/emscripten";

interface Jspi {
  Suspending?: new (fn: () => Promise<number>) => WebAssembly.ImportValue;
  promising?: (fn: unknown) => () => Promise<unknown>;
}

const patienceMs = 1000;
const answer = 42;

/** (import "e" "f" (func (result i32)))  (func (export "g") (result i32) call 0) */
const code = [
  [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  [1, 5, 1, 0x60, 0, 1, 0x7f],
  [2, 7, 1, 1, 0x65, 1, 0x66, 0, 0],
  [3, 2, 1, 0],
  [7, 5, 1, 1, 0x67, 0, 1],
  [10, 6, 1, 4, 0, 0x10, 0, 0x0b],
].flat();

/** Tries JSPI, and hides it if it does not work. Call it before Pyodide is loaded. */
export async function findJspiObstacle(): Promise<string> {
  const jspi = WebAssembly as Jspi;
  if (!jspi.Suspending && !jspi.promising) return "the browser has no WebAssembly stack switching (JSPI)";
  const failure = await tryJspi(jspi);
  if (failure === undefined) return "";
  delete jspi.Suspending;
  delete jspi.promising;
  return `the browser's WebAssembly stack switching (JSPI) does not work: ${failure}`;
}

async function tryJspi({ Suspending, promising }: Jspi): Promise<string | undefined> {
  try {
    if (!Suspending || !promising) return "a part of it is missing";
    const f = new Suspending(() => Promise.resolve(answer));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(code)), { e: { f } });
    const late = new Promise((resolve) => setTimeout(resolve, patienceMs, "no answer"));
    const result = await Promise.race([promising(exports.g)(), late]);
    return result === answer ? undefined : `a call gave ${String(result)}`;
  } catch (error) {
    return String(error);
  }
}

/**
 * What Python can do in this module. On iOS, CPython calls C functions through JavaScript, which JSPI cannot suspend: a
 * wait would end Python. There it has no trampoline.
 */
export function decideSwitching(module: EmscriptenModule, jspiObstacle: string): WorkerAbilities {
  const hasTrampoline = module.HEAP32[trampolineAddress(module)] !== 0;
  const obstacle = jspiObstacle || (hasTrampoline ? "" : "Python calls C functions through JavaScript on this device");
  if (obstacle) module.jspiSupported = false;
  return { switching: obstacle === "", switchingObstacle: obstacle };
}
