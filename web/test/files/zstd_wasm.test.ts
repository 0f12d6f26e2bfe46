// @vitest-environment node
/** The decoder's WebAssembly is taken out of its package when the bundle is made, and only the one that was tested. */
import { describe, expect, it } from "vitest";
import { extractWasm } from "../../zstd_wasm.mjs";

const ANY_SHA256 = "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476";
const WASM = "AGFzbQEAAAA=";

describe("The WebAssembly in a JavaScript file", () => {
  it("is found wherever it stands", () => {
    expect(extractWasm(`const a = "text", w = "${WASM}";`, ANY_SHA256)).toBe(WASM);
  });

  it.each([
    ["is absent", 'const a = "text";', "has 0 strings"],
    ["stands there twice", `const a = "${WASM}", b = "${WASM}";`, "has 2 strings"],
    ["is another one", `const a = "${WASM.replace("=", "A")}";`, "has the SHA-256"],
  ])("fails the build when it %s", (_case, source, message) => {
    expect(() => extractWasm(source, ANY_SHA256)).toThrow(message);
  });
});
