/** Memory that is given back at once, as garbage is collected late; and errors that say that there is too little. */

import { translate } from "../browser/translation";

/** WebKit and Firefox say `out of memory`, Chromium `could not allocate` or `allocation failed`; `grow` fails by a snapshot. */
const ENGINES = /out of memory|could not allocate|cannot allocate|allocation failed|memory did not grow/i;
/** The last line of a traceback; numpy has a class of its own, `numpy._core._exceptions._ArrayMemoryError`. */
const PYTHON = /^[\w.]*MemoryError\b[^\n]*$(?![\s\S]*\S)/m;

/** Says what a user can do, if a start has failed as there is too little memory; else returns the error as it is. */
export function explainOutOfMemory(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const pattern = error.name === "PythonError" ? PYTHON : ENGINES;
  if (!pattern.test(error.message)) return error;
  const advice = translate(
    "This device has too little memory left for Python and the app's packages. Close other tabs and apps, and reload the page.",
  );
  return new Error(`${advice} (${error.message.trimEnd()})`, { cause: error });
}

/**
 * Frees bytes that nothing uses any more; they cannot be read afterwards. Does nothing for a part of a buffer: others
 * may have the rest.
 */
export function freeBytes({ buffer, byteLength }: Uint8Array): void {
  if (byteLength < buffer.byteLength) return;
  // Detaches the buffer. Browsers of 2023 lack it, and collect the garbage later.
  (buffer as ArrayBuffer & { transfer?: (size: number) => ArrayBuffer }).transfer?.(0);
}
