declare module "*.css?inline" {
  const text: string;
  export default text;
}

interface ImportMetaEnv {
  /** Whether this is the page, or the worker, of `pyrt dev`: all that only it needs is left out of sites. */
  readonly PYRT_DEV?: boolean;
  /** Whether this is the page of sites whose apps offer tools to agents, or that of `pyrt dev`. */
  readonly PYRT_AGENTS?: boolean;
}

interface ImportMeta {
  readonly env: ImportMetaEnv;
}
