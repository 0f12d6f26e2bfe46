/** S-165: what the page adopts from the index, and in which order resources load. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { addEmptyIcon, clientsideFunctionScript, PageDocument } from "../../src/document/document";
import type { DocumentMessage } from "../../src/wire/protocol";

const index = (head: string, body: string): string =>
  `<!DOCTYPE html><html lang="de"><head>${head}</head><body class="dark">${body}</body></html>`;
const entry = '<div id="react-entry-point"></div>';
const footer =
  '<footer><script id="_dash-config" type="application/json"></script>' +
  '<template data-pyrt="scripts"></template><script id="_dash-renderer">window.rendererRan = true;</script></footer>';

const message = (changes: Partial<DocumentMessage>): DocumentMessage => ({
  type: "Document",
  title: "Dash",
  index: index("<title>Mine</title>", entry + footer),
  scripts: [],
  stylesheets: [],
  inlineScripts: [],
  jobs: false,
  config: { ui: false },
  childrenProps: {},
  ...changes,
});

/** jsdom loads no resources: dispatches `load` on each added element. */
function letEverythingLoad(): void {
  new MutationObserver((records) => {
    for (const node of records.flatMap((record) => [...record.addedNodes])) {
      if (node instanceof HTMLElement && (node.hasAttribute("src") || node.hasAttribute("href"))) {
        node.dispatchEvent(new Event("load"));
      }
    }
  }).observe(document, { childList: true, subtree: true });
}

beforeEach(() => {
  document.head.innerHTML = '<meta charset="utf-8"><meta name="viewport" content="old"><title>Built</title>';
  document.body.innerHTML = '<div id="react-entry-point"><p>starting</p></div>';
});

describe("adopting the index", () => {
  it("keeps the stylesheets of the preview, and what was drawn in place of one, unless the index has its own", async () => {
    const sheets =
      '<link rel="stylesheet" href="a.css" data-pyrt="preview"><style data-pyrt="preview" data-pyrt-again>a</style>';
    document.head.innerHTML = `${sheets}<style data-pyrt="preview">recorded</style>`;
    await new PageDocument("./").adopt(message({ index: index("", entry + footer) }));
    const ofPreview = (): (string | null)[] =>
      [...document.querySelectorAll('[data-pyrt="preview"]')].map((each) => each.textContent);
    expect(ofPreview()).toEqual(["recorded"]);
    expect(document.querySelector("style[data-pyrt-again]")?.textContent).toBe("a");

    document.head.innerHTML = sheets;
    await new PageDocument("./").adopt(message({ index: index("<style>own</style>", entry + footer) }));
    expect(ofPreview()).toEqual(["", "a"]);
  });

  it("keeps the entry point as the same element, with the index's markup around it", async () => {
    const before = document.getElementById("react-entry-point");
    await new PageDocument("./").adopt(
      message({ index: index("", `<header>H</header>${entry}<p>after</p>${footer}`) }),
    );
    expect(document.getElementById("react-entry-point")).toBe(before);
    expect(before?.previousElementSibling?.outerHTML).toBe("<header>H</header>");
    expect(before?.nextElementSibling?.outerHTML).toBe("<p>after</p>");
    expect(before?.textContent).toBe("starting");
  });

  it("puts the entry point where the template has it, however deep", async () => {
    await new PageDocument("./").adopt(message({ index: index("", `<main><div>${entry}</div></main>${footer}`) }));
    expect(document.querySelector("main > div > #react-entry-point > p")?.textContent).toBe("starting");
    expect(document.querySelectorAll("#react-entry-point")).toHaveLength(1);
  });

  it("adopts title, attributes, the configuration, and metas in place of old ones", async () => {
    const head = '<title>Mine</title><meta name="viewport" content="new"><meta name="author" content="A">';
    await new PageDocument("./").adopt(message({ index: index(head, entry + footer), config: { ui: true } }));
    expect(document.title).toBe("Mine");
    expect(document.body.className).toBe("dark");
    expect(document.documentElement.lang).toBe("de");
    expect([...document.querySelectorAll("meta[name]")].map((meta) => meta.getAttribute("content"))).toEqual([
      "new",
      "A",
    ]);
    expect(document.querySelectorAll("meta[charset]")).toHaveLength(1);
    const first = '<meta name="description" content="D"><meta charset="UTF-8">';
    await new PageDocument("./").adopt(message({ index: index(first, entry + footer) }));
    expect([...document.querySelectorAll("meta")].slice(-2).map((meta) => meta.outerHTML)).toEqual([
      '<meta name="description" content="D">',
      '<meta charset="UTF-8">',
    ]);
    expect(document.querySelectorAll("meta[charset]")).toHaveLength(1);
    expect(JSON.parse(document.getElementById("_dash-config")?.textContent ?? "")).toEqual({ ui: true });
  });
});

describe("preloading", () => {
  it("a preload that fires an error, as in Firefox, counts when the file has arrived", async () => {
    let arrive: (answer: Response) => void = () => {};
    const fetched = vi.fn(() => new Promise<Response>((resolve) => (arrive = resolve)));
    vi.stubGlobal("fetch", fetched);
    let isSettled = false;
    const preloaded = new PageDocument("./").preloadScript("late.js").then(() => (isSettled = true));
    document.querySelector("link[rel=preload]")?.dispatchEvent(new Event("error"));
    await new Promise((resolve) => setTimeout(resolve));
    expect(fetched).toHaveBeenCalledWith("./late.js", { cache: "force-cache" });
    expect(isSettled).toBe(false);
    arrive(new Response("1"));
    await preloaded;
    vi.unstubAllGlobals();
  });
});

describe("loading", () => {
  beforeEach(letEverythingLoad);

  it("puts styles at their marker and scripts at theirs, in the order given, as real elements", async () => {
    const head = "<style>/*a*/</style><!--pyrt:css--><style>/*b*/</style>";
    await new PageDocument("../").adopt(
      message({
        index: index(head, entry + footer),
        stylesheets: [
          { src: "assets/a.css" },
          { src: "https://x.test/b.css", attributes: { crossorigin: "anonymous" } },
        ],
        scripts: [{ src: "pkg/one.js" }, { src: "assets/two.mjs", type: "module" }],
      }),
    );
    const styles = [...document.head.querySelectorAll("style, link")];
    expect(styles.map((style) => style.getAttribute("href") ?? style.textContent)).toEqual([
      "/*a*/",
      "../assets/a.css",
      "https://x.test/b.css",
      "/*b*/",
    ]);
    expect(styles[2]?.getAttribute("crossorigin")).toBe("anonymous");
    const scripts = [...document.querySelectorAll("footer script[src]")] as HTMLScriptElement[];
    expect(scripts.map((script) => [script.getAttribute("src"), script.type, script.async])).toEqual([
      ["../pkg/one.js", "", false],
      ["../assets/two.mjs", "module", false],
    ]);
  });

  it("evaluates a script once, whatever requests it (R-17)", async () => {
    const page = new PageDocument("./");
    await page.adopt(message({ scripts: [{ src: "pkg/one.js" }] }));
    await page.addResources([{ src: "pkg/one.js" }, { src: "pkg/late.js" }], []);
    expect([...document.querySelectorAll("script[src]")].map((script) => script.getAttribute("src"))).toEqual([
      "./pkg/late.js",
      "./pkg/one.js",
    ]);
  });
});

it("adds functions of callbacks that are added later, each once (S-34)", () => {
  const functions: Record<string, unknown> = {};
  // Where scripts of the page run; the tests have another global object.
  const { window } = (globalThis as unknown as { jsdom: { window: Window } }).jsdom;
  Object.assign(window, { dash_clientside: { _dashprivate_clientside_funcs: functions } });
  const page = new PageDocument("./");
  const first = { hash: "ab", source: "() => 1" };
  page.addFunctions([first]);
  page.addFunctions([first, { hash: "cd", source: "() => 2" }]);
  const texts = [...document.head.querySelectorAll("script")].map(({ textContent }) => textContent);
  expect(texts).toEqual([clientsideFunctionScript("ab", "() => 1"), clientsideFunctionScript("cd", "() => 2")]);
  expect(Object.keys(functions)).toEqual(["ab", "cd"]);
});

it("makes one assignment of an inline function, with or without semicolon and comment", () => {
  const start = 'window.dash_clientside._dashprivate_clientside_funcs["abc"] = ';
  expect(clientsideFunctionScript("abc", " (x) => x; ")).toBe(`${start}(x) => x\n;`);
  expect(clientsideFunctionScript("abc", "x => x // done")).toBe(`${start}x => x // done\n;`);
});

describe("the icon", () => {
  const icons = (): (string | null)[] =>
    [...document.querySelectorAll('link[rel="icon"]')].map((icon) => icon.getAttribute("href"));

  it("keeps its address when the address of the page changes", () => {
    document.head.innerHTML = '<link rel="icon" href="../assets/favicon.ico">';
    const { href } = new URL("../assets/favicon.ico", document.baseURI);
    addEmptyIcon();
    expect(icons()).toEqual([href]);
  });

  it("is an empty one where there is none, so that none is requested", () => {
    addEmptyIcon();
    expect(icons()).toEqual(["data:,"]);
  });
});

describe("scripts of the index", () => {
  beforeEach(letEverythingLoad);
  // Where scripts of the page run; the tests have another global object.
  const { window: host } = (globalThis as unknown as { jsdom: { window: Window & { log: string[] } } }).jsdom;
  const note = (text: string) => `<script>log.push(${text})</script>`;

  it("run in the order of the document among those of the app, in a document that is being parsed", async () => {
    host.log = [];
    const head = `<script>log.push("head " + document.readyState + " " + document.getElementById("react-entry-point"));
      document.addEventListener("DOMContentLoaded", () => log.push("dcl " + document.readyState));
      window.addEventListener("load", () => log.push("load " + document.readyState));</script>`;
    const entryIsThere = "String(!!document.getElementById('react-entry-point'))";
    const body = `${entry}${note("'before'")}<template data-pyrt="scripts"></template>${note("'after'")}${note(entryIsThere)}`;
    const page = new PageDocument("./");
    const seen = new MutationObserver(() => {
      const script = document.querySelector("script[src]:not([seen])");
      if (script) host.log.push(`app ${script.getAttribute("src")}`);
      script?.setAttribute("seen", "");
    });
    seen.observe(document, { childList: true, subtree: true });
    await page.adopt(message({ index: index(head, body), scripts: [{ src: "assets/a.js" }] }));
    seen.disconnect();
    expect(host.log).toEqual([
      "head loading null",
      "before",
      "app ./assets/a.js",
      "after",
      "true",
      "dcl interactive",
      "load complete",
    ]);
    expect(Object.hasOwn(document, "readyState")).toBe(false);
  });

  it("that are data are left alone, and deferred ones run last", async () => {
    host.log = [];
    const body = `${entry}<script defer src="d.js"></script><script type="text/template">log.push("no")</script>${note("!!document.querySelector('[src=\"d.js\"][defer]')")}`;
    const before = new WeakSet<Element>();
    const seen = new MutationObserver((records) => {
      for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
        if (node instanceof HTMLScriptElement && node.getAttribute("src") === "d.js") before.add(node);
      }
    });
    seen.observe(document, { childList: true, subtree: true });
    await new PageDocument("./").adopt(message({ index: index("", body) }));
    await Promise.resolve();
    seen.disconnect();
    expect(host.log[0]).toBe(true);
    expect(before.has(document.querySelector('[src="d.js"]') as Element)).toBe(true);
    expect(document.querySelector('[type="text/template"]')?.textContent).toContain("no");
  });

  it("may stand in the head, and the app's with them", async () => {
    const head = '<template data-pyrt="scripts"></template>';
    await new PageDocument("./").adopt(message({ index: index(head, entry), scripts: [{ src: "assets/a.js" }] }));
    expect(document.head.querySelector("script")?.getAttribute("src")).toBe("./assets/a.js");
  });
});
