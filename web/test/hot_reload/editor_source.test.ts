/** The frame of a playground gets its app by message: what it takes, and from whom. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DevManifest, VersionNotice } from "../../src/hot_reload/change_source";
import { EditorSource } from "../../src/hot_reload/editor_source";
import { ErrorLog } from "../../src/session/errors";

const image = { url: "pyrt/app.img", size: 1, sha256: "", mount: "/app" };
const engine = { url: "pyrt/engine.img", size: 1, sha256: "", mount: "/pyrt/engine" };
const manifest = {
  images: [engine, image],
  path: ["/app"],
  packagesUrl: "pkg/",
  dev: { server: "editor", version: 1 },
} as unknown as DevManifest;

let added: Map<string, Uint8Array>;
let told: { type: string; run?: number; error?: string | null; errors?: unknown[] }[];
let notices: VersionNotice[];
let source: EditorSource;
/** Another one in each test: its sources listen for ever. */
let host: Pick<Window, "postMessage">;

function listen(origin = "null"): void {
  vi.stubGlobal("origin", origin);
  source = new EditorSource(manifest, host);
  source.listen((notice) => notices.push(notice));
}

function send(data: unknown, sender: unknown = host): void {
  const event = new MessageEvent("message", { data });
  Object.defineProperty(event, "source", { value: sender });
  dispatchEvent(event);
}

const app = (files: Record<string, string>, run = 1, packages: unknown[] = []) => ({
  pyrtPlayground: 1,
  type: "run",
  run,
  files,
  packages,
});
const text = (content: ArrayBuffer): string => new TextDecoder().decode(content);

beforeEach(() => {
  [added, told, notices] = [new Map(), [], []];
  host = { postMessage: (message: (typeof told)[number]) => told.push(message) };
  vi.stubGlobal("__pyrt_site__", {
    location,
    add: (path: string, content: Uint8Array) => added.set(path, content),
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

describe("messages", () => {
  it("are asked for, and become versions", () => {
    listen();
    expect(told).toEqual([{ pyrtPlayground: 1, type: "waiting" }]);
    send(app({ "app.py": "one" }));
    send(app({ "app.py": "two" }, 2));
    expect(notices.map(({ version }) => version)).toEqual([2, 3]);
  });

  it("of other windows, and of other forms, are none", () => {
    listen();
    send(app({ "app.py": "one" }), { postMessage: () => {} });
    for (const data of [null, "text", { pyrtApp: 1 }, { pyrtPlayground: 2, type: "run" }]) send(data);
    expect(notices).toEqual([]);
  });

  it("count only where the page has no origin: else they could run code with its rights", () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    listen("https://host.example");
    send(app({ "app.py": "one" }));
    expect(notices).toEqual([]);
    expect(told).toEqual([]);
    expect(error).toHaveBeenCalledWith(expect.stringContaining("only in a frame with sandbox"));
  });
});

describe("a version", () => {
  it("names the files that differ from those that Python has, and gives their content", async () => {
    listen();
    send(app({ "app.py": "one", "util.py": "u" }));
    const first = await source.changes(1, 1);
    expect(first.files).toEqual([
      { path: "/app/app.py", url: "2/app.py" },
      { path: "/app/util.py", url: "2/util.py" },
    ]);
    expect(first.rerun && !first.restart && first.reload === undefined).toBe(true);
    expect(text(await source.content("2/util.py"))).toBe("u");
    send(app({ "app.py": "two" }, 2));
    const second = await source.changes(2, 2);
    expect(second.files).toEqual([
      { path: "/app/app.py", url: "3/app.py" },
      { path: "/app/util.py", url: null },
    ]);
    await expect(source.content("3/util.py")).rejects.toThrow("There is no 3/util.py");
  });

  it("is an image of the site, which a worker that starts anew mounts in place of the first app", async () => {
    listen();
    send(app({ "app.py": "one" }));
    const { manifest: made } = await source.changes(1, 1);
    expect(made.images.map(({ url, mount }) => [url, mount])).toEqual([
      ["pyrt/engine.img", "/pyrt/engine"],
      ["pyrt/app-2.img", "/app"],
    ]);
    const content = added.get("pyrt/app-2.img") as Uint8Array;
    expect(made.images[1]?.size).toBe(content.length);
    expect(made.images[1]?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(new TextDecoder().decode(content).replace(/^PYRTIMG1.{4}/s, "")).toBe('[["app.py",3]]one');
  });

  it("with other packages asks for another Python, which finds them behind its own", async () => {
    listen();
    const more = { name: "more", image: new ArrayBuffer(3), unpacked: 9, page: [["more/a.js", new ArrayBuffer(2)]] };
    send(app({ "app.py": "import more" }, 1, [more]));
    const changes = await source.changes(1, 1);
    expect(changes.restart).toBe(true);
    expect(changes.manifest.path).toEqual(["/app", "/pyrt/added/site-packages/more"]);
    expect(changes.manifest.images.at(-1)).toMatchObject({ url: "pyrt/added-more.img", size: 3, unpacked: 9 });
    expect([...added.keys()]).toContain("pkg/more/a.js");
    send(app({ "app.py": "import more  # again" }, 2, [more]));
    expect((await source.changes(2, 2)).restart).toBe(false);
  });

  it("has the page around it make the frame anew, where a page has to be loaded anew", () => {
    listen();
    told.length = 0;
    expect(source.loadAnew()).toBe(true);
    expect(told).toMatchObject([{ type: "reload" }]);
  });

  it("with another asset loads the page anew, and is not told of as run", async () => {
    listen();
    send(app({ "app.py": "", "assets/a.css": "p {}" }));
    expect((await source.changes(1, 1)).reload).toBeUndefined();
    expect(added.has("assets/a.css")).toBe(true);
    send(app({ "app.py": "", "assets/a.css": "p { color: red }" }, 2));
    expect((await source.changes(2, 2)).reload).toBe("the page has another assets/a.css");
    told.length = 0;
    source.report({ version: 3, ok: true, ms: 1, message: "" });
    expect(told).toEqual([]);
  });
});

describe("the page around it", () => {
  it("is told whether the app has run, and of its errors", async () => {
    listen();
    send(app({ "app.py": "" }, 7));
    await source.changes(1, 1);
    told.length = 0;
    source.report({ version: 2, ok: false, ms: 5, message: "wrong" });
    const errors = new ErrorLog();
    vi.spyOn(console, "error").mockImplementation(() => {});
    expect(source.watchErrors(errors)).toBe(true);
    errors.addBackEnd("Callback failed", "Traceback ...");
    expect(told).toMatchObject([
      { type: "ran", run: 7, error: "wrong" },
      { type: "errors", errors: [{ title: "Callback failed", text: "Traceback ...", isAdvice: false }] },
    ]);
  });
});

describe("a page that was downloaded", () => {
  it("has its app in itself, and takes none by message", () => {
    const element = document.createElement("script");
    element.id = "pyrt-source";
    element.type = "application/json";
    element.textContent = JSON.stringify({ files: { "app.py": "one" }, packages: [] });
    document.body.append(element);
    listen("https://host.example");
    expect(notices).toEqual([{ server: "editor", version: 2 }]);
    send(app({ "app.py": "other" }));
    expect(notices.length).toBe(1);
  });
});
