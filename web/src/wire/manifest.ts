/** The manifest of a site (docs/site-format.md): the page reads it from its own file and passes it to the worker. */

import { readCookie } from "../browser/cookie";
import { findPlace } from "../browser/place";
import type { Translation } from "../browser/translation";

export interface CheckedFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  /** Size of the content, in bytes, if the builder has compressed the file. */
  readonly unpacked?: number;
}

/** A file that Pyodide requests by name. If the builder has compressed it, `url` and `unpacked` are set. */
export interface RuntimeFile extends CheckedFile {
  readonly url?: string;
}

export interface SiteFile {
  readonly url: string;
  readonly size: number;
  readonly sha256: string;
  /** Size of the content, in bytes, if the builder has compressed the file (Zstandard): many hosts do not. */
  readonly unpacked?: number;
}

export interface PackedFile extends SiteFile {
  readonly unpacked: number;
}

export interface OfflineSettings {
  /** Address of the service worker. */
  readonly worker: string;
  /** Which version of the site this page is of. */
  readonly version: string;
}

/** How to reach a server that calls functions for the page. */
export interface BridgeSettings {
  /** null if the page sets it at run time. */
  readonly url: string | null;
  readonly timeoutMs: number;
  readonly credentials: RequestCredentials;
}

export interface Image extends SiteFile {
  readonly mount: string;
  /** The files that a start from the snapshot does not need. */
  readonly rest?: PackedFile;
  /** Large files of the app, which are fetched when they are read: path below the mount -> file. */
  readonly shared?: Readonly<Record<string, SiteFile>>;
}

/** Path below the site's root -> size in bytes, and hash (`integrity` in build/pyrt_build/site/manifest.py). */
export type KnownSheets = Readonly<Record<string, readonly [size: number, integrity: string]>>;

/** How Python runs the app; the page only passes it on (`Launch` in pyrt/model/environment.py). */
export type Launch = Readonly<Record<string, unknown>>;

export interface Manifest {
  readonly pyrt: string;
  readonly pyodide: string;
  readonly debug: boolean;
  readonly entry: string;
  readonly launch?: Launch;
  readonly page: string;
  readonly worker: string;
  /** Hash of the worker's script; missing in a site without Python. */
  readonly workerIntegrity?: string;
  /** `lockUrl` is separate because Pyodide's own files may stay on their CDN. */
  readonly runtime: { readonly url: string; readonly lockUrl: string; readonly files: readonly RuntimeFile[] };
  readonly images: readonly Image[];
  /** Missing if the site was built without a rehearsal. */
  readonly snapshot?: PackedFile | null;
  readonly packages: readonly string[];
  readonly path: readonly string[];
  readonly packagesUrl: string;
  readonly plotlyUrl: string | null;
  readonly assetsUrl: string;
  readonly react: readonly string[];
  readonly bridge?: BridgeSettings;
  /** Callbacks that the server calls, as `module:function`. */
  readonly server?: readonly string[];
  /** Modules that only the server has, although the app imports them. */
  readonly serverOnly?: readonly string[];
  /** The largest result of a callback, in bytes; missing: the default. */
  readonly maxResult?: number;
  /** The script that offers the app's callbacks to the browser's agent; missing if the app has not asked for it. */
  readonly agents?: string;
  /** Origins whose pages may use the app's props, if they have it in a frame. */
  readonly embedOrigins?: readonly string[];
  /** Addresses of the app's own server, which the site does not have: `/report/<name>`. */
  readonly routes?: readonly string[];
  /** The stylesheets as they were built; missing if there are none. */
  readonly sheets?: KnownSheets;
  /** Of a site that was built with `--offline`. */
  readonly offline?: OfflineSettings;
}

/** The JSON that `pyrt.worker.boot` takes (docs/wire.md). */
export interface Environment {
  readonly entry: string;
  readonly debug: boolean;
  readonly base: string;
  readonly location: { href: string; origin: string; pathname: string; search: string; hash: string };
  readonly cookie: string;
  readonly userAgent: string;
  readonly language: string;
  readonly referrer: string;
  readonly packagesUrl: string;
  readonly plotlyUrl: string | null;
  readonly assetsUrl: string;
  /** Whether the page has job workers. */
  readonly jobs: boolean;
  /** Whether the page knows a server. */
  readonly bridge: boolean;
  /** Callbacks that the server calls, as `module:function`. */
  readonly server: readonly string[];
  /** Modules that are replaced by stubs. */
  readonly serverOnly: readonly string[];
  readonly launch: Launch;
  readonly maxResult?: number;
  /** Whether synchronous Python can wait for asynchronous code. The worker adds it. */
  readonly switching?: boolean;
}

/** The first message that the page posts to the worker; batches follow. */
export interface Boot {
  readonly type: "Boot";
  readonly manifest: Manifest;
  /** Absolute address of the site's root; a worker only knows its own address. */
  readonly root: string;
  readonly environment: Environment;
  /** Missing where all is English. */
  readonly translation?: Translation;
  /** A job worker calls functions of background callbacks and has no layout. */
  readonly role?: "job";
  /**
   * Only in the build's rehearsal. With `imports`: import these modules and post a snapshot instead of running the
   * app. Without: run the app and report what its start has used.
   */
  readonly rehearsal?: { readonly imports?: readonly string[] };
}

/** Posted when the initial callbacks have run and are drawn: the worker may fetch deferred files. */
export interface Idle {
  readonly type: "Idle";
}

/**
 * Posted to each new worker. Over the port the page asks whether it answers. The worker holds the lock as long as it
 * lives, also while Python computes; it posts `"held"` to the port when it has it. It lets go of it when the page posts
 * `"release"`.
 */
export interface Lifeline {
  readonly type: "Lifeline";
  readonly port: MessagePort;
  readonly lock: string;
}

export function readManifest(): Manifest {
  const element = document.getElementById("pyrt-manifest");
  if (!element?.textContent) throw new Error("The page has no pyrt-manifest: it was not made by `pyrt build`.");
  return JSON.parse(element.textContent) as Manifest;
}

/** The site's root, from the page's `data-root` ("./" or "../"). */
export function siteRoot(): URL {
  return new URL(document.documentElement.dataset.root ?? "./", document.baseURI);
}

/** The address of the folder with packages and scripts: the root, or the one above it, which sites beside each other share. */
export function sharedFolder({ packagesUrl }: Pick<Manifest, "packagesUrl">, root: URL): string {
  return new URL(`${packagesUrl}..`, root).href;
}

/** The addresses of the folders that have the site's files. */
export function siteFolders(manifest: Pick<Manifest, "packagesUrl">, root: URL): readonly string[] {
  return [root.href, sharedFolder(manifest, root)];
}

/** The name of a file below the folder that has it: `pkg/style.css`. Undefined for files of other sites. */
export function nameOfFile(address: string, folders: readonly string[]): string | undefined {
  const folder = folders.find((each) => address.startsWith(each));
  return folder === undefined ? undefined : decodeURI(address.slice(folder.length)).replace(/[?#].*/, "");
}

/** The server's address. `window.__pyrt_bridge__` takes precedence, so that one build can use different servers. */
export function bridgeUrl({ bridge }: Manifest, root: URL): string | undefined {
  const given = (window as { __pyrt_bridge__?: unknown }).__pyrt_bridge__;
  const url = typeof given === "string" && given ? given : bridge?.url;
  return url ? new URL(url, root).href.replace(/\/+$/, "") : undefined;
}

export function describeEnvironment(manifest: Manifest, root: URL): Environment {
  return {
    entry: manifest.entry,
    debug: manifest.debug,
    base: root.pathname,
    location: describeLocation(),
    cookie: readCookie(),
    userAgent: navigator.userAgent,
    language: navigator.language,
    referrer: document.referrer,
    packagesUrl: manifest.packagesUrl,
    plotlyUrl: manifest.plotlyUrl,
    assetsUrl: manifest.assetsUrl,
    jobs: true,
    bridge: bridgeUrl(manifest, root) !== undefined,
    server: manifest.server ?? [],
    serverOnly: manifest.serverOnly ?? [],
    launch: manifest.launch ?? {},
    ...(manifest.maxResult !== undefined && { maxResult: manifest.maxResult }),
  };
}

export function describeLocation(): Environment["location"] {
  const { href, origin, pathname, search, hash } = findPlace();
  return { href, origin, pathname, search, hash };
}
