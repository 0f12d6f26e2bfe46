import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Archive } from "../../src/embedded/archive";
import { answerRequests } from "../../src/embedded/requests";
import { EmbeddedSite } from "../../src/embedded/site";
import { frameOf } from "../support/zstd_frame";

const root = "https://pyrt.invalid/";
const bytesOf = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;

function makeSite(files: Record<string, string>, base = root): EmbeddedSite {
  const contents = Object.entries(files).map(([name, text]) => [name, bytesOf(text)] as const);
  const index = contents.map(([name, { length }]) => ({ name, size: length }));
  return new EmbeddedSite(root, new Archive(index, contents), () => base);
}

let blobs: Blob[];

beforeEach(() => {
  blobs = [];
  URL.createObjectURL = vi.fn((blob: Blob) => `blob:${blobs.push(blob)}`) as typeof URL.createObjectURL;
});

afterEach(() => {
  vi.restoreAllMocks();
});

async function textOf(address: string): Promise<string> {
  const blob = blobs[Number(address.slice("blob:".length)) - 1];
  const reader = new FileReader();
  const read = new Promise<string>((resolve) => {
    reader.onload = () => resolve(String(reader.result));
  });
  reader.readAsText(blob as Blob);
  return read;
}

it("an address means the file below the root, whatever its query", () => {
  const site = makeSite({ "assets/a b.css": "", "pkg/x.js": "" }, `${root}reports/moons?x=1`);
  expect(site.nameOf("/assets/a%20b.css?m=1#x")).toBe("assets/a b.css");
  expect(site.nameOf(`${root}pkg/x.js`)).toBe("pkg/x.js");
  expect(site.nameOf("../pkg/x.js")).toBe("pkg/x.js");
  expect(site.nameOf("https://example.org/pkg/x.js")).toBeUndefined();
  expect(site.nameOf("/pkg/none.js")).toBeUndefined();
  expect(site.nameOf("data:,")).toBeUndefined();
});

it("files that are compressed in the page are unpacked, and damage is named", () => {
  const packed = Uint8Array.from(frameOf("hello hello"));
  const index = [{ name: "a.txt", size: 11, packed: packed.length }];
  const good = new Archive(index, [["a.txt", packed]]);
  expect(new TextDecoder().decode(good.bytes("a.txt"))).toBe("hello hello");
  const other = packed.slice();
  other[6] = 0xff; // the kind of the block
  expect(() => new Archive(index, [["a.txt", other]]).bytes("a.txt")).toThrow(/^a\.txt is damaged in this file/);
  expect(() => new Archive(index, []).bytes("a.txt")).toThrow("a.txt is damaged in this file (it is missing)");
});

it("fetch is answered from the files, with their type, and 404 for others of the site", async () => {
  const site = makeSite({ "a.json": "[1]" });
  const native = vi.fn(async () => new Response("net"));
  const scope = { fetch: native as typeof fetch, XMLHttpRequest };
  answerRequests(site, scope);
  const answer = await scope.fetch("/a.json");
  expect(answer.headers.get("Content-Type")).toBe("application/json");
  expect(await answer.json()).toEqual([1]);
  expect((await scope.fetch("/b.json")).status).toBe(404);
  expect(native).not.toHaveBeenCalled();
  expect(await (await scope.fetch("https://example.org/a.json")).text()).toBe("net");
});

it("a file that is read in parts is unpacked once", () => {
  const packed = Uint8Array.from(frameOf("hello hello"));
  const read = vi.fn(() => String.fromCharCode(...packed));
  const archive = new Archive([{ name: "a.txt", size: 11, packed: packed.length }], [["a.txt", read]]);
  const scope = { fetch, XMLHttpRequest };
  answerRequests(new EmbeddedSite(root, archive), scope);
  const parts = ["bytes=0-1", "bytes=6-", "bytes=9-99"].map((range) => {
    const request = new scope.XMLHttpRequest();
    request.open("GET", `${root}a.txt`, false);
    request.setRequestHeader("Range", range);
    request.send();
    return request.responseText;
  });
  expect(parts).toEqual(["he", "hello", "lo"]);
  expect(read).toHaveBeenCalledTimes(1);
});

it("a request waits for a file that has not come yet, unless it is given up", async () => {
  const archive = new Archive([
    { name: "a.txt", size: 3 },
    { name: "b.txt", size: 3 },
  ]);
  const scope = { fetch, XMLHttpRequest };
  answerRequests(new EmbeddedSite(root, archive), scope);
  const abort = new AbortController();
  const [answer, other] = [scope.fetch("/a.txt"), scope.fetch("/b.txt", { signal: abort.signal })];
  const request = new scope.XMLHttpRequest();
  request.open("GET", `${root}a.txt`);
  const loaded = new Promise((resolve) => {
    request.onload = resolve;
  });
  request.send();
  expect([archive.isWhole, request.readyState]).toEqual([false, 1]);
  archive.put("a.txt", "a\ufffdc");
  expect(await (await answer).text()).toBe("a\0c");
  await loaded;
  expect(request.responseText).toBe("a\0c");
  abort.abort(new Error("given up"));
  await expect(other).rejects.toThrow("given up");
  archive.put("b.txt", bytesOf("abc"));
  expect(archive.isWhole).toBe(true);
});

it("XMLHttpRequest answers at once, later, or in ranges", async () => {
  const scope = { fetch, XMLHttpRequest };
  answerRequests(makeSite({ "a.bin": "0123456789" }), scope);
  const at_once = new scope.XMLHttpRequest();
  at_once.open("GET", `${root}a.bin`, false);
  at_once.responseType = "arraybuffer";
  at_once.setRequestHeader("Range", "bytes=2-4");
  at_once.send();
  expect([at_once.status, new TextDecoder().decode(at_once.response as ArrayBuffer)]).toEqual([206, "234"]);
  const later = new scope.XMLHttpRequest();
  later.open("GET", `${root}a.bin`);
  const loaded = new Promise((resolve) => {
    later.onload = resolve;
  });
  later.send();
  expect([later.readyState, later.responseText]).toEqual([1, ""]);
  await loaded;
  expect([later.readyState, later.status, later.responseText]).toEqual([4, 200, "0123456789"]);
  const missing = new scope.XMLHttpRequest();
  missing.open("GET", `${root}b.bin`, false);
  missing.send();
  expect(missing.status).toBe(404);
});

it("scripts read the location of the app and import its files", async () => {
  const site = makeSite({
    "pkg/a/x.js": [
      'import { b } from "./b.js";',
      "window.location.href; document.location = b; my.window.location; window.locations;",
      "class C { import(a = (1)) { } }",
      'import("./c.js"); a.import(1); importScripts("b.js"); import.meta.url; "say import() or import.meta.url";',
    ].join("\n"),
    "pkg/a/b.js": 'import "./x.js"; export const b = 1;',
  });
  const text = await textOf(site.blobOf("pkg/a/x.js"));
  expect(text).toContain('import { b } from "blob:1";');
  expect(text).toContain(
    "__pyrt_site__.location.href; __pyrt_site__.location = b; my.window.location; window.locations;",
  );
  expect(text).toContain('__pyrt_site__.import(0,"./c.js"); a.import(1);');
  expect(text).toContain("class C { import(a = (1)) { } }");
  expect(text).toContain(
    'importScripts("blob:1"); __pyrt_site__.address(0); "say __pyrt_site__.import(0,) or __pyrt_site__.address(0)";',
  );
});

it("a script keeps what is no ASCII, and imports files with such names", async () => {
  const text =
    'const a = "ä\u20ac\u{1f600}"; window.location.hash; import { b } from "./größe.js"; const c = "\u201cé";';
  const site = makeSite({ "x.js": text, "größe.js": "export const b = 1;" });
  const expected = text.replace("window.", "__pyrt_site__.").replace("./größe.js", "blob:1");
  expect(await textOf(site.blobOf("x.js"))).toBe(expected);
  expect(site.content("x.js")).toBe(expected);
});

it("styles name files of the site as the browser can load them", async () => {
  const site = makeSite({
    "assets/s/a.css": `@import "../b.css"; a { src: url(f.woff2?v=1), url( 'data:,x' ), url("https://x.org/y") }`,
    "assets/s/f.woff2": "",
    "assets/b.css": "b { fill: url(#x) }",
  });
  expect(await textOf(site.blobOf("assets/s/a.css"))).toBe(
    `@import "blob:1"; a { src: url("blob:2"), url( 'data:,x' ), url("https://x.org/y") }`,
  );
});
