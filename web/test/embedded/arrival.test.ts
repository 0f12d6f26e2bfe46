import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Archive } from "../../src/embedded/archive";
import { receiveFiles } from "../../src/embedded/arrival";

const index = [
  { name: "a.txt", size: 4 },
  { name: "b.txt", size: 2_000_000 },
];
let state: DocumentReadyState;

beforeEach(() => {
  document.body.replaceChildren();
  state = "loading";
  vi.spyOn(document, "readyState", "get").mockImplementation(() => state);
  vi.spyOn(document, "characterSet", "get").mockReturnValue("windows-1252");
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** What the parser does. */
function parse(comment: string): void {
  document.body.append(document.createComment(comment));
}

function endDocument(): void {
  state = "interactive";
  document.dispatchEvent(new Event("DOMContentLoaded"));
}

it("a file is there when the comment behind it has come, and is not the app's any more", async () => {
  const archive = new Archive(index);
  const whole = receiveFiles(archive);
  const first = archive.arrived("a.txt");
  parse("of the app");
  parse("pyrt-file-0:a\ufffdbc");
  await Promise.resolve();
  expect(() => archive.bytes("a.txt")).toThrow("it is missing");
  parse(`pyrt-file-1:${"x".repeat(2_000_000)}`);
  await first;
  expect(new TextDecoder().decode(archive.bytes("a.txt"))).toBe("a\0bc");
  document.dispatchEvent(new Event("DOMContentLoaded")); // of the page's own script
  parse("pyrt-end");
  endDocument();
  await whole;
  expect(archive.bytes("b.txt")).toHaveLength(2_000_000);
  expect(Array.from(document.body.childNodes, ({ nodeValue }) => nodeValue)).toEqual(["of the app"]);
});

it("a file that was cut off says how much has come", async () => {
  const archive = new Archive(index);
  const whole = receiveFiles(archive);
  parse("pyrt-file-0:abcd");
  parse(`pyrt-file-1:${"x".repeat(500_000)}`);
  endDocument();
  await expect(whole).rejects.toThrow("The file was cut off on its way: about 0.5 of 2.0 MB have arrived.");
});

it("a page that was read in another encoding reads its bytes once more, when all has come", async () => {
  vi.spyOn(document, "characterSet", "get").mockReturnValue("UTF-8");
  const page = "<!--pyrt-file-0:\u00e9\u0080cd--><!--pyrt-file-1:xy-->";
  const bytes = Uint8Array.from([...page].map((char) => char.charCodeAt(0)));
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(bytes)),
  );
  const archive = new Archive([
    { name: "a.txt", size: 4 },
    { name: "b.txt", size: 2 },
  ]);
  const whole = receiveFiles(archive);
  parse("pyrt-file-0:????");
  parse("pyrt-file-1:??");
  parse("pyrt-end");
  endDocument();
  await whole;
  vi.unstubAllGlobals();
  expect([...archive.bytes("a.txt")]).toEqual([0xe9, 0x80, 0x63, 0x64]);
  expect([...archive.bytes("b.txt")]).toEqual([0x78, 0x79]);
});
