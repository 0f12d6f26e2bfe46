/** An app as the hash of an address, and links on which something has been done. */

import { deflateSync } from "fflate";
import { describe, expect, it } from "vitest";
import { decodeApp, encodeApp, isApp, LinkError } from "../../src/playground/share";

const files = {
  "app.py": 'print("é, 日本, 🦉")\n'.repeat(30),
  "pages/home.py": "",
  "assets/a.css": "p { color: red }",
};
const hash = encodeApp(files);

function messageOf(link: string): string {
  try {
    decodeApp(link);
  } catch (error) {
    expect(error).toBeInstanceOf(LinkError);
    return (error as Error).message;
  }
  throw new Error("it was read");
}

describe("an app in a link", () => {
  it("comes out as it went in, files in their order", () => {
    expect(decodeApp(`#${hash}`)).toEqual(files);
    expect(Object.keys(decodeApp(hash))).toEqual(Object.keys(files));
  });

  it("is shorter than the app, and has only characters that links may have", () => {
    expect(hash.length).toBeLessThan(JSON.stringify(files).length);
    expect(hash).toMatch(/^app=1\.[0-9a-z]+\.[0-9a-z]+\.[\w-]+$/);
  });

  it("is told from other hashes", () => {
    expect(isApp(`#${hash}`)).toBe(true);
    expect(isApp("#section")).toBe(false);
    expect(isApp("")).toBe(false);
  });

  it.each([
    ["a full stop", "."],
    ["a bracket", ")"],
    ["an escaped space", "%20"],
  ])("can be read with %s behind it", (_, more) => {
    expect(decodeApp(`#${hash}${more}`)).toEqual(files);
  });

  it("can be read with the line breaks of a mail", () => {
    expect(decodeApp(`#${hash.replace(/.{70}/g, "$&\r\n")}`)).toEqual(files);
  });
});

describe("a link that cannot be opened says why", () => {
  it("is cut, wherever that is", () => {
    for (const length of [6, 8, 12, 20, 60, hash.length - 1]) {
      expect(messageOf(hash.slice(0, length))).toContain("cut off on its way");
    }
    expect(messageOf(hash.slice(0, hash.length - 5))).toMatch(/\((\d+) of (\d+) characters are there\)/);
  });

  it("is of a newer version", () => {
    expect(messageOf(hash.replace("=1.", "=2."))).toContain("newer playground (version 2; this one reads 1)");
  });

  it("is garbage", () => {
    for (const link of ["app=", "app=hello", "app=1.zz!.1.abc", "app=0.1.1.a", "app=1.4.4.AAAA", "app=-1.1.1.a"]) {
      expect(messageOf(link)).toMatch(/damaged|cut off/);
    }
  });

  it("has one other character", () => {
    const at = hash.length - 20;
    const other = hash[at] === "A" ? "B" : "A";
    expect(messageOf(hash.slice(0, at) + other + hash.slice(at + 1))).toContain("damaged");
  });

  it.each([
    [{ "main.py": "" }, "it has no app.py"],
    [{ "app.py": 3 }, "app.py is no text"],
    [{ "app.py": "", "../x.py": "" }, "cannot be a name"],
  ])("holds %j", (wrong, message) => {
    expect(messageOf(encodeApp(wrong as never))).toContain(message);
  });

  it("would become too large, and is not unpacked", () => {
    const packed = deflateSync(new Uint8Array(20_000_000));
    const code = btoa(String.fromCharCode(...packed))
      .replace(/\+/g, "-")
      .replace(/\//g, "_")
      .replace(/=+$/, "");
    expect(messageOf(`app=1.${code.length.toString(36)}.1.${code}`)).toContain("damaged");
  });
});
