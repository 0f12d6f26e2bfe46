/**
 * Everything the worker fetches, begun at once and checked against the hashes of the manifest. Pyodide's own
 * requests for the same files are answered from here.
 */

import type { Boot, CheckedFile } from "./manifest";

interface Download {
  /** As the network gave it, so that the browser can compile while it loads and keep the compiled code. */
  readonly response: Promise<Response>;
  /** Rejects when the content is not what the manifest says. */
  readonly bytes: Promise<Uint8Array>;
}

export class Downloads {
  readonly #known = new Map<string, Download>();
  readonly #runtime: Download[] = [];
  readonly #root: string;
  readonly #report: (loaded: number, total: number) => void;
  /** Rejects as soon as any download has failed; never resolves. */
  readonly failed: Promise<never>;
  #fail: (error: unknown) => void = () => {};
  #loaded = 0;
  #total = 0;

  readonly #snapshot: Download | undefined;

  constructor({ manifest, root, rehearsal }: Boot, report: (loaded: number, total: number) => void) {
    this.#root = root;
    this.#report = report;
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    for (const file of manifest.runtime.files) {
      this.#runtime.push(this.#begin(`${manifest.runtime.url}${file.name}`, file));
    }
    for (const image of manifest.images) this.#begin(image.url, { ...image, name: image.url });
    const { snapshot } = manifest;
    if (snapshot && !rehearsal)
      this.#snapshot = this.#begin(snapshot.url, { ...snapshot, name: snapshot.url }, () => {});
    this.#answerFetches();
  }

  image(url: string): Promise<Uint8Array> {
    const download = this.#known.get(this.#address(url));
    if (!download) throw new Error(`${url} is no part of this site.`);
    return download.bytes;
  }

  /** The site's snapshot; a site can do without, so that its failure is no failure of the start. */
  async snapshot(): Promise<Uint8Array> {
    if (!this.#snapshot) throw new Error("The site has no snapshot.");
    return this.#snapshot.bytes;
  }

  /** Pyodide has used its files while they were being checked; nothing goes on before that is done. */
  async verifyRuntime(): Promise<void> {
    await Promise.all(this.#runtime.map(({ bytes }) => bytes));
  }

  #address(url: string): string {
    return new URL(url, this.#root).href;
  }

  #begin(url: string, file: CheckedFile, fail = this.#fail): Download {
    this.#total += file.size;
    const address = this.#address(url);
    const response = fetch(address, canDigest() ? {} : { integrity: `sha256-${toBase64(file.sha256)}` });
    const copy = response.then((answer) => answer.clone());
    const bytes = copy.then((answer) => this.#read(answer, file));
    bytes.catch((error: unknown) => fail(error));
    const download = { response, bytes };
    this.#known.set(address, download);
    return download;
  }

  async #read(response: Response, { name, size, sha256 }: CheckedFile): Promise<Uint8Array> {
    if (!response.ok || !response.body) throw new Error(`${name}: the server answered ${response.status}.`);
    const bytes = new Uint8Array(size);
    let length = 0;
    const reader = response.body.getReader();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      if (length + chunk.value.length > size) throw new Error(`${name}: longer than the ${size} bytes expected.`);
      bytes.set(chunk.value, length);
      length += chunk.value.length;
      this.#count(chunk.value.length);
    }
    if (length < size) throw new Error(`${name}: only ${length} of ${size} bytes arrived.`);
    if (canDigest() && (await digest(bytes)) !== sha256) {
      throw new Error(`${name}: the content is not what was built (its sha256 differs). Reload the page.`);
    }
    return bytes;
  }

  /** Says how far it is, at each hundredth. */
  #count(bytes: number): void {
    const before = Math.floor((100 * this.#loaded) / this.#total);
    this.#loaded += bytes;
    if (Math.floor((100 * this.#loaded) / this.#total) > before) this.#report(this.#loaded, this.#total);
  }

  /** The fetch of this worker gives what is already on its way. */
  #answerFetches(): void {
    const fetchAnew = self.fetch.bind(self);
    self.fetch = (input, init) => {
      const url = input instanceof Request ? input.url : new URL(input, self.location.href).href;
      const known = this.#known.get(url);
      return known ? known.response.then((response) => response.clone()) : fetchAnew(input, init);
    };
  }
}

/** Only in secure contexts; elsewhere the browser itself checks, but then shows no progress. */
function canDigest(): boolean {
  return globalThis.crypto?.subtle !== undefined;
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function toBase64(hex: string): string {
  const bytes = hex.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
  return btoa(String.fromCharCode(...bytes));
}
