/** A site whose files are bytes in memory: which address means which file, and addresses that a browser can load. */

import type { Addresses } from "./addresses";
import type { Archive } from "./archive";
import { rewriteScript, rewriteScriptFile, rewriteStyle } from "./rewriting";
import type { Bytes } from "./text";

const types: Readonly<Record<string, string>> = {
  css: "text/css",
  csv: "text/csv",
  gif: "image/gif",
  html: "text/html",
  ico: "image/x-icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript",
  json: "application/json",
  mjs: "text/javascript",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  otf: "font/otf",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  ttf: "font/ttf",
  txt: "text/plain",
  wasm: "application/wasm",
  webm: "video/webm",
  webp: "image/webp",
  woff: "font/woff",
  woff2: "font/woff2",
};

export function typeOf(name: string): string {
  return types[name.slice(name.lastIndexOf(".") + 1).toLowerCase()] ?? "application/octet-stream";
}

export class EmbeddedSite implements Addresses {
  /** Address of the root, with a slash at its end. No host has it. */
  readonly root: string;
  readonly archive: Archive;
  readonly #base: () => string;
  readonly #blobs = new Map<string, string>();

  /** `base` gives the address that relative ones are relative to. */
  constructor(root: string, archive: Archive, base: () => string = () => root) {
    this.root = root;
    this.archive = archive;
    this.#base = base;
  }

  /** The absolute form of an address; undefined if it is none. */
  resolve(address: string, base = this.#base()): URL | undefined {
    try {
      return new URL(address, base);
    } catch {
      return undefined;
    }
  }

  /** The path below the root that an address means, whether there is such a file or not; undefined outside of the site. */
  pathOf(address: string, base?: string): string | undefined {
    const url = this.resolve(address, base);
    if (!url?.href.startsWith(this.root)) return undefined;
    try {
      return decodeURIComponent(url.pathname.slice(new URL(this.root).pathname.length));
    } catch {
      return undefined;
    }
  }

  /** The file that an address means. */
  nameOf(address: string, base?: string): string | undefined {
    const path = this.pathOf(address, base);
    return path !== undefined && this.archive.has(path) ? path : undefined;
  }

  addressOf(name: string): string {
    return `${this.root}${encodeURI(name)}`;
  }

  numberOf(name: string): number {
    return this.archive.files.findIndex((file) => file.name === name);
  }

  /** The address of a file by its number. */
  addressAt(number: number): string {
    return this.addressOf(this.archive.files[number]?.name ?? "");
  }

  /** The content of a file as scripts, pages and styles of this site need it. */
  content(name: string): Bytes | string {
    const type = typeOf(name);
    const bytes = this.archive.bytes(name);
    if (type === "text/javascript") return rewriteScript(new TextDecoder().decode(bytes), this, name);
    if (type === "text/css") return rewriteStyle(new TextDecoder().decode(bytes), this, this.addressOf(name));
    return bytes;
  }

  /** The same in parts. */
  #parts(name: string): (Bytes | string)[] {
    if (typeOf(name) !== "text/javascript") return [this.content(name)];
    return rewriteScriptFile(this.archive.bytes(name), this, name);
  }

  /** An address under which the browser itself loads a file. Valid as long as the page. */
  blobOf(name: string): string {
    const known = this.#blobs.get(name);
    if (known !== undefined) return known;
    this.#blobs.set(name, this.addressOf(name)); // where files import each other in a circle
    // Else scripts and styles would be read in the encoding of the page.
    const type = typeOf(name).replace(/^text\/.*/, "$&;charset=utf-8");
    const made = URL.createObjectURL(new Blob(this.#parts(name), { type }));
    this.#blobs.set(name, made);
    return made;
  }

  /** The answer to a request for a path below the root, as that of a host; it waits for a file that has not come yet. */
  async answer(path: string): Promise<Response> {
    if (!this.archive.has(path)) return new Response("", { status: 404, statusText: "Not Found" });
    await this.archive.arrived(path);
    const bytes = this.archive.bytes(path);
    const headers = { "Content-Type": typeOf(path), "Content-Length": String(bytes.length) };
    return new Response(bytes, { headers });
  }
}
