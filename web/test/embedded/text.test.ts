import { expect, it } from "vitest";
import { decodeText, textOfBytes } from "../../src/embedded/text";

/** As the builder writes bytes: see `escape` in build/pyrt_build/single_file/text.py. */
function escapeBytes(bytes: Uint8Array): Uint8Array {
  const escapes = new Map([
    [0x5c, "\\\\"],
    [0, "\\0"],
    [0x0d, "\\r"],
    [0x3c, "\\l"],
  ]);
  const codes = [...bytes].flatMap((byte, index) => {
    const isMarkup = [0x21, 0x2f].includes(bytes[index + 1] ?? 0);
    const text = byte === 0x3c && !isMarkup ? undefined : escapes.get(byte);
    return text === undefined ? [byte] : [...text].map((char) => char.charCodeAt(0));
  });
  return Uint8Array.from(codes);
}

const markup = new TextEncoder().encode("<a></a><!-- -->");
const all = Uint8Array.from([...Array.from({ length: 512 }, (_, index) => index % 256), ...markup]);

it("all bytes come back from a page in windows-1252", () => {
  expect(decodeText(textOfBytes(escapeBytes(all)), all.length)).toEqual(all);
});

it("all bytes come back from a page that was copied as ISO-8859-1", () => {
  const text = Array.from(escapeBytes(all), (code) => String.fromCharCode(code)).join("");
  expect(decodeText(text, all.length)).toEqual(all);
});

it("backslashes before letters that mean something are their own", () => {
  const bytes = Uint8Array.from(new TextEncoder().encode("\\0\\r\\l\\\\n"));
  expect(decodeText(textOfBytes(escapeBytes(bytes)), bytes.length)).toEqual(bytes);
});

it("a text that is too short is no file", () => {
  expect(() => decodeText("abc", 4)).toThrow("only 3 of 4 bytes are there");
});
