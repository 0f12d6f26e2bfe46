/** Which heights an app tells its host page. */
import { expect, it } from "vitest";
import { Heights } from "../../src/in_frame/height";

/** The heights that are told while content is always 16 pixels higher than its frame. */
function grow(heights: Heights, rounds: number, changed: () => void): number[] {
  const told: number[] = [];
  for (let i = 0; i < rounds; i++) {
    changed();
    const frame = told.at(-1) ?? 150;
    const height = heights.next(frame + 16, frame);
    if (height !== undefined) told.push(height);
  }
  return told;
}

it("each other height is told once", () => {
  const heights = new Heights();
  expect([heights.next(300, 150), heights.next(300, 300), heights.next(120, 300)]).toEqual([300, undefined, 120]);
});

it("content that is always higher than its frame does not let it grow for ever, but content that changes grows", () => {
  expect(grow(new Heights(), 20, () => {}).length).toBeLessThan(4);
  const heights = new Heights();
  expect(grow(heights, 20, () => heights.changed())).toHaveLength(20);
});
