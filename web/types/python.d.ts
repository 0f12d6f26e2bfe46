/** Python sources bundled into a script as text. */
declare module "*.py?raw" {
  const source: string;
  export default source;
}

/** A package whose source contains compiled code. */
declare module "zstddec/stream?raw" {
  const source: string;
  export default source;
}
