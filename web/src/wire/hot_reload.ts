/** What the server of `pyrt dev`, its page and the worker say to each other about changes (docs/dev.md). Types only. */

import type { Environment, Manifest } from "./manifest";

/** A file of the app: its path in Python's file system, and where its content is; null: it has been removed. */
export interface ChangedFile {
  readonly path: string;
  readonly url: string | null;
}

/** The server's answer: what has changed since the version that the page has. */
export interface Changes {
  readonly version: number;
  /** Why there is no such version: the app cannot be built. All else is missing then. */
  readonly error?: string;
  /** The page has to be loaded anew, because of this. */
  readonly reload?: string;
  readonly manifest: Manifest;
  readonly files: readonly ChangedFile[];
  /** Addresses of changed stylesheets and scripts of the assets, relative to the site's root. */
  readonly styles: readonly string[];
  readonly scripts: readonly string[];
  /** Of changed pictures and other files of the assets. */
  readonly media: readonly string[];
  /** Whether Python finds other packages: it has to be started anew. */
  readonly restart: boolean;
  /** Whether anything that Python reads has changed. */
  readonly rerun: boolean;
}

/** The page's order to its worker: write these files, and run the app again. */
export interface Rerun {
  readonly type: "Rerun";
  readonly files: readonly { readonly path: string; readonly data: ArrayBuffer | null }[];
  readonly environment: Environment;
}

/** The messages that follow are for the new run. */
export interface Adopt {
  readonly type: "Adopt";
}

/** The page is at rest: memory can be freed. */
export interface Collect {
  readonly type: "Collect";
}

/** What the worker tells of a `Rerun`. If it succeeds, `Document` follows. */
export type RerunReport = { readonly type: "RerunBegun" } | { readonly type: "RerunFailed"; readonly message: string };
