/** The manifest of a site (docs/site-format.md), as main.ts finds it in the page and hands it to the worker. */

export interface CheckedFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** A file that Pyodide asks for by its name; with a `url` where the builder has compressed it. */
export interface RuntimeFile extends CheckedFile {
  readonly url?: string;
}

export interface SiteFile {
  readonly url: string;
  readonly size: number;
  readonly sha256: string;
  /** The length of its content, where the builder has compressed it, because many hosts would not: Zstandard. */
  readonly unpacked?: number;
}

export interface PackedFile extends SiteFile {
  readonly unpacked: number;
}

/** How a server is reached that calls functions for the page. */
export interface BridgeSettings {
  /** null where only the page knows it, at run time. */
  readonly url: string | null;
  readonly timeoutMs: number;
  readonly credentials: RequestCredentials;
}

export interface Image extends SiteFile {
  readonly mount: string;
  /** The bytes of the files that a start from the snapshot does not need. */
  readonly rest?: PackedFile;
  /** Path below the mount -> a file of the page that stands there, too. */
  readonly shared?: Readonly<Record<string, SiteFile>>;
}

export interface Manifest {
  readonly pyrt: string;
  readonly pyodide: string;
  readonly debug: boolean;
  readonly entry: string;
  readonly page: string;
  readonly worker: string;
  /** `lockUrl` is apart, because Pyodide's own files may stay on their CDN. */
  readonly runtime: { readonly url: string; readonly lockUrl: string; readonly files: readonly RuntimeFile[] };
  readonly images: readonly Image[];
  /** Absent when the site was built without a rehearsal. */
  readonly snapshot?: PackedFile | null;
  readonly packages: readonly string[];
  readonly path: readonly string[];
  readonly packagesUrl: string;
  readonly plotlyUrl: string | null;
  readonly assetsUrl: string;
  readonly react: readonly string[];
  readonly bridge?: BridgeSettings;
  /** Callbacks that a server is to call, as `module:function`. */
  readonly server?: readonly string[];
  /** Modules that exist only there, and that the app imports all the same. */
  readonly serverOnly?: readonly string[];
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
  /** Whether the page has workers for background callbacks. */
  readonly jobs: boolean;
  /** Whether it knows a server. */
  readonly bridge: boolean;
  /** What is to be called there, as `module:function`. */
  readonly server: readonly string[];
  /** Modules in whose place stand-ins are to be. */
  readonly serverOnly: readonly string[];
}

/** The first thing the page posts to the worker; batches follow. */
export interface Boot {
  readonly type: "Boot";
  readonly manifest: Manifest;
  /** Absolute address of the site's root; a worker knows only its own. */
  readonly root: string;
  readonly environment: Environment;
  /** A worker for jobs calls functions of background callbacks, and has no page. */
  readonly role?: "job";
  /**
   * In the build's rehearsal only: instead of running the app, import these modules and post a snapshot; without any,
   * run the app and tell what its start has used.
   */
  readonly rehearsal?: { readonly imports?: readonly string[] };
}

/** Posted when the initial callbacks have run and are drawn: time for what nobody waits for. */
export interface Idle {
  readonly type: "Idle";
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

/** Where the server is. `window.__pyrt_bridge__` wins, so that one site can be hosted beside many servers. */
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
    cookie: document.cookie,
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
  };
}

export function describeLocation(): Environment["location"] {
  const { href, origin, pathname, search, hash } = window.location;
  return { href, origin, pathname, search, hash };
}
