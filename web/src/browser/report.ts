/**
 * Tells the author's own monitoring what has failed or waits: the event `pyrt:failure` on `window`. Nothing listens by
 * default. What came before a listener is in `window.__pyrt__.failures`. As abilities.ts, this is for browsers of any
 * age; it tells no texts, values or addresses of users.
 */

/**
 * `browser`: it cannot run the app. `start`: the start has failed. `file`: a file of the site is missing. `component`: a
 * component, or JavaScript of the app. `callback`: a callback. `server`: the server of the app cannot be reached.
 * `waiting`: a background callback waits on the server, the start for a file, or the page for a callback. `python`: Python
 * has stopped, or is started again.
 */
export type FailureKind = "browser" | "start" | "file" | "component" | "callback" | "server" | "waiting" | "python";

/** `detail` of the event. */
export interface FailureDetail {
  readonly kind: FailureKind;
  /** The file of the site that is at fault, if it is one. */
  readonly file: string | null;
  /** Dash's name of the callback: `out.children`. */
  readonly callback: string | null;
  /** Version of pyrt that has built the site. */
  readonly version: string | null;
  /** `window.__pyrt__.abilities` */
  readonly abilities: unknown;
}

interface Api {
  readonly abilities?: unknown;
  failures?: FailureDetail[];
}

/** The oldest are forgotten. */
const maxFailures = 100;

export function reportFailure(
  kind: FailureKind,
  { file, callback }: { readonly file?: string | undefined; readonly callback?: string | null | undefined } = {},
): void {
  const api = (window as { __pyrt__?: Api }).__pyrt__;
  const detail: FailureDetail = {
    kind,
    file: file || null,
    callback: callback || null,
    version: readVersion(),
    abilities: api?.abilities ?? null,
  };
  if (api) {
    api.failures = api.failures ?? [];
    api.failures.push(detail);
    if (api.failures.length > maxFailures) api.failures.shift();
  }
  try {
    window.dispatchEvent(new CustomEvent("pyrt:failure", { detail }));
  } catch {
    // The browser has no such events: it is older than any that runs the app.
  }
}

/** The file that a message of `FileFailure` begins with: `pyrt/page-0123.js: the host answered 404.` */
export function fileIn(message: string): string | undefined {
  return /^((?:[\w@.-]+\/)+[\w@.-]+): /.exec(message)?.[1];
}

/** The manifest is not there yet while the page is parsed. */
function readVersion(): string | null {
  try {
    const { pyrt } = JSON.parse(document.getElementById("pyrt-manifest")?.textContent ?? "{}") as { pyrt?: string };
    return pyrt ?? null;
  } catch {
    return null;
  }
}
