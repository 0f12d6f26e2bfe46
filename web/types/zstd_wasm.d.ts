/** The WebAssembly of zstddec in base64, taken out of the package when the bundle is made. */
declare module "virtual:zstd-wasm" {
  const base64: string;
  export default base64;
}

/** The plugin of Vite that makes it. */
declare module "*/zstd_wasm.mjs" {
  export function extractWasm(source: string, sha256?: string): string;
  export function zstdWasm(): import("vite").Plugin;
}
