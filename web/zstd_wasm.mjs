/**
 * A plugin of Vite: the module `virtual:zstd-wasm` exports the WebAssembly of the package zstddec, in base64.
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

/**
 * Returns the WebAssembly, in base64, from the JavaScript that contains it.
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
  const hash = createHash("sha256").update(Buffer.from(found[0], "base64")).digest("hex");
  if (hash !== sha256) {
    throw new Error(
      `The WebAssembly of zstddec has the SHA-256 ${hash}, not ${sha256}. If package.json has a new version of it, run ` +
        "the tests in test/files/zstd.test.ts with it and write its hash into web/zstd_wasm.mjs; else `npm ci`.",
    );
  }
  return found[0];
}

export function zstdWasm() {
  return {
    name: "zstd-wasm",
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    load(id) {
      if (id !== `\0${ID}`) return undefined;
      const source = readFileSync(fileURLToPath(import.meta.resolve("zstddec/stream")), "utf8");
      return `export default ${JSON.stringify(extractWasm(source))};`;
    },
  };
}
