/** Pyodide's own snapshot format. Pyodide saves and restores the JavaScript objects that Python holds. */

import type { SnapshotIndex } from "./format";

/* The header: magic, offset of the memory, length of the JSON, padding, build id. */
const PYODIDE_MAGIC = 0x706e7300;
const PYODIDE_HEADER_BYTES = 48;

/** The JavaScript objects that Python holds, from a snapshot made by Pyodide. */
export function readJsState(image: Uint8Array): unknown {
  const header = new DataView(image.buffer, image.byteOffset);
  const length = header.getUint32(8, true);
  return JSON.parse(new TextDecoder().decode(image.subarray(PYODIDE_HEADER_BYTES, PYODIDE_HEADER_BYTES + length)));
}

/** A snapshot in Pyodide's format without memory: Pyodide then skips its start and restores its objects. */
export function emptyPyodideSnapshot(index: SnapshotIndex): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(index.jsState));
  const end = Math.ceil((PYODIDE_HEADER_BYTES + json.length) / 16) * 16;
  const image = new Uint8Array(end);
  const header = new Uint32Array(image.buffer, 0, PYODIDE_HEADER_BYTES / 4);
  header.set([PYODIDE_MAGIC, end, json.length, 0]);
  for (let word = 0; word < 8; word++)
    header[4 + word] = Number.parseInt(index.buildId.slice(word * 8, word * 8 + 8), 16);
  image.set(json, PYODIDE_HEADER_BYTES);
  return image;
}
