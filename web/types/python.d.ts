/** Python sources that travel in a script, as text. */
declare module "*.py?raw" {
  const source: string;
  export default source;
}

/** A package that carries compiled code as text. */
declare module "zstddec/stream?raw" {
  const source: string;
  export default source;
}
