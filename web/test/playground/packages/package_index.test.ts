/** Packages from an index: which release is taken, what it brings, and what is said if there is none. */

import { strToU8, zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { IndexInfo } from "../../../src/playground/config";
import { PackageIndex } from "../../../src/playground/packages/package_index";
import { parseRequirement, type Requirement } from "../../../src/playground/packages/versions";

const info: IndexInfo = {
  url: "https://index.example/simple/",
  python: { python_version: "3.14", python_full_version: "3.14.0" },
  provided: ["dash", "flask"],
  modules: { different: { yaml: "pyyaml" }, same: ["dash_parts"] },
};
const serving = "_js_dist = [{'relative_package_path': 'parts.js'}]\n";

let pages: Map<string, () => Response>;
let asked: string[];

function wheel(name: string, files: Record<string, string>, ...requires: string[]): Uint8Array<ArrayBuffer> {
  const metadata = [
    "Metadata-Version: 2.1",
    `Name: ${name}`,
    ...requires.map((each) => `Requires-Dist: ${each}`),
    "",
    "x",
  ];
  const all = { ...files, [`${name}-1.dist-info/METADATA`]: metadata.join("\n"), [`${name}-1.dist-info/RECORD`]: "" };
  const content = zipSync(Object.fromEntries(Object.entries(all).map(([path, text]) => [path, strToU8(text)])));
  return content as Uint8Array<ArrayBuffer>;
}

/** A package on the index: file name -> wheel, or a text for one that is not to be fetched. */
function publish(name: string, files: Record<string, Uint8Array<ArrayBuffer> | string>, more: object = {}): void {
  const listed = Object.keys(files).map((filename) => ({ filename, url: `../../files/${filename}`, ...more }));
  pages.set(`${info.url}${name}/`, () =>
    Response.json({ files: listed }, { headers: { "Content-Type": "application/vnd.pypi.simple.v1+json" } }),
  );
  for (const [file, content] of Object.entries(files)) {
    pages.set(`https://index.example/files/${file}`, () => new Response(content));
  }
}

const index = (present: Record<string, string> = {}) => new PackageIndex(info, new Map(Object.entries(present)));
const want = (...texts: string[]) => texts.map((text) => parseRequirement(text) as Requirement);

beforeEach(() => {
  [pages, asked] = [new Map(), []];
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    return pages.get(address)?.() ?? new Response("", { status: 404 });
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a package", () => {
  it("comes with what it needs in a tab, once", async () => {
    const parts = wheel(
      "dash_parts",
      { "dash_parts/__init__.py": serving, "dash_parts/parts.js": "js", "dash_parts/parts.js.map": "map" },
      "dash>=2",
      "helper[fast]>=1",
      "numpy",
      'gone; python_version < "3"',
    );
    const helper = wheel("helper", { "helper.py": "" }, 'quick; extra == "fast"', 'slow; extra == "slow"');
    publish("dash-parts", { "dash_parts-2.0-py3-none-any.whl": parts });
    publish("helper", { "helper-1.0-py2.py3-none-any.whl": helper });
    publish("quick", { "quick-1.0-py3-none-any.whl": wheel("quick", { "quick/__init__.py": "" }, "helper") });
    const found = index({ numpy: "2.0" });
    const { packages, needs } = await found.fetch(want("dash-parts"), "the app");
    expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
      "dash-parts 2.0",
      "helper 1.0",
      "quick 1.0",
    ]);
    expect(needs).toEqual(["numpy"]);
    const [{ modules, content } = { modules: [], content: undefined }] = packages;
    expect(modules).toEqual(["dash_parts"]);
    expect(content?.page.map(([path]) => path)).toEqual(["dash_parts/parts.js"]);
    expect(new TextDecoder().decode(content?.image)).not.toContain("parts.js.map");
    const count = asked.length;
    await found.fetch(want("dash-parts"), "the app");
    expect(asked.length).toBe(count);
  });

  it("is the newest release that all requirements allow, and no release to come", async () => {
    const files = ["1.0", "1.9", "2.0", "3.0rc1"].map((each) => [
      `a-${each}-py3-none-any.whl`,
      wheel("a", { "a.py": "" }),
    ]);
    publish("a", Object.fromEntries(files) as Record<string, Uint8Array<ArrayBuffer>>);
    const taken = async (...texts: string[]) => (await index().fetch(want(...texts), "x")).packages[0]?.version;
    expect(await taken("a")).toBe("2.0");
    expect(await taken("a<2")).toBe("1.9");
    expect(await taken("a>=3.0rc1")).toBe("3.0rc1");
  });

  it("is found on an index of plain pages", async () => {
    const page = `<a href="a-1.0-py3-none-any.whl">a</a><a href="a-2.0-py3-none-any.whl" data-yanked="">a</a>
      <a href="a-3.0-py3-none-any.whl" data-requires-python="&lt;3.10">a</a>`;
    pages.set(`${info.url}a/`, () => new Response(page, { headers: { "Content-Type": "text/html" } }));
    pages.set(`${info.url}a/a-1.0-py3-none-any.whl`, () => new Response(wheel("a", { "a.py": "" })));
    expect((await index().fetch(want("a"), "x")).packages[0]?.version).toBe("1.0");
  });

  it("is known by a module only where it is certain which one has it", () => {
    expect(["yaml", "dash_parts", "anything"].map((module) => index().providerOf(module))).toEqual([
      "pyyaml",
      "dash-parts",
      undefined,
    ]);
  });
});

describe("what cannot be had is named", () => {
  it.each([
    ["there is none", () => {}, "https://index.example/simple/ has no package a."],
    ["it has compiled code", () => publish("a", { "a-1.0-cp314-cp314-linux_x86_64.whl": "" }), "without compiled code"],
    [
      "it is for another Python",
      () => publish("a", { "a-1.0-py3-none-any.whl": "" }, { "requires-python": "<3.10" }),
      "a for the app",
    ],
    ["it is yanked", () => publish("a", { "a-1.0-py3-none-any.whl": "" }, { yanked: "bad" }), "no release of a"],
    ["it is no wheel", () => publish("a", { "a-1.0-py3-none-any.whl": "no zip" }), "is no valid wheel"],
    [
      "it is another file than the index says",
      () => publish("a", { "a-1.0-py3-none-any.whl": wheel("a", {}) }, { hashes: { sha256: "0".repeat(64) } }),
      "its SHA-256 differs",
    ],
    ["the host fails", () => pages.set(`${info.url}a/`, () => new Response("", { status: 503 })), "answers 503"],
    [
      "the host does not let pages read it",
      () =>
        pages.set(`${info.url}a/`, () => {
          throw new TypeError("Failed to fetch");
        }),
      "(CORS)",
    ],
  ])("%s", async (_, prepare, message) => {
    prepare();
    await expect(index().fetch(want("a"), "the app")).rejects.toThrow(message);
  });

  it("requirements contradict each other, or the site", async () => {
    publish("a", { "a-2.0-py3-none-any.whl": wheel("a", { "a.py": "" }) });
    publish("b", { "b-1.0-py3-none-any.whl": wheel("b", { "b.py": "" }, "a<2") });
    await expect(index().fetch(want("a", "b"), "the app")).rejects.toThrow(
      "a for the app, a<2 for b 1.0 cannot both be met with a 2.0.",
    );
    await expect(index({ numpy: "2.0" }).fetch(want("numpy<2"), "the app")).rejects.toThrow(
      "the app needs numpy<2, and this playground has numpy 2.0.",
    );
  });
});
