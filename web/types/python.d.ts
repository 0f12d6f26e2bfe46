/** Python sources bundled into a script as text. */
declare module "*.py?raw" {
  const source: string;
  export default source;
}
