/** A Zstandard frame with one block that is stored as it is (RFC 8878, 3.1.1): for up to 255 characters. */
export function frameOf(text: string): Uint8Array {
  const content = new TextEncoder().encode(text);
  const [isSingleSegment, isLastBlock] = [0x20, 1];
  const block = (content.length << 3) | isLastBlock;
  return Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, isSingleSegment, content.length, block, block >> 8, 0, ...content);
}

/** 40,000 times "Python ", then "end": made by the builder (build/pyrt_build/site/compression.py), two blocks, a checksum. */
export const madeByTheBuilder = {
  packed: bytesOf("KLUv/aTDRQQAfAAAOFB5dGhvbiABAPb/yosRRAAAAAEA/f/KCxBVAAAYZW5kAQC9xQ6AZpVvrQ=="),
  text: `${"Python ".repeat(40_000)}end`,
};

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}
