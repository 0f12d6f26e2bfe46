// @vitest-environment node
/** The decoder's WebAssembly is taken out of its package when the bundle is made, and only the one that was tested. */
import { describe, expect, it } from "vitest";
import { encode, extractWasm } from "../../zstd_wasm.mjs";

const ANY_SHA256 = "93a44bbb96c751218e4c00d479e4c14358122a389acca16205b1e4d0dc5f9476";
const WASM = "AGFzbQEAAAA=";

describe("The WebAssembly in a JavaScript file", () => {
  it("is found wherever it stands", () => {
    const found = extractWasm(`const a = "text", w = "${WASM}";`, ANY_SHA256);
    expect([...found]).toEqual([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  });

  it.each([
    ["is absent", 'const a = "text";', "has 0 strings"],
    ["stands there twice", `const a = "${WASM}", b = "${WASM}";`, "has 2 strings"],
    ["is another one", `const a = "${WASM.replace("=", "A")}";`, "has the SHA-256"],
  ])("fails the build when it %s", (_case, source, message) => {
    expect(() => extractWasm(source, ANY_SHA256)).toThrow(message);
  });
});

describe("The WebAssembly as text", () => {
  it("has one character for each byte, and none that a string in quotes cannot hold as it is", () => {
    const text = encode(Uint8Array.from({ length: 256 }, (_, byte) => byte));
    expect(new Set(text).size).toBe(256);
    const codes = Array.from(text, (char) => char.charCodeAt(0));
    expect(codes.filter((code) => code < 0x20 || (code >= 0x7f && code <= 0xa0))).toEqual([]);
    expect(JSON.stringify(text)).toBe(`"${text}"`);
  });

  // tests/unit/builder/single_file/test_decoder.py has the same.
  it("is what the builder of single files looks for", () => {
    const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0x38, 0x39, 0x5a, 0x5b, 0xff];
    expect(encode(Uint8Array.from(bytes))).toBe("#§¹³$#[]~\u00a1\u0145");
  });
});
