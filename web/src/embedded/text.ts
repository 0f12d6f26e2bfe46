/**
 * Bytes as the text of an HTML element, one character for each byte, without base64. The document says that it is
 * windows-1252, an encoding in which every byte is a character. What cannot stand in the text of a script, or does not come
 * back as it was, is two characters:
 *
 *     \  \\       NUL  \0       CR  \r       <, before / and !  \l
 *
 * `escape` in build/pyrt_build/single_file/text.py writes it.
 */

export type Bytes = Uint8Array<ArrayBuffer>;

/** The characters of the bytes 0x80 to 0x9F, as the Encoding Standard has them. */
const highCharacters =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
  "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";
const firstHigh = 0x80;
const backslash = 0x5c;
const escaped: Readonly<Record<string, number>> = { "\\": backslash, "0": 0, r: 0x0d, l: 0x3c };

/** Character -> byte. Those of ISO-8859-1 count, too: what copies a page may read it in that encoding. */
function makeTable(): Uint8Array {
  const table = new Uint8Array(0x2200);
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
  const bytes = new Uint8Array(size);
  const end = text.length;
  let length = 0;
  for (let index = 0; index < end && length < size; index++) {
    let code = text.charCodeAt(index);
    if (code === backslash) {
      index += 1;
      code = escaped[text[index] ?? ""] ?? backslash;
      bytes[length++] = code;
    } else {
      bytes[length++] = table[code] ?? 0;
    }
  }
  if (length < size) throw new Error(`only ${length} of ${size} bytes are there`);
  return bytes;
}

/** The text as bytes of a file: what `decodeText` reads if the page was decoded in another encoding. */
export function textOfBytes(bytes: Uint8Array): string {
  return new TextDecoder("windows-1252").decode(bytes);
}
