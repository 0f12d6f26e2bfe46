// @vitest-environment node
/** What a start has used of an image is given back, and is there again when it is read. */
import { describe, expect, it, vi } from "vitest";
import { FirstPart } from "../../src/worker/first_part";

const text = "0123456789";

function bytesOf(content: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(content).slice();
}

function partOf(content: string) {
  const again = vi.fn(() => bytesOf(content));
  const image = bytesOf(`index${content}`);
  return { part: new FirstPart(image.subarray("index".length), again), again, image };
}

const read = (part: FirstPart, start: number, end: number) => new TextDecoder().decode(part.read(start, end));

describe("the first part of an image", () => {
  it("is read where it begins", () => {
    const { part } = partOf(text);
    expect(read(part, 2, 5)).toBe("234");
    expect(read(part, 10, 10)).toBe("");
  });

  it("keeps some ranges without asking for the others", () => {
    const { part, again } = partOf(text);
    part.keepOnly([
      [1, 3],
      [6, 9],
    ]);
    expect([read(part, 1, 3), read(part, 7, 9), read(part, 8, 8)]).toEqual(["12", "78", ""]);
    expect(again).not.toHaveBeenCalled();
  });

  it("is fetched again when something else is read, once for each file", () => {
    const { part, again } = partOf(text);
    part.keepOnly([[1, 3]]);
    const pieces = [3, 4, 5].map((at) => new TextDecoder().decode(part.read(at, at + 1, [3, 6])));
    expect([...pieces, read(part, 3, 6), read(part, 1, 3)]).toEqual(["3", "4", "5", "345", "12"]);
    expect(again).toHaveBeenCalledTimes(1);
    expect(read(part, 0, 10)).toBe(text);
    expect(again).toHaveBeenCalledTimes(2);
  });

  it.runIf("transfer" in ArrayBuffer.prototype)("frees its buffer, where the browser can", () => {
    const { part, image } = partOf(text);
    part.keepOnly([]);
    expect(image.buffer.byteLength).toBe(0);
  });
});
