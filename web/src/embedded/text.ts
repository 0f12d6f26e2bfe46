/**
 * Bytes as the text of an HTML comment, one character for each byte, without base64. The document says that it is
 * windows-1252, an encoding in which every byte is a character. What cannot stand in a comment, or does not come
 * back as it was, is another character there: U+FFFD for NUL, which HTML does by itself, and a line feed for CR, and for
 * `>` behind `--` or `--!`. Behind the text, in base64, is what each line feed is: the bits 0 (itself), 10 (CR) or 11 (`>`).
 *
 * `escape` in build/pyrt_build/single_file/text.py writes it.
 */

export type Bytes = Uint8Array<ArrayBuffer>;

/** The characters of the bytes 0x80 to 0x9F, as the Encoding Standard has them. */
const highCharacters =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
  "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";
const firstHigh = 0x80;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const greaterThan = 0x3e;

/**
 * Character -> byte, for every code unit: a loop over millions of them is twice as fast without a test of any. Those of
 * ISO-8859-1 count, too: what copies a page may read it in that encoding.
 */
function makeTable(): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (let byte = 0; byte < 256; byte++) table[byte] = byte;
  for (let index = 0; index < highCharacters.length; index++) {
    table[highCharacters.charCodeAt(index)] = firstHigh + index;
  }
  return table;
}

let table: Uint8Array | undefined;

/**
 * The bytes of a text.
 *
 * @throws Error if they are not `size`: a part is missing, or something has changed the text.
 */
export function decodeText(text: string, size: number): Bytes {
  table ??= makeTable();
  if (text.length < size) throw new Error(`only ${text.length} of ${size} bytes are there`);
  const bytes = new Uint8Array(size);
  for (let index = 0; index < size; index++) bytes[index] = table[text.charCodeAt(index)] as number;
  const isSet = bitsIn(atob(text.slice(size)));
  for (let index = bytes.indexOf(lineFeed); index >= 0; index = bytes.indexOf(lineFeed, index + 1)) {
    if (isSet()) bytes[index] = isSet() ? greaterThan : carriageReturn;
  }
  return bytes;
}

/** Reads one bit after the other. */
function bitsIn(bits: string): () => boolean {
  let bit = 0;
  return () => {
    const byte = bits.charCodeAt(bit >> 3); // NaN at the end
    if (!(byte >= 0)) throw new Error("its end is missing");
    return ((byte >> (7 - (bit++ & 7))) & 1) === 1;
  };
}

/** The text as bytes of a file: what `decodeText` reads if the page was decoded in another encoding. */
export function textOfBytes(bytes: Uint8Array): string {
  return new TextDecoder("windows-1252").decode(bytes);
}
