/**
 * A plugin of Vite: the module `virtual:zstd-wasm` exports the WebAssembly of the package zstddec as text, one
 * character for each byte. Hosts compress a script with that to 8 kB less than one with base64.
 *
 * The package has it as a string inside its JavaScript, and exports no stream that data can be pushed into. It is taken
 * out when the bundle is made, and compared with the hash of the file that was looked at and tested.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Of the WebAssembly in zstddec 0.3.4, module `zstddec/stream`. */
const SHA256 = "793b767467d8effccc43e8198c854f587835493a748512fa4352837a96fd1060";
const ID = "virtual:zstd-wasm";
/** What the base64 of every WebAssembly begins with: its four bytes "\0asm". */
const MAGIC = "AGFzb";

/** Before and behind what a string in quotes cannot hold as it is: `"` and `\`; control characters. */
const SHIFTS = [0x23, 0x24, 0x46];

/** One character for each byte: most of them are small, and become ASCII. src/files/zstd.ts reads it. */
export function encode(bytes) {
  const [low, middle, high] = SHIFTS;
  return Array.from(bytes, (byte) => {
    const shift = byte + low < 0x5c ? low : byte + middle < 0x7f ? middle : high;
    return String.fromCharCode(byte + shift);
  }).join("");
}

/**
 * Returns the WebAssembly from the JavaScript that contains it in base64.
 *
 * @throws Error if it is not there, or is another one.
 */
export function extractWasm(source, sha256 = SHA256) {
  const found = [...source.matchAll(/"([\w+/]+=*)"/g)]
    .map((match) => match[1])
    .filter((text) => text.startsWith(MAGIC));
  if (found.length !== 1) {
    throw new Error(
      `zstddec has ${found.length} strings with WebAssembly in its source, not 1. Look at its dist/zstddec-stream.mjs, ` +
        "and change web/zstd_wasm.mjs.",
    );
  }
  const wasm = Buffer.from(found[0], "base64");
  const hash = createHash("sha256").update(wasm).digest("hex");
  if (hash !== sha256) {
    throw new Error(
      `The WebAssembly of zstddec has the SHA-256 ${hash}, not ${sha256}. If package.json has a new version of it, run ` +
        "the tests in test/files/zstd.test.ts with it and write its hash into web/zstd_wasm.mjs; else `npm ci`.",
    );
  }
  return wasm;
}

/** `isLeftOut`: the module exports an empty text. A single file has the decoder as a file of its own. */
export function zstdWasm({ isLeftOut = false } = {}) {
  return {
    name: "zstd-wasm",
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    load(id) {
      if (id !== `\0${ID}`) return undefined;
      if (isLeftOut) return 'export default "";';
      const source = readFileSync(fileURLToPath(import.meta.resolve("zstddec/stream")), "utf8");
      return `export default ${JSON.stringify(encode(extractWasm(source)))};`;
    },
  };
}
