import { expect, it } from "vitest";
import { decodeText, textOfBytes } from "../../src/embedded/text";

/** As the builder writes bytes: see `escape` in build/pyrt_build/single_file/text.py. */
function escapeBytes(bytes: Uint8Array): Uint8Array {
  let bits = "";
  const codes = Array.from(bytes, (byte, index) => {
    const before = String.fromCharCode(...bytes.subarray(Math.max(0, index - 3), index));
    const isEnd = byte === 0x3e && /--!?$/.test(before);
    if (byte !== 0x0a && byte !== 0x0d && !isEnd) return byte;
    bits += byte === 0x0a ? "0" : isEnd ? "11" : "10";
    return 0x0a;
  });
  const packed = (bits.match(/.{1,8}/g) ?? []).map((part) =>
    String.fromCharCode(Number.parseInt(part.padEnd(8, "0"), 2)),
  );
  return Uint8Array.from([...codes, ...new TextEncoder().encode(btoa(packed.join("")))]);
}

const markup = new TextEncoder().encode("<a></a><!-- --> --!>\r\n\n\r");
const all = Uint8Array.from([...Array.from({ length: 5120 }, (_, index) => index % 256), ...markup]);

it("all bytes come back from a page in windows-1252", () => {
  expect(decodeText(textOfBytes(escapeBytes(all)), all.length)).toEqual(all);
});

it("all bytes come back from a page that was copied as ISO-8859-1", () => {
  const text = Array.from(escapeBytes(all), (code) => String.fromCharCode(code)).join("");
  expect(decodeText(text, all.length)).toEqual(all);
});

it("NUL comes back as what HTML makes of it", () => {
  expect(decodeText("a\ufffdb", 3)).toEqual(Uint8Array.from([0x61, 0, 0x62]));
});

it("reads what the builder writes", () => {
  expect(decodeText("a>b--\n\n\n\0\u00ff4A==", 10)).toEqual(
    Uint8Array.from([0x61, 0x3e, 0x62, 0x2d, 0x2d, 0x3e, 0x0d, 0x0a, 0, 0xff]),
  );
});

it("a text that is too short is no file", () => {
  expect(() => decodeText("abc", 4)).toThrow("only 3 of 4 bytes are there");
  expect(() => decodeText("abc\n", 4)).toThrow("its end is missing");
});
