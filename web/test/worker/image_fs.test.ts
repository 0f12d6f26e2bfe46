/** The index of a file image, the folders made of it, and shared files. */
import { describe, expect, it } from "vitest";
import { folderOf, type ImageIndex, readIndex } from "../../src/worker/image_fs";

const index: ImageIndex = [
  ["a/b/c.pyc", 3],
  ["a/d.pyc", 5],
  ["e.txt", 0],
];

function imageOf(entries: ImageIndex): Uint8Array {
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
    expect(readIndex(image)).toEqual({ index, start: image.length - 8 });
  });

  it("is refused in anything that is no image", () => {
    expect(() => readIndex(new TextEncoder().encode("<!doctype html>"))).toThrow("does not begin with PYRTIMG1");
  });

  it("becomes folders, each file at the sum of the sizes before it", () => {
    const root = folderOf(index);
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
    const root = folderOf([
      ["a", 3],
      ["b", 5, 1],
      ["c", 2],
      ["d", 1, 1],
    ]);
    const places = Array.from(root.values(), (file) => file as { offset: number; part: string });
    expect(places.map(({ offset, part }) => [offset, part])).toEqual([
      [0, "first"],
      [0, "rest"],
      [3, "first"],
      [5, "rest"],
    ]);
  });

  it("contains shared files at their paths", () => {
    const root = folderOf([["a/b.py", 3]], [["a/c/page.js", 9]]);
    const c = (root.get("a") as Map<string, unknown>).get("c") as Map<string, unknown>;
    expect(c.get("page.js")).toEqual({ path: "a/c/page.js", offset: 0, size: 9, part: "shared" });
  });
});
