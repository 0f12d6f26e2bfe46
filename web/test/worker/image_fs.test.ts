/** The index of a file image, the folders made of it, and what is fetched when it is read. */
import { describe, expect, it } from "vitest";
import {
  type EmscriptenFs,
  filesIn,
  folderOf,
  type ImageIndex,
  mountImage,
  type ReadPart,
  readIndex,
} from "../../src/worker/image_fs";

const index: ImageIndex = [
  ["a/b/c.pyc", 3],
  ["a/d.pyc", 5],
  ["e.txt", 0],
];

const headOf = (entries: ImageIndex) => ({ index: entries, cacheTag: "cpython-314" });

function imageOf(entries: unknown): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(entries));
  const image = new Uint8Array(12 + json.length + 8);
  image.set(new TextEncoder().encode("PYRTIMG1"));
  new DataView(image.buffer).setUint32(8, json.length, true);
  image.set(json, 12);
  return image;
}

describe("the index of an image", () => {
  it("is read with the position of the first file", () => {
    const image = imageOf(index);
    expect(readIndex(image)).toEqual({ index, packs: [], cacheTag: "", start: image.length - 8 });
  });

  it("is refused in anything that is no image", () => {
    expect(() => readIndex(new TextEncoder().encode("<!doctype html>"))).toThrow("does not begin with PYRTIMG1");
  });

  it("becomes folders, each file at the sum of the sizes before it", () => {
    const root = folderOf(headOf(index));
    const a = root.get("a") as Map<string, unknown>;
    expect([...root.keys()]).toEqual(["a", "e.txt"]);
    expect([...a.keys()]).toEqual(["b", "d.pyc"]);
    expect((a.get("b") as Map<string, unknown>).get("c.pyc")).toEqual({
      path: "a/b/c.pyc",
      offset: 0,
      size: 3,
      part: "first",
    });
    expect(a.get("d.pyc")).toMatchObject({ offset: 3, size: 5 });
    expect(root.get("e.txt")).toMatchObject({ offset: 8, size: 0 });
  });

  it("counts the files of the second part for themselves", () => {
    const root = folderOf(
      headOf([
        ["a", 3],
        ["b", 5, 1],
        ["c", 2],
        ["d", 1, 1],
      ]),
    );
    const places = Array.from(root.values(), (file) => file as { offset: number; part: string });
    expect(places.map(({ offset, part }) => [offset, part])).toEqual([
      [0, "first"],
      [0, "rest"],
      [3, "first"],
      [5, "rest"],
    ]);
  });

  it("divides a file of which only ranges are in the first part", () => {
    const root = folderOf(
      headOf([
        ["a", 3],
        [
          "b.zip",
          10,
          [
            [2, 4],
            [6, 7],
          ],
        ],
        ["c", 2, 1],
      ]),
    );
    expect(root.get("b.zip")).toEqual({
      path: "b.zip",
      size: 10,
      offset: 0,
      part: "rest",
      pieces: [
        { start: 0, end: 2, part: "rest", offset: 0 },
        { start: 2, end: 4, part: "first", offset: 3 },
        { start: 4, end: 6, part: "rest", offset: 2 },
        { start: 6, end: 7, part: "first", offset: 5 },
        { start: 7, end: 10, part: "rest", offset: 4 },
      ],
    });
    expect(root.get("c")).toMatchObject({ offset: 7, part: "rest" });
  });

  it("has files with addresses of their own, and bytecode with its source in a pack", () => {
    const entries: ImageIndex = [
      ["a/b.py", 3, 0, 20, 3],
      ["a/c.py", 4, 1, 30, 3],
      ["a/d.csv", 9, 2],
      ["e-1.dist-info/RECORD", 5, 4],
      ["f.txt", 2],
    ];
    const packs = [
      ["pyrt/sources-a-0.zst", 10, 50],
      ["pyrt/sources-e-0.bin", 5, 0],
    ];
    const head = readIndex(imageOf({ files: entries, packs, cacheTag: "cpython-314" }));
    expect(head).toMatchObject({ index: entries, packs, cacheTag: "cpython-314" });
    expect([...filesIn(head)]).toEqual([
      { path: "a/b.py", offset: 0, size: 20, part: 0 },
      { path: "a/__pycache__/b.cpython-314.pyc", offset: 0, size: 3, part: "first" },
      { path: "a/c.py", offset: 20, size: 30, part: 0 },
      { path: "a/__pycache__/c.cpython-314.pyc", offset: 0, size: 4, part: "rest" },
      { path: "a/d.csv", offset: 0, size: 9, part: "own" },
      { path: "e-1.dist-info/RECORD", offset: 0, size: 5, part: 1 },
      { path: "f.txt", offset: 3, size: 2, part: "first" },
    ]);
  });
});

describe("a mounted image", () => {
  const opens: { current: (name: string) => void } = { current: () => {} };
  /** Reads as Python's buffers do: more than is needed, and again for what is missing. */
  function reader(
    index: ImageIndex,
    parts: Record<string, string>,
    asked: string[] = [],
    used: Set<string> = new Set(),
  ) {
    class ErrnoError extends Error {}
    type Read = (stream: object, target: Uint8Array, offset: number, length: number, position: number) => number;
    let node: { node_ops: { lookup(parent: object, name: string): { stream_ops: Operations } } } | undefined;
    type Operations = { read: Read; open(stream: { node: object }): void };
    const fs = {
      ErrnoError,
      mkdirTree: () => {},
      createNode: () => ({}),
      mount: (type: { mount(): typeof node }) => {
        node = type.mount();
      },
    } as unknown as EmscriptenFs;
    const read: ReadPart = (part, { path }, start, end) => {
      const name = part === "own" ? path : String(part);
      asked.push(name);
      if (!(name in parts)) throw new Error("404");
      return new TextEncoder().encode(parts[name]).subarray(start, end);
    };
    mountImage(fs, "/m", folderOf(headOf(index)), read, used);
    const operations = (name: string) => node?.node_ops.lookup(node, name);
    opens.current = (name) => operations(name)?.stream_ops.open({ node: operations(name) as object });
    return (name: string, position: number, length: number): string => {
      const file = node?.node_ops.lookup(node, name);
      const target = new Uint8Array(length);
      const count = file?.stream_ops.read({ node: file }, target, 0, length, position) ?? 0;
      return new TextDecoder().decode(target.subarray(0, count));
    };
  }
  const index: ImageIndex = [
    ["a", 3],
    ["b", 10, [[2, 4] as const, [6, 7] as const]],
  ];
  const parts = { first: "aaacdg", rest: "abefhij" };

  it("reads a range of the first part without asking for the second", () => {
    const asked: string[] = [];
    const read = reader(index, parts, asked);
    expect(read("b", 2, 100)).toBe("cd");
    expect(read("b", 3, 100)).toBe("d");
    expect(read("b", 6, 1)).toBe("g");
    expect(read("a", 0, 100)).toBe("aaa");
    expect(asked).toEqual(["first", "first", "first", "first"]);
  });

  it("reads the rest from the second part, piece by piece to the end of the file", () => {
    const read = reader(index, parts);
    let text = "";
    for (let more = read("b", 0, 100); more; more = read("b", text.length, 100)) text += more;
    expect(text).toBe("abcdefghij");
  });

  it("notes which files were read, and of a zip whether its directory was", () => {
    const used = new Set<string>();
    const read = reader(
      [
        ["a", 3],
        ["b.zip", 6],
      ],
      { first: "aaabbbbbb" },
      [],
      used,
    );
    read("a", 0, 9);
    read("b.zip", 1, 4);
    expect([...used]).toEqual(["/m/a", "/m/b.zip"]);
    read("b.zip", 4, 9);
    expect([...used]).toEqual(["/m/a", "/m/b.zip", "/m/b.zip/"]);
  });

  it("fetches files that are not there yet when they are opened, and no other ones", () => {
    const asked: string[] = [];
    const read = reader(
      [
        ["a", 3],
        ["b.csv", 2, 2],
        ["c.py", 4, 3],
        ["empty.csv", 0, 2],
      ],
      { first: "aaa", "b.csv": "bb", "0": "code" },
      asked,
    );
    for (const name of ["a", "b.csv", "c.py", "empty.csv"]) opens.current(name);
    expect(asked).toEqual(["b.csv", "0"]);
    expect([read("b.csv", 1, 9), read("c.py", 0, 9)]).toEqual(["b", "code"]);
  });

  it("fails to open what cannot be fetched, with an error of the file system", () => {
    reader([["b.csv", 2, 2]], {});
    expect(() => opens.current("b.csv")).toThrow();
  });
});
