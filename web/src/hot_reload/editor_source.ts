/**
 * The frame of a playground: its app comes from the page that has it in a frame, or stands in the page itself, if that
 * was downloaded from a playground (docs/playground.md).
 *
 * Whoever sends an app runs code here. So messages count only where this page has no origin (a frame with `sandbox`,
 * without `allow-same-origin`): else any page could run code with the rights of the host's origin.
 */

import { addSiteFile } from "../browser/place";
import type { ErrorLog, ErrorReport } from "../session/errors";
import type { Changes } from "../wire/hot_reload";
import type { Image, Manifest } from "../wire/manifest";
import type { AddedPackage, AppError, EditedApp, FrameMessage, RunMessage } from "../wire/playground";
import { packImage, sha256Of } from "./app_image";
import type { ChangeSource, DevManifest, RunReport, VersionNotice } from "./change_source";

/** What stands in the manifest in place of a server's name. */
export const editorName = "editor";

type Bytes = Uint8Array<ArrayBuffer>;
type Told = FrameMessage extends infer M ? (M extends unknown ? Omit<M, "pyrtPlayground"> : never) : never;

interface Version {
  /** Number of the message that it came with; 0 without one. */
  readonly run: number;
  readonly files: ReadonlyMap<string, Bytes>;
  readonly packages: readonly string[];
  readonly manifest: Manifest;
}

/** JSON in a page that was downloaded: an `EditedApp`, with bytes in base64. */
const sourceId = "pyrt-source";
const mount = "/app";
/** Modules of packages are told from the app's by this part of their paths (pyrt/model/failures.py). */
const packagesMount = "/pyrt/added/site-packages";
const assets = "assets/";
const urlOf = (version: number, path: string): string => `${version}/${path}`;

export class EditorSource implements ChangeSource {
  readonly #first: DevManifest;
  readonly #host: Pick<Window, "postMessage"> | undefined;
  readonly #versions = new Map<number, Version>();
  readonly #apps = new Map<number, EditedApp & { readonly run: number }>();
  /** For these the page is loaded anew, and runs them then. */
  readonly #postponed = new Set<number>();
  #notify: (notice: VersionNotice) => void = () => {};
  #latest: number;

  constructor(manifest: DevManifest, host: Pick<Window, "postMessage"> | undefined = hostPage()) {
    // The page's own manifest changes with each version.
    this.#first = { ...manifest };
    this.#host = host;
    this.#latest = manifest.dev.version;
    this.#versions.set(this.#latest, { run: 0, files: new Map(), packages: [], manifest: this.#first });
  }

  listen(notify: (notice: VersionNotice) => void): void {
    this.#notify = notify;
    const source = document.getElementById(sourceId)?.textContent;
    if (source) {
      this.#add({ ...readSource(source), run: 0 });
      return;
    }
    if (!this.#host) return;
    if (self.origin !== "null") {
      console.error(`pyrt: this page runs code of others only in a frame with sandbox="allow-scripts".`);
      return;
    }
    addEventListener("message", ({ source: sender, data }: MessageEvent<RunMessage | null>) => {
      if (sender === this.#host && data?.pyrtPlayground === 1 && data.type === "run") this.#add(data);
    });
    this.#tell({ type: "waiting" });
  }

  async changes(files: number, seen: number): Promise<Changes> {
    const version = this.#latest;
    const [old, page] = [this.#versions.get(files), this.#versions.get(seen)];
    if (!old || !page) throw new Error(`There is no version ${old ? seen : files}.`);
    const made = await this.#make(version);
    const changed = [...new Set([...old.files.keys(), ...made.files.keys()])].filter(
      (path) => !isSame(old.files.get(path), made.files.get(path)),
    );
    const isFirst = seen === this.#first.dev.version;
    const stale = isFirst ? undefined : [...page.files.keys()].find((path) => isChangedAsset(path, page, made));
    if (stale) this.#postponed.add(version);
    return {
      version,
      ...(stale && { reload: `the page has another ${stale}` }),
      manifest: made.manifest,
      files: changed.map((path) => ({
        path: `${mount}/${path}`,
        url: made.files.has(path) ? urlOf(version, path) : null,
      })),
      styles: [],
      scripts: [],
      media: [],
      restart: old.packages.join() !== made.packages.join(),
      rerun: true,
    };
  }

  async content(url: string): Promise<ArrayBuffer> {
    const [version = "", ...path] = url.split("/");
    const content = this.#versions.get(Number(version))?.files.get(path.join("/"));
    if (!content) throw new Error(`There is no ${url}.`);
    return content.slice().buffer;
  }

  report({ version, ok, ms, message }: RunReport): void {
    if (this.#postponed.has(version)) return;
    this.#tell({ type: "ran", run: this.#versions.get(version)?.run ?? 0, ms, error: ok ? null : message });
  }

  /** A frame of a file that the browser made cannot load that again in all browsers. */
  loadAnew(): boolean {
    this.#tell({ type: "reload" });
    return this.#host !== undefined;
  }

  watchErrors(errors: ErrorLog): boolean {
    errors.subscribe(() => {
      const { frontEnd, backEnd } = errors.state;
      this.#tell({ type: "errors", errors: [...backEnd, ...frontEnd].map(describe) });
    });
    return this.#host !== undefined;
  }

  #add(app: EditedApp & { readonly run: number }): void {
    this.#latest += 1;
    this.#apps.set(this.#latest, app);
    this.#notify({ server: editorName, version: this.#latest });
  }

  /** The version's files become files of the site, for workers that are started later; the page finds its assets. */
  async #make(version: number): Promise<Version> {
    const known = this.#versions.get(version);
    const app = this.#apps.get(version);
    if (known || !app) return known as Version;
    const files = new Map(Object.entries(app.files).map(([path, text]) => [path, new TextEncoder().encode(text)]));
    const image = packImage(files);
    const own = await this.#addImage(`pyrt/app-${version}.img`, mount, image);
    const added = await Promise.all(app.packages.map((each) => this.#addPackage(each)));
    for (const [path, content] of files) if (path.startsWith(assets)) addSiteFile(path, content);
    const manifest = {
      ...this.#first,
      images: [...this.#first.images.map((each) => (each.mount === mount ? own : each)), ...added],
      path: [...this.#first.path, ...added.map((each) => each.mount)],
      dev: { server: editorName, version },
    };
    const made = { run: app.run, files, packages: app.packages.map(({ name }) => name).sort(), manifest };
    this.#versions.set(version, made);
    for (const number of this.#apps.keys()) if (number <= version) this.#apps.delete(number);
    return made;
  }

  async #addPackage({ name, image, unpacked, page }: AddedPackage): Promise<Image> {
    for (const [path, content] of page) addSiteFile(`${this.#first.packagesUrl}${path}`, new Uint8Array(content));
    return this.#addImage(`pyrt/added-${name}.img`, `${packagesMount}/${name}`, new Uint8Array(image), unpacked);
  }

  async #addImage(url: string, at: string, content: Bytes, unpacked?: number): Promise<Image> {
    addSiteFile(url, content);
    const described = { url, mount: at, size: content.length, sha256: await sha256Of(content) };
    return unpacked === undefined ? described : { ...described, unpacked };
  }

  #tell(message: Told): void {
    this.#host?.postMessage({ pyrtPlayground: 1, ...message } as FrameMessage, "*");
  }
}

function hostPage(): Window | undefined {
  return parent === window ? undefined : parent;
}

function describe({ error: { message, html, stack }, isAdvice = false }: ErrorReport): AppError {
  return { title: message, text: html ?? stack ?? "", isAdvice };
}

function isChangedAsset(path: string, page: Version, made: Version): boolean {
  return path.startsWith(assets) && !isSame(page.files.get(path), made.files.get(path));
}

function isSame(one: Bytes | undefined, other: Bytes | undefined): boolean {
  if (!one || !other) return one === other;
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** What `sourceOf` in playground/one_file.ts writes. */
function readSource(text: string): EditedApp {
  const { files, packages } = JSON.parse(text) as {
    files: Record<string, string>;
    packages: readonly { name: string; image: string; unpacked?: number; page: readonly [string, string][] }[];
  };
  const bytes = (base64: string): ArrayBuffer => Uint8Array.from(atob(base64), (each) => each.charCodeAt(0)).buffer;
  return {
    files,
    packages: packages.map(({ image, page, ...rest }) => ({
      ...rest,
      image: bytes(image),
      page: page.map(([path, content]) => [path, bytes(content)] as const),
    })),
  };
}
