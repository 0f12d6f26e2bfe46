import { describe, expect, it } from "vitest";
import { folderOf, type ImageIndex, readIndex } from "../src/image_fs";

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
  it("is read with the place where the files begin", () => {
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
    expect((a.get("b") as Map<string, unknown>).get("c.pyc")).toEqual({ offset: 0, size: 3 });
    expect(a.get("d.pyc")).toEqual({ offset: 3, size: 5 });
    expect(root.get("e.txt")).toEqual({ offset: 8, size: 0 });
  });
});
