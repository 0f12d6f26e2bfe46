import { describe, expect, it } from "vitest";
import { FrameHeight } from "../../src/notebook/frame_height";

describe("FrameHeight", () => {
  it("is that of the content, when it changes", () => {
    const height = new FrameHeight();
    expect([300, 300, 420, 100].map((content, at) => height.next(content, at))).toEqual([300, undefined, 420, 100]);
  });

  it("is a usual one for content that grows with its frame", () => {
    const height = new FrameHeight();
    let frame = 60;
    for (let time = 0; time < 2000; time += 20) frame = height.next(frame + 16, time) ?? frame;
    expect(frame).toBe(650);
  });

  it("follows content that the user lets grow by equal steps", () => {
    const height = new FrameHeight();
    for (let row = 1; row < 20; row++) expect(height.next(100 + 20 * row, 500 * row)).toBe(100 + 20 * row);
  });
});
