declare module "*.css?inline" {
  const text: string;
  export default text;
}

interface ImportMetaEnv {
  /** Whether this is the page, or the worker, of `pyrt dev`: all that only it needs is left out of sites. */
  readonly PYRT_DEV?: boolean;
}

interface ImportMeta {
  readonly env: ImportMetaEnv;
}
