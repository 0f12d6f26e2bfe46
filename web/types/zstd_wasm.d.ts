/** The WebAssembly of zstddec as text, taken out of the package when the bundle is made; empty in the page of a single file. */
declare module "virtual:zstd-wasm" {
  const text: string;
  export default text;
}

/** The plugin of Vite that makes it. */
declare module "*/zstd_wasm.mjs" {
  export function encode(bytes: Uint8Array): string;
  export function extractWasm(source: string, sha256?: string): Uint8Array;
  export function zstdWasm(options?: { isLeftOut?: boolean }): import("vite").Plugin;
}
