/** Where new versions of the app come from: the server of `pyrt dev`, or the editor of a playground. */

import type { ErrorLog } from "../session/errors";
import type { Changes } from "../wire/hot_reload";
import type { Manifest } from "../wire/manifest";

/** The manifest of a page whose app runs again. */
export type DevManifest = Manifest & { readonly dev: { readonly server: string; readonly version: number } };

/** Which version of the app there is. `server` differs when what tells it was started anew. */
export interface VersionNotice {
  readonly server: string;
  readonly version: number;
}

export interface RunReport {
  readonly version: number;
  readonly ok: boolean;
  readonly ms: number;
  readonly message: string;
}

export interface ChangeSource {
  /** Calls `notify` with each version from now on, the current one included. */
  listen(notify: (notice: VersionNotice) => void): void;
  /** `files`: the version of the files that Python has; `seen`: that of scripts and stylesheets. */
  changes(files: number, seen: number): Promise<Changes>;
  content(url: string): Promise<ArrayBuffer>;
  report(report: RunReport): void;
  /** Lets the page be loaded anew. Returns false if the page has to do that itself. */
  loadAnew(): boolean;
  /** Returns whether errors of the app are shown elsewhere, and not in this page. */
  watchErrors(errors: ErrorLog): boolean;
}
