/** Scripts and stylesheets of the site that fail: what is loaded anew, and what is said. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type LoadReports, watchElements } from "../../src/document/loading";

const original = globalThis.fetch;
const shared = "http://localhost:3000/apps/";
const root = `${shared}one/`;
let answer: () => Promise<Response>;
let asked: (RequestCache | undefined)[];
let told: string[];
let reloads: boolean;
/** What the browser would do with each copy that is inserted. */
let copies: { address: string; element: HTMLElement }[];
let endings: ("load" | "error")[];

const reports: LoadReports = {
  stall: (failure) => told.push(`stall: ${failure?.message}`),
  failed: (failure) => told.push(`failed: ${failure.message}`),
  reload: (file) => {
    told.push(`reload: ${file}`);
    return reloads;
  },
};

let isWatching = false;
/** There is one for the page; it hears of what each test has set. */
function watchOnce(): void {
  if (isWatching) return;
  isWatching = true;
  const watched: LoadReports = {
    stall: (failure) => reports.stall(failure),
    failed: (failure) => reports.failed(failure),
    reload: (file) => reports.reload(file),
  };
  watchElements([root, shared], watched, { "assets/known.css": [100, "sha256-x"] });
  new MutationObserver((records) => {
    for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
      if (!(node instanceof HTMLElement) || node.dataset.pyrtAgain === undefined) continue;
      copies.push({ address: node.getAttribute("src") ?? node.getAttribute("href") ?? "", element: node });
      const ending = endings.shift();
      if (ending) node.dispatchEvent(new Event(ending));
    }
  }).observe(document, { childList: true, subtree: true });
}

beforeEach(async () => {
  // jsdom's is nothing for the `Response` of Node.
  vi.stubGlobal("Blob", (await new Response("").blob()).constructor);
  vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });
  told = [];
  asked = [];
  copies = [];
  endings = [];
  reloads = false;
  answer = async () => new Response("x");
  URL.createObjectURL = () => "blob:content";
  globalThis.fetch = (_input, init) => {
    asked.push(init?.cache);
    const aborted = new Promise<never>((_, reject) => {
      init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
    });
    return Promise.race([answer(), aborted]);
  };
  watchOnce();
});

afterEach(() => {
  for (const element of document.head.querySelectorAll("script, link")) element.dispatchEvent(new Event("load"));
  vi.advanceTimersByTime(1000);
  vi.useRealTimers();
  vi.unstubAllGlobals();
  globalThis.fetch = original;
  document.head.innerHTML = "";
});

interface Inserted {
  readonly element: HTMLElement;
  /** The events that what has inserted the element hears. */
  readonly heard: string[];
}

async function insert(tag: "script" | "link", address: string, isOrdered = false): Promise<Inserted> {
  const element = document.createElement(tag);
  if (element instanceof HTMLScriptElement) {
    element.async = !isOrdered;
    element.setAttribute("src", address);
  } else {
    element.rel = "stylesheet";
    element.setAttribute("href", address);
  }
  const heard: string[] = [];
  for (const kind of ["load", "error"]) element.addEventListener(kind, () => heard.push(kind));
  document.head.append(element);
  await vi.advanceTimersByTimeAsync(0);
  return { element, heard };
}

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) await vi.advanceTimersByTimeAsync(100);
}

function damage(element: HTMLElement): void {
  const filename = (element as HTMLScriptElement).src;
  window.dispatchEvent(new ErrorEvent("error", { filename, error: new SyntaxError("bad") }));
}

it("asks for nothing when an element loads", async () => {
  const { element, heard } = await insert("script", "/apps/one/pkg/a.js");
  element.dispatchEvent(new Event("load"));
  await pass(10_000);
  expect([heard, asked, told]).toEqual([["load"], [], []]);
});

it.each(["https://other.test/a.js", "/a.js"])(
  "leaves %s, which is of another site, to the browser",
  async (address) => {
    const other = await insert("script", address);
    other.element.dispatchEvent(new Event("error"));
    await pass(10_000);
    expect([other.heard, asked, told]).toEqual([["error"], [], []]);
  },
);

it("loads a part anew that sites share, and names it without the way to it", async () => {
  endings = ["load"];
  const { element, heard } = await insert("script", "/apps/pkg/part.js");
  element.dispatchEvent(new Event("error"));
  await pass(200);
  expect([heard, told]).toEqual([["load"], []]);
  expect(copies.map(({ address }) => address)).toEqual([`${shared}pkg/part.js`]);
  answer = async () => new Response("", { status: 404 });
  const missing = await insert("script", "/apps/pkg/missing.js");
  missing.element.dispatchEvent(new Event("error"));
  await pass(10_000);
  expect(missing.heard).toEqual(["error"]);
  expect(told[0]).toContain("failed: pkg/missing.js: the server answered 404.");
});

it("loads a part anew that the host has not given once, and what asked for it hears only of that", async () => {
  endings = ["load"];
  const { element, heard } = await insert("script", "/apps/one/pkg/part.js");
  element.dispatchEvent(new Event("error"));
  await pass(200);
  expect(heard).toEqual(["load"]);
  expect(asked).toEqual(["reload"]);
  expect(copies.map(({ address }) => address)).toEqual([`${root}pkg/part.js`]);
  expect(told).toEqual([]);
});

it("names a file that the host does not have", async () => {
  answer = async () => new Response("", { status: 404 });
  const { element, heard } = await insert("script", "/apps/one/pkg/a/b.js");
  element.dispatchEvent(new Event("error"));
  await pass(10_000);
  expect(asked).toHaveLength(4);
  expect(heard).toEqual(["error"]);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain("failed: pkg/a/b.js: the server answered 404.");
});

describe("scripts that run in order", () => {
  it("are loaded anew with the whole page, as others have run without them", async () => {
    reloads = true;
    const { element, heard } = await insert("script", "/apps/one/pkg/react.js", true);
    element.dispatchEvent(new Event("error"));
    await pass(1000);
    expect(told).toEqual(["reload: pkg/react.js"]);
    expect([heard, copies]).toEqual([[], []]);
  });

  it("are loaded anew alone when the page was before", async () => {
    endings = ["load"];
    const { element, heard } = await insert("script", "/apps/one/pkg/dcc.js", true);
    element.dispatchEvent(new Event("error"));
    await pass(1000);
    expect(told).toEqual(["reload: pkg/dcc.js"]);
    expect(heard).toEqual(["load"]);
  });

  it("are loaded anew within 11 s where only the first request is stalled", async () => {
    reloads = true;
    const answers = [new Promise<Response>(() => {}), Promise.resolve(new Response("x"))];
    answer = () => answers.shift() as Promise<Response>;
    await insert("script", "/apps/one/pkg/react-dom.js", true);
    await pass(11_000);
    expect(asked).toEqual(["default", "reload"]);
    expect(told).toEqual(["reload: pkg/react-dom.js"]);
  });

  it("keep their order when they are loaded anew alone", async () => {
    const inserted = [
      await insert("script", "/apps/one/pkg/react.js", true),
      await insert("script", "/apps/one/pkg/react-dom.js", true),
    ];
    for (const { element } of [...inserted].reverse()) element.dispatchEvent(new Event("error"));
    await pass(1000);
    expect(copies.map(({ address }) => address)).toEqual([`${root}pkg/react.js`]);
    copies[0]?.element.dispatchEvent(new Event("load"));
    await pass(1000);
    expect(copies.map(({ address }) => address)).toEqual([`${root}pkg/react.js`, `${root}pkg/react-dom.js`]);
    copies[1]?.element.dispatchEvent(new Event("load"));
    await pass(100);
    expect(inserted.map(({ heard }) => heard)).toEqual([["load"], ["load"]]);
  });

  it("wait for those before them: only the first is looked at", async () => {
    answer = () => new Promise(() => {});
    const first = await insert("script", "/apps/one/pkg/first.js", true);
    const second = await insert("script", "/apps/one/pkg/second.js", true);
    await pass(12_000);
    expect(told.filter((text) => text.includes("second"))).toEqual([]);
    expect(told).toContain("stall: pkg/first.js: the host has sent nothing; waited 2 s.");
    first.element.dispatchEvent(new Event("load"));
    second.element.dispatchEvent(new Event("load"));
    await pass(5000);
    expect(told.at(-1)).toBe("stall: undefined");
    expect([first.heard, second.heard]).toEqual([["load"], ["load"]]);
  });
});

it("notices a script that is no JavaScript any more", async () => {
  const { element, heard } = await insert("script", "/apps/one/pkg/cut.js");
  damage(element);
  element.dispatchEvent(new Event("load"));
  await vi.advanceTimersByTimeAsync(50);
  expect(copies).toHaveLength(1);
  damage(copies[0]?.element as HTMLElement);
  copies[0]?.element.dispatchEvent(new Event("load"));
  await pass(500);
  expect(heard).toEqual(["error"]);
  expect(told).toEqual([
    "failed: pkg/cut.js: the browser cannot run it: its content is not what was built. Reload the page.",
  ]);
});

it.each([
  [100, []],
  [4100, ["default"]],
])("asks at once for a stylesheet for which the page's script has waited (%s ms)", async (ms, expected) => {
  vi.spyOn(performance, "now").mockReturnValue(ms);
  await insert("link", "/apps/one/early/a.css");
  watchElements([`${root}early/`], reports);
  await pass(600);
  expect(asked).toEqual(expected);
});

describe("a stylesheet with a wrong type", () => {
  const css = "a { margin: 0 }";

  function texts(): (string | null)[] {
    return [...document.querySelectorAll("style")].map(({ textContent }) => textContent);
  }

  /** What browsers give to a stylesheet of which they take nothing. */
  function takeNothing(element: HTMLElement): void {
    Object.defineProperty(element, "sheet", { value: { cssRules: [] } });
    element.dispatchEvent(new Event("load"));
  }

  it("is drawn from its content if the browser refuses it", async () => {
    endings = ["error"];
    answer = async () => new Response(css);
    const { element, heard } = await insert("link", "/apps/one/assets/style.css");
    element.dispatchEvent(new Event("error"));
    await pass(500);
    expect(heard).toEqual(["load"]);
    expect(copies[0]?.address).toBe(`${root}assets/style.css`);
    expect(texts()).toEqual([css]);
  });

  it.each(["text/plain", "application/octet-stream"])(
    "is drawn from its content if the browser takes no rule of it: %s",
    async (type) => {
      answer = async () => new Response(css, { headers: { "Content-Type": type } });
      const { element, heard } = await insert("link", "/apps/one/assets/style.css");
      takeNothing(element);
      await pass(500);
      expect([heard, asked, told]).toEqual([["load"], ["default"], []]);
      expect(texts()).toEqual([css]);
      expect(document.querySelectorAll("link")).toHaveLength(1);
    },
  );

  it("is named if it is a page", async () => {
    answer = async () => new Response("<p>", { headers: { "Content-Type": "text/html" } });
    const { element, heard } = await insert("link", "/apps/one/assets/style.css");
    takeNothing(element);
    await pass(10_000);
    expect(heard).toEqual(["error"]);
    expect(told[0]).toContain("failed: assets/style.css: the server answered with an HTML page in its place.");
  });

  it("is what was built, or is named", async () => {
    answer = async () => new Response("a { marg");
    const { element } = await insert("link", "/apps/one/assets/known.css");
    takeNothing(element);
    await pass(10_000);
    expect(told).toEqual(["failed: assets/known.css: the content is not what was built (its hash differs)."]);
    expect(texts()).toEqual([]);
  });

  it("is none if it has nothing but comments", async () => {
    answer = async () => new Response("/* nothing yet */");
    const { element, heard } = await insert("link", "/apps/one/assets/style.css");
    takeNothing(element);
    await pass(500);
    expect([heard, told, texts()]).toEqual([["load"], [], []]);
  });
});

it("gives a slow machine time to run the content itself", async () => {
  const { element, heard } = await insert("script", "/apps/one/pkg/large.js");
  element.dispatchEvent(new Event("error"));
  await pass(5000);
  expect(copies.map(({ address }) => address)).toEqual([`${root}pkg/large.js`, "blob:content"]);
  await pass(20_000);
  copies[1]?.element.dispatchEvent(new Event("load"));
  await pass(100);
  expect(heard).toEqual(["load"]);
  expect(told).toEqual([]);
});

it("leaves a slow script alone, which the browser's cache shares", async () => {
  answer = () => new Promise(() => {});
  const { element, heard } = await insert("script", "/apps/one/pkg/slow.js");
  await pass(5000);
  expect(asked).toEqual(["default"]);
  element.dispatchEvent(new Event("load"));
  await pass(20_000);
  expect([heard, told]).toEqual([["load"], []]);
});
