// @vitest-environment node
/** Content compressed by the builder is restored, however it arrives; damaged content is reported. */
import { describe, expect, it } from "vitest";
import { Unpacking, unpack } from "../../src/files/zstd";
import { frameOf, madeByTheBuilder } from "../support/zstd_frame";

const { packed, text } = madeByTheBuilder;

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function piecesOf(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
}

function changed(at: number): Uint8Array {
  const bytes = packed.slice();
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  return bytes;
}

describe("What is compressed", () => {
  it.each([1, 7, 54, 55])("is unpacked from pieces of %i bytes", (size) => {
    const unpacking = new Unpacking(text.length);
    for (const piece of piecesOf(packed, size)) unpacking.push(piece);
    expect(textOf(unpacking.end()) === text).toBe(true);
  });

  it("is passed on in order while it is unpacked", () => {
    const parts: string[] = [];
    const unpacking = new Unpacking(text.length, (part) => parts.push(textOf(part)));
    for (const piece of piecesOf(packed, 7)) unpacking.push(piece);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.join("") === text).toBe(true);
    expect(unpacking.isComplete).toBe(true);
  });

  it("is unpacked beside others, which come and go", () => {
    const others = [new Unpacking(text.length), new Unpacking(text.length)];
    for (const piece of piecesOf(packed, 7)) {
      expect(textOf(unpack(frameOf("in between"), 10))).toBe("in between");
      for (const unpacking of others) unpacking.push(piece);
    }
    for (const unpacking of others) expect(textOf(unpacking.end()) === text).toBe(true);
  });

  it("may be stored, and may be empty", () => {
    expect(textOf(unpack(frameOf("as it is"), 8))).toBe("as it is");
    expect(unpack(frameOf(""), 0)).toHaveLength(0);
  });

  it.each([
    ["cut off", packed.subarray(0, 40), text.length, "ends too soon"],
    ["no frame at all", new TextEncoder().encode("<html>not found"), text.length, "is damaged (zstd: -10)"],
    ["altered", changed(18), text.length, "is damaged (zstd: -"],
    ["with another checksum", changed(54), text.length, "is damaged (zstd: -22)"],
    ["longer than was said", packed, 5, "has more than 5 bytes"],
    ["shorter than was said", packed, text.length + 1, `has only ${text.length} bytes`],
  ])("is refused when it is %s", (_name, bytes, size, message) => {
    expect(() => unpack(bytes, size)).toThrow(message);
  });
});
