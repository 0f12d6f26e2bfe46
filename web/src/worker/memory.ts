/** Memory that is given back at once. Garbage is collected late, and a start leaves more than what it keeps. */

import type { Bytes } from "./zstd";

/** Frees bytes that nothing uses any more; they cannot be read afterwards. */
export function freeBytes({ buffer }: Bytes): void {
  // Detaches the buffer. Browsers of 2023 lack it, and collect the garbage later.
  (buffer as ArrayBuffer & { transfer?: (size: number) => ArrayBuffer }).transfer?.(0);
}
