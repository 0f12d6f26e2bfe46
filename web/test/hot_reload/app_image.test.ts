/** Files as an image: the form that the builder's `pack` has. */

import { expect, it } from "vitest";
import { packImage } from "../../src/hot_reload/app_image";

const bytes = (text: string) => new TextEncoder().encode(text);

it("has its index, with paths in order, and the bytes of the files behind each other", () => {
  const image = packImage(
    new Map([
      ["b", bytes("2")],
      ["a", bytes("1")],
    ]),
  );
  expect(new TextDecoder().decode(image.subarray(0, 8))).toBe("PYRTIMG1");
  expect(new DataView(image.buffer).getUint32(8, true)).toBe('[["a",1],["b",1]]'.length);
  expect(new TextDecoder().decode(image.subarray(12))).toBe('[["a",1],["b",1]]12');
});
