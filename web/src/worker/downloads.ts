/**
 * Everything the worker fetches: the files of the start, requested at once, and deferred ones. All content is checked
 * against the hashes of the manifest, and what fails is requested again (files/). File names change with their
 * content, so a cached file is never requested again, whatever the host's caching headers say.
 */

import { FileFailure } from "../files/attempts";
import { type PieceOptions, readPieces } from "../files/pieces";
import { type Bytes, Decoder, Unpacking, unpack } from "../files/zstd";
import type { Boot, CheckedFile, PackedFile, RuntimeFile, SiteFile } from "../wire/manifest";
import type { PackAddress } from "./image_fs";
import { LargeFile, type ReportPart } from "./large_files";
import { freeBytes } from "./memory";
import { PackedWasmDownload, PlainDownload, type Read, type RuntimeDownload } from "./runtime_download";
import { requestSync } from "./sync_requests";

/** The network or the browser's cache returned something else than what was built. */
export class WrongContent extends FileFailure {}

/** What is told while files load. */
export interface DownloadReports {
  /** Bytes of all files of the start. */
  readonly progress: (loaded: number, total: number) => void;
  /** Python reads a file, and is blocked meanwhile. */
  readonly file?: ReportPart;
  /** A file is stalled, or goes on. */
  readonly stall?: (failure: FileFailure | undefined) => void;
}

export class Downloads {
  readonly #runtime = new Map<string, RuntimeDownload>();
  readonly #files = new Map<string, Promise<Bytes>>();
  readonly #provided = new Map<string, () => Promise<Response>>();
  readonly #root: string;
  /** The browser's own, which no download answers. */
  readonly #fetch = self.fetch.bind(self);
  readonly #reports: DownloadReports;
  readonly #reportRead: ReportPart = (...part) => this.#reports.file?.(...part);
  #needsNewStart = false;
  /** Rejects when a download fails that the start needs; never resolves. */
  readonly failed: Promise<never>;
  #fail: (error: unknown) => void = () => {};
  #loaded = 0;
  #total = 0;

  constructor({ manifest, root, rehearsal }: Boot, reports: DownloadReports) {
    this.#root = root;
    this.#reports = reports;
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    for (const file of manifest.runtime.files) {
      this.#beginRuntime(manifest.runtime.url, file);
    }
    for (const image of manifest.images) this.#begin(image, this.#fail);
    // The start works without a snapshot, so a failure of this download is not fatal.
    if (manifest.snapshot && !rehearsal?.imports) this.#begin(manifest.snapshot, () => {});
    this.#answerFetches();
  }

  /**
   * Whether a file that Pyodide uses while it loads has come right after Pyodide had got something else. If the start
   * has failed, another one in a new worker may succeed.
   */
  get needsNewStart(): boolean {
    return this.#needsNewStart;
  }

  /** The decompressed content of a file that was requested at the start. Can be called once for each file. */
  async take(url: string): Promise<Bytes> {
    const content = this.#files.get(url);
    if (!content) throw new Error(`${url} is no part of this site.`);
    this.#files.delete(url);
    return content;
  }

  deferred(file: PackedFile): DeferredFile {
    return new DeferredFile(this.#address(file.url), file, () => this.#requestNow(file));
  }

  /** Files that are fetched together when one of them is read. */
  pack([url, size, unpacked]: PackAddress): PackFile {
    return new PackFile(() => this.#requestNow({ url, size }), unpacked);
  }

  /** The decompressed content of a file that was taken before and given back; blocks until it has arrived. */
  fetchAgain({ url, size, unpacked }: SiteFile): Bytes {
    const bytes = this.#requestNow({ url, size });
    return unpacked === undefined ? bytes : unpack(bytes, unpacked);
  }

  /** A file that is fetched when it is read: in ranges if it is large. */
  large(path: string, { url, size }: Pick<SiteFile, "url" | "size">): LargeFile {
    const address = this.#address(url);
    return new LargeFile(path, size, (range) => requestSync(address, size, range), this.#reportRead);
  }

  /** The bytes of a file as the host has it; blocks until they have arrived. */
  #requestNow({ url, size }: Pick<SiteFile, "url" | "size">): Bytes {
    this.#reportRead(url, 0, size, true);
    try {
      return requestSync(this.#address(url), size).bytes;
    } finally {
      this.#reportRead(url, 0, size, false);
    }
  }

  /** Answers requests of this worker for an address that no host has. */
  provide(address: string, answer: () => Promise<Response>): void {
    this.#provided.set(address, answer);
  }

  /** Pyodide uses its files while they are being checked. Wait here before anything else runs. */
  async verifyRuntime(): Promise<void> {
    await Promise.all(Array.from(this.#runtime.values(), ({ checked }) => checked));
  }

  /** Lets go of what only a start needs; Pyodide requests its files again if there is another. */
  release(): void {
    for (const download of this.#runtime.values()) download.release();
    this.#runtime.clear();
    this.#files.clear();
  }

  #address(url: string): string {
    return new URL(url, this.#root).href;
  }

  #beginRuntime(folder: string, file: RuntimeFile): void {
    this.#total += file.size;
    const name = file.url ?? `${folder}${file.name}`;
    const address = this.#address(`${folder}${file.name}`);
    const source = this.#address(name);
    const request = () => this.#fetch(source, { ...integrity(file), cache: "force-cache" });
    const read: Read = async (take, onResponse) => {
      let answers = 0;
      const notice = (response: Response): Response => {
        answers += 1;
        return onResponse(response);
      };
      try {
        const bytes = await this.#read(source, { ...file, name }, take, { cache: "force-cache", onResponse: notice });
        if (answers > 1) this.#needsNewStart = true;
        return bytes;
      } catch (error) {
        // Renewed in the cache, so that the next start does not read it again.
        if (error instanceof WrongContent) await this.#renew(source);
        throw error;
      }
    };
    const download =
      file.unpacked === undefined ? new PlainDownload(request, read) : new PackedWasmDownload(file.unpacked, read);
    download.checked.catch((error: unknown) => this.#fail(error));
    this.#runtime.set(address, download);
  }

  #begin(file: SiteFile, fail: (error: unknown) => void): void {
    this.#total += file.size;
    const content = this.#open(file, "force-cache").catch((error: unknown) => {
      if (error instanceof WrongContent) return this.#open(file, "reload");
      throw error;
    });
    content.catch(fail);
    this.#files.set(file.url, content);
  }

  /** Decompresses while the file loads. The result counts only if the compressed bytes are correct. */
  async #open(file: SiteFile, cache: RequestCache): Promise<Bytes> {
    const address = this.#address(file.url);
    const checked = { ...file, name: file.url };
    if (file.unpacked === undefined) return this.#read(address, checked, () => {}, { cache });
    const unpacking = new Unpacking(file.unpacked);
    freeBytes(await this.#read(address, checked, (piece) => unpacking.push(piece), { cache }));
    return unpacking.end();
  }

  #read(address: string, file: CheckedFile, take: (piece: Bytes) => void, options: PieceOptions): Promise<Bytes> {
    const count = (piece: Bytes): void => {
      this.#count(piece.length);
      take(piece);
    };
    const onStall = (failure: FileFailure | undefined): void => this.#reports.stall?.(failure);
    return readChecked(address, file, count, { ...options, send: this.#fetch, onStall });
  }

  /** Replaces a file in the browser's cache. */
  async #renew(address: string): Promise<void> {
    this.#needsNewStart = true;
    try {
      await (await this.#fetch(address, { cache: "reload" })).arrayBuffer();
    } catch {
      // The next start will say what is wrong with it.
    }
  }

  /** Reports the progress each time it reaches another percent. */
  #count(bytes: number): void {
    const before = Math.floor((100 * this.#loaded) / this.#total);
    this.#loaded = Math.min(this.#total, this.#loaded + bytes);
    if (Math.floor((100 * this.#loaded) / this.#total) > before) this.#reports.progress(this.#loaded, this.#total);
  }

  /** Replaces `fetch` in this worker: it returns the downloads already requested. */
  #answerFetches(): void {
    self.fetch = (input, init) => {
      const url = input instanceof Request ? input.url : new URL(input, self.location.href).href;
      const provided = this.#provided.get(url);
      if (provided) return provided();
      const known = this.#runtime.get(url);
      return known ? known.answer() : this.#fetch(input, init);
    };
  }
}

/**
 * A compressed file that is not needed for the start. It is fetched when the page is idle and kept compressed. If its
 * content is needed sooner, the worker blocks until it has arrived.
 */
export class DeferredFile {
  readonly #address: string;
  readonly #file: PackedFile;
  /** Fulfilled when `#arrived` or `#content` is set. */
  #packed: Promise<void> | undefined;
  /** The compressed file until it is unpacked. */
  #arrived: Bytes | undefined;
  #content: Bytes | undefined;
  readonly #requestNow: () => Bytes;

  /** `requestNow` blocks until the file has arrived. */
  constructor(address: string, file: PackedFile, requestNow: () => Bytes) {
    this.#address = address;
    this.#file = file;
    this.#requestNow = requestNow;
  }

  /** Starts to fetch it with low priority. */
  fetch(): Promise<void> {
    this.#packed ??= this.#fetch();
    return this.#packed;
  }

  async content(): Promise<Bytes> {
    if (!this.#content) await this.fetch();
    return this.contentSync();
  }

  contentSync(): Bytes {
    return this.#content ?? this.#unpack(this.#arrived ?? this.#requestNow());
  }

  #unpack(packed: Bytes): Bytes {
    this.#content = unpack(packed, this.#file.unpacked);
    this.#arrived = undefined;
    this.#packed = Promise.resolve();
    return this.#content;
  }

  async #fetch(): Promise<void> {
    const file = { ...this.#file, name: this.#file.url };
    const read = (cache: RequestCache) =>
      readChecked(this.#address, file, () => {}, { cache, init: { priority: "low" } });
    this.#arrived = await read("force-cache").catch((error: unknown) => {
      if (error instanceof WrongContent) return read("reload");
      throw error;
    });
  }
}

/** The content of a pack; it is kept once it was read. */
export class PackFile {
  readonly #requestNow: () => Bytes;
  readonly #unpacked: number;
  #content: Bytes | undefined;

  constructor(requestNow: () => Bytes, unpacked: number) {
    this.#requestNow = requestNow;
    this.#unpacked = unpacked;
  }

  contentSync(): Bytes {
    this.#content ??= this.#fetch();
    return this.#content;
  }

  #fetch(): Bytes {
    const bytes = this.#requestNow();
    return this.#unpacked ? unpack(bytes, this.#unpacked) : bytes;
  }
}

/** Returns the bytes of a file, which `take` gets piece by piece while they arrive, before they are checked. */
async function readChecked(
  address: string,
  file: CheckedFile,
  take: (piece: Bytes) => void,
  options: PieceOptions,
): Promise<Bytes> {
  const bytes = new Uint8Array(file.size);
  let length = 0;
  const takePiece = (piece: Bytes): void => {
    bytes.set(piece, length);
    length += piece.length;
    take(piece);
    freeBytes(piece);
  };
  await readPieces(address, file, takePiece, options);
  if (await isAsBuilt(address, bytes, file, options.send)) return bytes;
  throw new WrongContent(file.name, "the content is not what was built (its sha256 differs). Reload the page.");
}

/**
 * Where there are no digests, what the builder has compressed is compared with its checksum. All else is checked by the
 * browser, from its cache: it would give no piece of a file that it checks, so that a stalled one could not be told.
 */
async function isAsBuilt(address: string, bytes: Bytes, file: CheckedFile, send = self.fetch): Promise<boolean> {
  if (canDigest()) return (await digest(bytes)) === file.sha256;
  if (file.unpacked !== undefined) return hasItsChecksum(bytes);
  const signal = AbortSignal.timeout(longestLookMs);
  try {
    await (await send(address, { ...integrity(file), cache: "force-cache", signal })).arrayBuffer();
    return true;
  } catch {
    return signal.aborted; // the host gives it again, slowly
  }
}

/** The browser takes no longer to check what is in its cache, in ms. */
const longestLookMs = 4000;

function hasItsChecksum(packed: Bytes): boolean {
  const decoder = new Decoder(() => {});
  try {
    decoder.push(packed);
    return decoder.isComplete;
  } catch {
    return false;
  } finally {
    decoder.close();
  }
}

/** Digests exist in secure contexts only: on https and localhost. */
function canDigest(): boolean {
  return globalThis.crypto?.subtle !== undefined;
}

function integrity({ sha256 }: { sha256: string }): RequestInit {
  return canDigest() ? {} : { integrity: `sha256-${toBase64(sha256)}` };
}

async function digest(bytes: Bytes): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function toBase64(hex: string): string {
  const bytes = hex.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
  return btoa(String.fromCharCode(...bytes));
}
