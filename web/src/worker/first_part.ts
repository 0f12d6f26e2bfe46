/**
 * The first part of an image: the bytes that a start needs. Most of them are compiled libraries, of which the browser
 * makes a copy of its own when it compiles them.
 */

import type { Bytes } from "../files/zstd";
import type { ByteRange } from "./image_fs";
import { freeBytes } from "./memory";

interface Held {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

export class FirstPart {
  readonly #again: () => Uint8Array;
  #held: Held[];

  /** `content` is the end of a buffer of its own. `again` fetches what was given back: the whole part; it blocks. */
  constructor(content: Bytes, again: () => Uint8Array) {
    this.#again = again;
    this.#held = [{ start: 0, end: content.length, bytes: content }];
  }

  /** A view of the bytes from `start` to `end`. If they were given back, all of `file` is fetched. */
  read(start: number, end: number, file: ByteRange = [start, end]): Uint8Array {
    let held = this.#held.find((part) => part.start <= start && end <= part.end);
    if (!held) {
      held = { start: file[0], end: file[1], bytes: this.#again().slice(...file) };
      this.#held.push(held);
    }
    return held.bytes.subarray(start - held.start, end - held.start);
  }

  /** Frees the memory of all but these ranges; to be called once. What has views of it, finds them empty. */
  keepOnly(ranges: readonly ByteRange[]): void {
    const whole = this.#held;
    this.#held = ranges.map((range) => ({ start: range[0], end: range[1], bytes: this.read(...range).slice() }));
    for (const { bytes } of whole) freeBytes(new Uint8Array(bytes.buffer as ArrayBuffer));
  }
}
