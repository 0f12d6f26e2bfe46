/**
 * The files of a site that stand in its page: their index, and their content when it is asked for. A browser may still
 * read the page, and files come one after the other.
 */

import { translate } from "../browser/translation";
import { shareDecoder, unpack } from "../files/zstd";
import { type Bytes, decodeText } from "./text";

/** The decoder of all others (build/pyrt_build/single_file/decoder.py). */
export const decoder = "pyrt/zstd.wasm";

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

export type Contents = readonly (readonly [name: string, content: string | Bytes])[];

export class Archive {
  readonly #files = new Map<string, EmbeddedFile>();
  readonly #contents: Map<string, Stored>;
  #watcher: ((read: () => Contents) => void) | undefined;
  /** Called when a file has come: name -> functions. */
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(files: readonly EmbeddedFile[], contents: Iterable<readonly [name: string, content: Stored]> = []) {
    for (const file of files) this.#files.set(file.name, file);
    this.#contents = new Map(contents);
    if (this.#contents.has(decoder)) shareDecoder(this.bytes(decoder));
  }

  get files(): readonly EmbeddedFile[] {
    return [...this.#files.values()];
  }

  /** All contents that have come, for another thread. */
  get contents(): Contents {
    return [...this.#contents].map(([name, content]) => [name, read(content)]);
  }

  /** A file that has come later, in place of an older one. */
  add(file: EmbeddedFile, content: Bytes): void {
    this.#files.set(file.name, file);
    this.put(file.name, content);
  }

  /** Whether the contents of all files have come. */
  get isWhole(): boolean {
    return this.#contents.size === this.#files.size;
  }

  /** Tells `take` of each file that comes from now on. */
  watch(take: (read: () => Contents) => void): void {
    this.#watcher = take;
  }

  /** The content of a file of the index has come. */
  put(name: string, content: Stored): void {
    this.#contents.set(name, content);
    if (name === decoder) shareDecoder(this.bytes(name));
    this.#watcher?.(() => [[name, read(content)]]);
    for (const resolve of this.#waiting.get(name) ?? []) resolve();
    this.#waiting.delete(name);
  }

  /** Whether the index has it. */
  has(name: string): boolean {
    return this.#files.has(name);
  }

  /** Fulfilled when the content of a file has come; at once if there is no such file. */
  arrived(name: string): Promise<void> {
    if (this.#contents.has(name) || !this.#files.has(name)) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), resolve]);
    });
  }

  /**
   * The content of a file that has come.
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
      throw new Error(
        translate("{name} is damaged in this file ({reason}). Get the file again, from where it came.", {
          name,
          reason,
        }),
      );
    }
  }

  /** Decodes the text of a file that has come, ahead. */
  decode(name: string): void {
    const file = this.#files.get(name);
    try {
      if (file) this.#stored(file);
    } catch {
      // It is damaged: told when it is asked for.
    }
  }

  /** Bytes of a file that is read in parts: from then on it is kept unpacked. */
  part(name: string, start: number, end: number): Bytes {
    const content = this.bytes(name);
    this.#files.set(name, { name, size: content.length });
    this.#contents.set(name, content);
    return content.slice(start, end);
  }

  /** The bytes in the page. Where the text is the archive's own, they take its place: it needs twice their memory. */
  #stored({ name, size, packed = size }: EmbeddedFile): Bytes {
    const stored = this.#contents.get(name);
    if (stored === undefined) throw new Error("it is missing");
    const content = read(stored);
    if (typeof content !== "string") return content;
    const bytes = decodeText(content, packed);
    if (typeof stored !== "function") this.#contents.set(name, bytes);
    return bytes;
  }
}

function read(content: Stored): string | Bytes {
  return typeof content === "function" ? content() : content;
}
