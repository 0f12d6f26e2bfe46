/** Large files of the app: fetched when they are read, in pieces where the host has them. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { LargeFile, type MemoryFs, placeLargeFile, type Request } from "../../src/worker/large_files";

const PIECE = 16;
const SIZE = 40 * PIECE + 5;
const content = Uint8Array.from({ length: SIZE }, (_, at) => at % 251);

let requested: (readonly [number, number] | undefined)[];
let progress: number[];
let waits: number;

function report(_: string, loaded: number, _total: number, waiting: boolean): void {
  if (waiting) waits++;
  else progress.push(loaded);
}

function open(answer?: Request): LargeFile {
  requested = [];
  progress = [];
  waits = 0;
  const request: Request = (range) => {
    requested.push(range);
    if (answer) return answer(range);
    return range ? { status: 206, bytes: content.slice(...range) } : { status: 200, bytes: content.slice() };
  };
  return new LargeFile("data/x.bin", SIZE, request, report, PIECE);
}

const same = (one: Uint8Array, other: Uint8Array) => String(one) === String(other);
const inPieces = (...ranges: [number, number][]) => ranges.map(([a, b]) => [a * PIECE, Math.min(b * PIECE, SIZE)]);

describe("a large file", () => {
  it("fetches the pieces that are read, each once", () => {
    const file = open();
    expect(same(file.read(PIECE + 3, PIECE + 9), content.subarray(PIECE + 3, PIECE + 9))).toBe(true);
    expect(same(file.read(PIECE, 2 * PIECE), content.subarray(PIECE, 2 * PIECE))).toBe(true);
    expect(same(file.read(SIZE - 5, SIZE), content.subarray(SIZE - 5))).toBe(true);
    expect(requested).toEqual(inPieces([1, 2], [40, 41]));
    expect(progress).toEqual([PIECE, PIECE + 5]);
    expect(waits).toBe(2);
    expect(file.isComplete).toBe(false);
  });

  it("fetches more at once for readers that go on where they stopped", () => {
    const file = open();
    for (let at = 0; at < SIZE; at += PIECE / 4) file.read(at, Math.min(at + PIECE / 4, SIZE));
    expect(requested).toEqual(inPieces([0, 1], [1, 3], [3, 7], [7, 15], [15, 31], [31, 41]));
    expect(file.isComplete).toBe(true);
    expect(same(file.read(0, SIZE), content)).toBe(true);
  });

  it("is fetched as a whole where the host has no ranges", () => {
    const file = open(() => ({ status: 200, bytes: content.slice() }));
    expect(same(file.read(5, 9), content.subarray(5, 9))).toBe(true);
    file.read(0, SIZE);
    expect(requested).toHaveLength(1);
    expect(progress).toEqual([SIZE]);
  });

  it("is fetched as a whole if a range has another length, as a compressed one", () => {
    const file = open((range) => ({ status: range ? 206 : 200, bytes: range ? new Uint8Array(7) : content.slice() }));
    expect(same(file.read(5, 9), content.subarray(5, 9))).toBe(true);
    expect(requested).toEqual([[0, PIECE], undefined]);
  });

  it("is fetched as a whole if it is not large", () => {
    requested = [];
    const request: Request = (range) => {
      requested.push(range);
      return { status: 200, bytes: Uint8Array.of(1, 2, 3) };
    };
    const small = new LargeFile("x", 3, request, () => {});
    expect([...small.read(1, 3)]).toEqual([2, 3]);
    expect([...small.read(0, 3)]).toEqual([1, 2, 3]);
    expect(requested).toEqual([undefined]);
  });

  it("is an error if it has another size", () => {
    const file = open(() => ({ status: 404, bytes: new Uint8Array(3) }));
    expect(() => file.read(0, 1)).toThrow("data/x.bin: not the");
    expect([waits, progress]).toEqual([1, [0]]);
  });
});

class ErrnoError extends Error {
  readonly code: number;
  constructor(code: number) {
    super();
    this.code = code;
  }
}

describe("its place in the file system", () => {
  type Node = ReturnType<MemoryFs["lookupPath"]>["node"] & {
    contents: Uint8Array;
    usedBytes: number;
    stream_ops: Record<"read" | "write" | "mmap", (...values: unknown[]) => number>;
    node_ops: { setattr(node: object, attributes: object): void };
  };
  let node: Node;
  let fs: MemoryFs;
  const own = { read: vi.fn(() => 1), write: vi.fn(() => 2), mmap: vi.fn(() => 3), setattr: vi.fn() };

  beforeEach(() => {
    vi.clearAllMocks();
    const operations = { read: own.read, write: own.write, mmap: own.mmap };
    node = { contents: new Uint8Array(), usedBytes: 0, stream_ops: operations, node_ops: { setattr: own.setattr } };
    fs = { ErrnoError, lookupPath: () => ({ node }), writeFile: () => {} };
  });

  const read = (position: number, length: number) => {
    const target = new Uint8Array(length + 1);
    const count = node.stream_ops.read({ node }, target, 1, length, position);
    return [count, [...target.subarray(1, 1 + count)]] as const;
  };

  it("reads at a position, and nothing behind the end", () => {
    placeLargeFile(fs, open(), "/app/data/x.bin", () => {});
    expect(node.usedBytes).toBe(SIZE);
    expect(read(252, 3)).toEqual([3, [1, 2, 3]]);
    expect(read(SIZE - 1, 9)).toEqual([1, [content[SIZE - 1]]]);
    expect(read(SIZE, 9)[0]).toBe(0);
    expect(own.read).not.toHaveBeenCalled();
  });

  it("is an ordinary file once it has been written, mapped or resized", () => {
    for (const change of [
      () => node.stream_ops.write({ node }, "x"),
      () => node.stream_ops.mmap({ node }, 5),
      () => node.node_ops.setattr(node, { size: 3 }),
    ]) {
      placeLargeFile(fs, open(), "/app/data/x.bin", () => {});
      change();
      expect(same(node.contents, content)).toBe(true);
    }
    expect(own.write).toHaveBeenCalledWith({ node }, "x");
    expect(own.setattr).toHaveBeenCalledWith(node, { size: 3 });
    expect(read(0, 1)[0]).toBe(1);
  });

  it("is not fetched to be emptied", () => {
    placeLargeFile(fs, open(), "/app/data/x.bin", () => {});
    node.node_ops.setattr(node, { size: 0 });
    node.contents = new Uint8Array();
    read(0, 1);
    expect(requested).toEqual([]);
    expect(own.read).toHaveBeenCalledOnce();
  });

  it("fails with an input/output error, and says why", () => {
    const said: string[] = [];
    const broken = open(() => ({ status: 404, bytes: new Uint8Array() }));
    placeLargeFile(fs, broken, "/app/data/x.bin", (text) => said.push(text));
    expect(() => read(0, 1)).toThrow(ErrnoError);
    expect(said).toEqual(["data/x.bin: not the 645 bytes expected."]);
  });
});
