/** Stylesheets that have loaded: which are requested again, and what is said. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { checkSheets } from "../../src/document/sheets";
import { hashOf } from "../../src/files/scripts";

const original = globalThis.fetch;
const root = "http://localhost:3000/";
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
  URL.createObjectURL = () => "blob:content";
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
  answers = given;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = "/assets/style.css";
  Object.defineProperty(link, "sheet", { value: {} });
  document.head.append(link);
  vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });
  const known = { "assets/style.css": [built.length, await hashOf(new Blob([built]))] as const };
  let isOver = false;
  void checkSheets({ root, known, failed: ({ message }) => told.push(message) }).then(() => {
    isOver = true;
  });
  while (!isOver) {
    const copy = document.querySelector("link[data-pyrt-again]");
    copy?.dispatchEvent(new Event("load"));
    await vi.advanceTimersByTimeAsync(100);
  }
}

function addresses(): (string | null)[] {
  return [...document.querySelectorAll("link")].map((link) => link.getAttribute("href"));
}

it("leaves a stylesheet alone that is as it was built", async () => {
  await look(built);
  expect([asked, told, addresses()]).toEqual([["force-cache"], [], ["/assets/style.css"]]);
});

it.each([
  ["cut", built.slice(0, built.indexOf("margin"))],
  ["cut in a comment", built.slice(0, built.indexOf("*/"))],
  ["damaged", built.replace("margin", "mxrgin")],
])("puts the right one in the place of one that is %s", async (_what, shown) => {
  await look(shown, built);
  expect([asked, told, addresses()]).toEqual([["force-cache", "reload"], [], ["blob:content"]]);
});

it("names one that stays damaged", async () => {
  await look("b { mar");
  expect(told).toEqual(["assets/style.css: the content is not what was built (its hash differs)."]);
  expect(asked).toHaveLength(5);
  expect(addresses()).toEqual(["/assets/style.css"]);
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
