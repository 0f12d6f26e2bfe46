/** Stylesheets that have loaded: which are requested again, and what is said. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { checkSheets, drawSheet, isBlank, isRightSheet } from "../../src/document/sheets";
import { hashOf } from "../../src/files/scripts";

const original = globalThis.fetch;
const root = "http://localhost:3000/";
const folders = [`${root}apps/one/`, `${root}apps/`];
const built = 'a::before { content: "}" } /* { */ b { margin: 0 }';
let answers: string[];
let asked: (RequestCache | undefined)[];
let told: string[];

/** Stands in for SHA-256: Node's takes no arrays of jsdom. */
async function digest(_name: string, bytes: ArrayBuffer): Promise<ArrayBuffer> {
  const sum = new Uint8Array(bytes).reduce((value, byte) => (value * 31 + byte) % 2 ** 32, 7);
  return Float64Array.of(sum).buffer;
}

beforeEach(async () => {
  vi.stubGlobal("crypto", { subtle: { digest } });
  // jsdom's is nothing for the `Response` of Node.
  vi.stubGlobal("Blob", (await new Response("").blob()).constructor);
  asked = [];
  told = [];
  globalThis.fetch = async (_input, init) => {
    asked.push(init?.cache);
    return new Response(answers.length > 1 ? answers.shift() : answers[0]);
  };
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  globalThis.fetch = original;
  document.head.innerHTML = "";
});

/** Looks at a sheet of which the browser has shown the first answer; the second is that of the host then. */
async function look(...given: string[]): Promise<void> {
  await lookAt("assets/style.css", "/apps/one/assets/style.css", given);
}

async function lookAt(name: string, address: string, given: string[]): Promise<void> {
  answers = given;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  Object.defineProperty(link, "sheet", { value: {} });
  document.head.append(link);
  vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });
  const known = { [name]: [built.length, await hashOf(new Blob([built]))] as const };
  let isOver = false;
  void checkSheets({ folders, known, failed: ({ message }) => told.push(message) }).then(() => {
    isOver = true;
  });
  while (!isOver) await vi.advanceTimersByTimeAsync(100);
}

/** The addresses of stylesheets that are links, and the texts of those that are drawn again. */
function drawn(): (string | null)[] {
  return [...document.querySelectorAll("link, style")].map((each) => each.getAttribute("href") ?? each.textContent);
}

it("leaves a stylesheet alone that is as it was built", async () => {
  await look(built);
  expect([asked, told, drawn()]).toEqual([["force-cache"], [], ["/apps/one/assets/style.css"]]);
});

it.each([
  ["cut", built.slice(0, built.indexOf("margin"))],
  ["cut in a comment", built.slice(0, built.indexOf("*/"))],
  ["damaged", built.replace("margin", "mxrgin")],
])("puts the right one in the place of one that is %s", async (_what, shown) => {
  await look(shown, built);
  expect([asked, told, drawn()]).toEqual([["force-cache", "reload"], [], [built]]);
});

it("puts the right one in the place of one that sites share", async () => {
  await lookAt("pkg/grid.css", "/apps/pkg/grid.css", ["b { mar", built]);
  expect([asked, told, drawn()]).toEqual([["force-cache", "reload"], [], [built]]);
});

it("does not look at one of another site, whose name is the same", async () => {
  await lookAt("pkg/grid.css", "/pkg/grid.css", ["b { mar"]);
  expect([asked, told, drawn()]).toEqual([[], [], ["/pkg/grid.css"]]);
});

it("names one that stays damaged", async () => {
  await look("b { mar");
  expect(told).toEqual(["assets/style.css: the content is not what was built (its hash differs)."]);
  expect(asked).toHaveLength(5);
  expect(drawn()).toEqual(["/apps/one/assets/style.css"]);
});

it.each([
  ["smaller", 'a::before{content:"}"}b{margin:0}'],
  ["larger", `${built} c { margin: 0 }`],
])("takes one that the host has made %s", async (_what, shown) => {
  await look(shown);
  expect([asked, told]).toEqual([["force-cache"], []]);
});

it("says nothing where the browser's copy cannot be read", async () => {
  globalThis.fetch = () => Promise.reject(new TypeError("Failed to fetch"));
  await look("");
  expect(told).toEqual([]);
});

it("draws a stylesheet with its own addresses, and where its element stands", async () => {
  const link = document.createElement("link");
  link.href = "/assets/deep/style.css";
  link.media = "print";
  link.dataset.pyrt = "preview";
  document.head.append(link, document.createElement("meta"));
  const css = [
    "@import 'more.css';",
    '@import url( "https://b.test/far.css" );',
    "a { background: url(../a.png) } b { background: URL('b c.png') }",
    "c { mask: url(#c); background: url(data:image/png;base64,AAAA) }",
  ].join("\n");
  const style = await drawSheet(link, new Blob([css]));
  expect(link.nextElementSibling).toBe(style);
  expect(style?.media).toBe("print");
  expect({ ...style?.dataset }).toEqual({ pyrt: "preview", pyrtAgain: "" });
  expect(style?.textContent).toBe(
    [
      `@import "${root}assets/deep/more.css";`,
      '@import url( "https://b.test/far.css" );',
      `a { background: url("${root}assets/a.png") } b { background: URL("${root}assets/deep/b%20c.png") }`,
      "c { mask: url(#c); background: url(data:image/png;base64,AAAA) }",
    ].join("\n"),
  );
});

it.each([
  ["/* nothing */ \n", true],
  ["", true],
  ["a { margin: 0 }", false],
])("tells whether a stylesheet has anything: %o", async (css, isNothing) => {
  expect(await isBlank(new Blob([css]))).toBe(isNothing);
});

it("takes a page of the host for a stylesheet only if it is one, to the byte", async () => {
  const isRight = isRightSheet(`${root}a.css`, [built.length, await hashOf(new Blob([built]))]);
  const page = new Blob([`<p>${built}`]);
  expect(await isRight(new Blob([built]), true)).toBe(true);
  expect(await isRight(page, true)).toBe(false);
  expect(await isRight(page, false)).toBe(true);
});
