/** Memory that is given back at once. Garbage is collected late, and a start leaves more than what it keeps. */

/**
 * Frees bytes that nothing uses any more; they cannot be read afterwards. Does nothing for a part of a buffer: others
 * may have the rest.
 */
export function freeBytes({ buffer, byteLength }: Uint8Array): void {
  if (byteLength < buffer.byteLength) return;
  // Detaches the buffer. Browsers of 2023 lack it, and collect the garbage later.
  (buffer as ArrayBuffer & { transfer?: (size: number) => ArrayBuffer }).transfer?.(0);
}
