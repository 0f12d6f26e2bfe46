/**
 * What a snapshot is, and its file.
 *
 * A snapshot is the linear memory and everything outside that the memory refers to: the compiled libraries at their
 * addresses, the slots of the function table, the linker's global offset table, and the JavaScript objects that
 * Python holds. Pyodide restores those objects, this folder the rest.
 */

/** A snapshot cannot be taken or used; the message is written to the console. */
export class SnapshotError extends Error {
  override name = "SnapshotError";
}

/** A compiled library in the snapshot. Addresses are bytes in the memory, `tableBase` is a slot. */
export interface LibraryRecord {
  readonly path: string;
  readonly handles: readonly number[];
  readonly global: boolean;
  readonly memoryBase: number;
  readonly memorySize: number;
  readonly tableBase: number;
  readonly tableSize: number;
}

/** [slot of the table, position in `libraries` or -1 for the main module, name of the export] */
export type FunctionRecord = readonly [slot: number, library: number, name: string];

/** Position of the main module in `FunctionRecord`. */
export const MAIN = -1;

/** [first page, number of pages], in ascending order. */
export type PageRun = readonly [first: number, count: number];

export const PAGE_BYTES = 4096;

/** A snapshot without the bytes of its memory. */
export interface SnapshotIndex {
  readonly buildId: string;
  readonly memorySize: number;
  readonly jsState: unknown;
  readonly libraries: readonly LibraryRecord[];
  /** Length of the function table before the first library, and at the end. */
  readonly firstSlot: number;
  readonly tableLength: number;
  readonly functions: readonly FunctionRecord[];
  readonly freeSlots: readonly number[];
  readonly offsets: Readonly<Record<string, number>>;
  readonly trampoline: number;
  /** The pages whose bytes are in the file. */
  readonly stored: readonly PageRun[];
  /**
   * The pages of the main module's data of which Python has changed a few bytes. Behind those of `stored`, the file has
   * how their bytes differ (exclusive or): mostly zeros, which take no room when they are compressed.
   */
  readonly changed: readonly PageRun[];
  /** The pages that instantiating the modules fills. All others are zero. */
  readonly initial: readonly PageRun[];
}

export interface Snapshot {
  readonly index: SnapshotIndex;
  readonly pages: Uint8Array;
}

const MAGIC = new TextEncoder().encode("PYRTSNP2");

/** Writes `PYRTSNP2`, the length of the index (uint32, little endian), the index as JSON, the pages. */
export function encodeSnapshot({ index, pages }: Snapshot): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(index));
  const start = MAGIC.length + 4;
  const file = new Uint8Array(start + json.length + pages.length);
  file.set(MAGIC);
  new DataView(file.buffer).setUint32(MAGIC.length, json.length, true);
  file.set(json, start);
  file.set(pages, start + json.length);
  return file;
}

/** Reads a file written by `encodeSnapshot`. @throws SnapshotError for any other content, also a truncated file. */
export function decodeSnapshot(file: Uint8Array): Snapshot {
  const start = MAGIC.length + 4;
  if (file.length < start || MAGIC.some((byte, at) => file[at] !== byte)) {
    throw new SnapshotError("the file is not a snapshot of this version of pyrt");
  }
  const length = new DataView(file.buffer, file.byteOffset).getUint32(MAGIC.length, true);
  if (file.length < start + length) throw new SnapshotError("the file ends inside its index");
  const index = parseIndex(new TextDecoder().decode(file.subarray(start, start + length)));
  const pages = file.subarray(start + length);
  const expected = [...index.stored, ...index.changed].reduce((sum, [, count]) => sum + count, 0) * PAGE_BYTES;
  if (pages.length !== expected) {
    throw new SnapshotError(`the file has ${pages.length} bytes of memory instead of ${expected}`);
  }
  return { index, pages };
}

function parseIndex(json: string): SnapshotIndex {
  try {
    return JSON.parse(json) as SnapshotIndex;
  } catch {
    throw new SnapshotError("the index of the file cannot be read");
  }
}
