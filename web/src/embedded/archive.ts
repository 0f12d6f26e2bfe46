/** The files of a site that stand in its page: their index, and their content when it is asked for. */

import { shareDecoder, unpack } from "../files/zstd";
import { type Bytes, decodeText } from "./text";

/** The decoder of all others (build/pyrt_build/single_file/decoder.py). */
const decoder = "pyrt/zstd.wasm";

/** A file in the index. The builder writes it (build/pyrt_build/single_file/pack.py). */
export interface EmbeddedFile {
  /** Path below the site's root. */
  readonly name: string;
  /** Of the content, in bytes. */
  readonly size: number;
  /** Bytes in the page, if the content is compressed there (Zstandard, with a checksum). */
  readonly packed?: number;
}

/** What stands in the page for a file: its text in the form of text.ts, what reads that, or bytes. */
type Stored = string | Bytes | (() => string);

export class Archive {
  readonly #files = new Map<string, EmbeddedFile>();
  readonly #contents: Map<string, Stored>;

  constructor(files: readonly EmbeddedFile[], contents: Iterable<readonly [name: string, content: Stored]>) {
    for (const file of files) this.#files.set(file.name, file);
    this.#contents = new Map(contents);
    if (this.has(decoder)) shareDecoder(this.bytes(decoder));
  }

  get files(): readonly EmbeddedFile[] {
    return [...this.#files.values()];
  }

  /** All contents, for another thread. */
  get contents(): [name: string, content: string | Bytes][] {
    return [...this.#contents].map(([name, content]) => [name, typeof content === "function" ? content() : content]);
  }

  /** A file that has come later, in place of an older one. */
  add(file: EmbeddedFile, content: Bytes): void {
    this.#files.set(file.name, file);
    this.#contents.set(file.name, content);
  }

  has(name: string): boolean {
    return this.#files.has(name);
  }

  /**
   * The content of a file.
   *
   * @throws Error if there is no such file, or it is damaged.
   */
  bytes(name: string): Bytes {
    const file = this.#files.get(name);
    if (!file) throw new Error(`${name} is not in this page.`);
    try {
      const stored = this.#stored(file);
      return file.packed === undefined ? stored : unpack(stored, file.size);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${name} is damaged in this file (${reason}). Get the file again, from where it came.`);
    }
  }

  /** The bytes in the page. Where the text is the archive's own, they take its place: it needs twice their memory. */
  #stored({ name, size, packed = size }: EmbeddedFile): Bytes {
    const content = this.#contents.get(name);
    if (content === undefined) throw new Error("it is missing");
    if (typeof content === "function") return decodeText(content(), packed);
    if (typeof content !== "string") return content;
    const bytes = decodeText(content, packed);
    this.#contents.set(name, bytes);
    return bytes;
  }
}
