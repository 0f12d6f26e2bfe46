/** A page of `pyrt dev` goes from one version of the app to the next. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { installDashClientside } from "../../src/contract/dash_clientside";
import type { PageDocument } from "../../src/document/document";
import { HotReload } from "../../src/hot_reload/hot_reload";
import { ComponentProps } from "../../src/mirror/tree";
import { Page, type SessionMessage } from "../../src/session/page";
import type { Changes } from "../../src/wire/hot_reload";
import type { Boot } from "../../src/wire/manifest";
import type { DocumentMessage, DryComponent, WorkerMessage } from "../../src/wire/protocol";
import { MemoryEndpoint } from "../../src/wire/transport";

const rootUrl = "http://localhost:3000/";
const div = (props: object): DryComponent => ({ namespace: "html", type: "Div", props: { ...props } });
const layout = (title: string) => div({ children: [div({ id: "a", title }), div({ id: "b" })] });
const manifest = (version: number, more: object = {}) =>
  ({ debug: true, entry: "/app/app.py", assetsUrl: "assets", dev: { server: "s", version }, ...more }) as never;
const changesOf = (version: number, more: Partial<Changes> = {}): Changes => ({
  version,
  manifest: manifest(version),
  files: [],
  styles: [],
  scripts: [],
  media: [],
  restart: false,
  rerun: false,
  ...more,
});
const source = { path: "/app/app.py", url: "_pyrt/dev/file/abc" };
const newDocument: DocumentMessage = {
  type: "Document",
  config: {},
  childrenProps: {},
  inlineScripts: [],
} as never;

let tell: (version: number, server?: string) => void;
let answers: Changes[];
let asked: string[];
let reports: { version: number; ok: boolean; message: string }[];
let ordered: { type: string }[];
let replaced: Boot[];
let lost: string[];
let renewed: number;
let loads: number;
let endpoint: MemoryEndpoint;
let page: Page;
let reload: HotReload;

/** Waits until what has been asked for has been answered. */
async function settle(): Promise<void> {
  for (let count = 0; count < 20; count++) await Promise.resolve();
  await vi.advanceTimersByTimeAsync(0);
}

function worker(...messages: object[]): void {
  endpoint.deliver(...(messages as WorkerMessage[]));
}

/** The engine of the new run has its layout, no call is pending, and it has heard what components say. */
async function opened(title: string): Promise<void> {
  worker({ type: "Layout", seq: page.outbox.seq, layout: layout(title) }, status());
  await settle();
  worker(status());
  await settle();
}

const status = () => ({ type: "Status", seq: page.outbox.seq, pending: 0 });

beforeEach(async () => {
  vi.useFakeTimers();
  [answers, asked, reports, ordered, replaced, lost] = [[], [], [], [], [], []];
  renewed = loads = 0;
  sessionStorage.clear();
  class Events {
    set onmessage(listener: (event: { data: string }) => void) {
      tell = (version, server = "s") => listener({ data: JSON.stringify({ server, version }) });
    }
  }
  class Channel {
    postMessage(): void {}
  }
  vi.stubGlobal("EventSource", Events);
  vi.stubGlobal("BroadcastChannel", Channel);
  vi.stubGlobal("location", {
    href: rootUrl,
    origin: rootUrl,
    pathname: "/",
    search: "",
    hash: "",
    reload: () => loads++,
  });
  vi.stubGlobal("fetch", async (address: string | URL, options: { body?: string } = {}) => {
    const path = new URL(address).href.slice(rootUrl.length);
    if (path === "_pyrt/dev/report") reports.push(JSON.parse(options.body as string));
    else asked.push(path);
    if (path.startsWith("_pyrt/dev/changes")) return Response.json(answers.shift());
    return new Response("content");
  });
  const boot = { type: "Boot", manifest: manifest(1), root: rootUrl, environment: {} } as unknown as Boot;
  reload = new HotReload(boot, (next) => replaced.push(next));
  endpoint = new MemoryEndpoint();
  page = new Page({ endpoint: reload.over(endpoint), componentProps: new ComponentProps(), saved: reload.saved });
  installDashClientside(() => page);
  const document = { addFunctions: () => {}, resolve: (url: string) => url } as unknown as PageDocument;
  const restart = {
    received: () => {},
    lost: (reason: string) => {
      lost.push(reason);
      return true;
    },
  };
  reload.use(page, document, restart, () => renewed++);
  reload.noteWorker({ postMessage: (message: { type: string }) => void ordered.push(message) } as unknown as Worker);
  reload.listen((messages) => {
    const isTaken = ({ type }: { type: string }) => type === "Document";
    for (const message of messages.filter(isTaken)) reload.documentArrived(message as DocumentMessage);
    page.receiveAll(messages.filter((message) => !isTaken(message)) as SessionMessage[]);
    reload.delivered();
  });
  await opened("one");
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

const types = () => ordered.map(({ type }) => type);
const titleOf = (id: string) => page.store.propsOf(id)?.title;
const errors = () => page.errors.state.backEnd.map(({ error }) => error.html);

async function save(version: number, more: Partial<Changes> = { files: [source], rerun: true }): Promise<void> {
  answers.push(changesOf(version, more));
  tell(version);
  await settle();
}

describe("a file of the app that has changed", () => {
  it("is sent to the worker, which runs the app again; the page hands over to the new run", async () => {
    await save(2);
    expect(asked).toEqual(["_pyrt/dev/changes?files=1&seen=1", "_pyrt/dev/file/abc"]);
    expect(ordered).toMatchObject([{ type: "Rerun", files: [{ path: "/app/app.py" }] }]);
    worker({ type: "RerunBegun" }, newDocument);
    expect(titleOf("a")).toBe("one");
    await opened("two");
    expect(titleOf("a")).toBe("two");
    expect(types()).toEqual(["Rerun", "Adopt", "Collect"]);
    expect(reports).toMatchObject([{ version: 2, ok: true }]);
    expect(renewed).toBe(1);
  });

  it("keeps what was typed, and what is typed meanwhile is told to the new run", async () => {
    page.setProps(page.store.pathOf("b") ?? [], { title: "typed" });
    await save(2);
    worker({ type: "RerunBegun" });
    page.setProps(page.store.pathOf("b") ?? [], { lang: "en" });
    await settle();
    const before = endpoint.sent.length;
    worker(newDocument);
    await opened("two");
    expect(page.store.propsOf("b")).toMatchObject({ title: "typed", lang: "en" });
    expect(endpoint.sent.slice(before).map(({ type }) => type)).toContain("SetProps");
  });

  it("that fails is told, and the run before goes on", async () => {
    await save(2);
    worker({ type: "RerunBegun" });
    page.setProps(page.store.pathOf("b") ?? [], { title: "typed" });
    await settle();
    worker({ type: "RerunFailed", message: "SyntaxError in app.py, line 3" });
    await settle();
    expect(errors()).toEqual(["SyntaxError in app.py, line 3"]);
    expect(endpoint.sent.at(-1)).toMatchObject({ type: "SetProps" });
    expect(reports).toMatchObject([{ version: 2, ok: false, message: "SyntaxError in app.py, line 3" }]);
    await save(3);
    expect(asked.at(-2)).toBe("_pyrt/dev/changes?files=2&seen=2");
    worker({ type: "RerunBegun" }, newDocument);
    await opened("three");
    expect([titleOf("a"), errors()]).toEqual(["three", []]);
  });

  it("whose script does not end is given up, and Python is started with the version before", async () => {
    await save(2);
    worker({ type: "RerunBegun" });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(lost.length).toBe(1);
    expect(errors()[0]).toContain("has not come to its end after 10 s");
    expect(reports).toMatchObject([{ version: 2, ok: false }]);
  });

  it("meets a callback that does not end: another worker runs it", async () => {
    await save(2);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(replaced).toMatchObject([{ manifest: { dev: { version: 2 } } }]);
    expect(lost).toEqual([]);
  });

  it("that changes again meanwhile is looked at once more, in its last version", async () => {
    await save(2);
    for (const version of [3, 4, 5]) tell(version);
    answers.push(changesOf(5, { files: [source], rerun: true }));
    worker({ type: "RerunBegun" }, newDocument);
    await opened("two");
    expect(asked.filter((path) => path.includes("changes"))).toEqual([
      "_pyrt/dev/changes?files=1&seen=1",
      "_pyrt/dev/changes?files=2&seen=2",
    ]);
  });
});

it("a stylesheet is exchanged, and the app does not run", async () => {
  await save(2, { styles: ["assets/a.css"] });
  expect(types()).toEqual(["Collect"]);
  expect(reports).toMatchObject([{ version: 2, ok: true }]);
});

it("other packages need another worker", async () => {
  await save(2, { restart: true, rerun: true });
  expect(replaced.length).toBe(1);
  expect(types()).toEqual([]);
});

it("what the server cannot build is told, and the page stays", async () => {
  await save(2, { error: "app.py:3: invalid syntax" });
  expect(errors()).toEqual(["app.py:3: invalid syntax"]);
  expect([titleOf("a"), loads, types()]).toEqual(["one", 0, []]);
});

it("what cannot be fetched is told", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new Error("gone")));
  tell(2);
  await settle();
  expect(errors()).toEqual(["What has changed could not be fetched: gone"]);
});

it("what needs another page loads it anew, with what was typed", async () => {
  page.setProps(page.store.pathOf("b") ?? [], { title: "typed" });
  await save(2, { reload: "assets/a.js cannot be run twice in one page" });
  expect(loads).toBe(1);
  expect(JSON.parse(sessionStorage.getItem("pyrt.hot-reload") ?? "{}")).toEqual({ b: { title: ["typed", null] } });
});

it("a server that was started anew has another app: the page is loaded anew", () => {
  tell(1, "other");
  expect(loads).toBe(1);
});
