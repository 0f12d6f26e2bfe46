import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { pageWorker } from "../../src/browser/page_worker";
import { Archive } from "../../src/embedded/archive";
import { EmbeddedSite } from "../../src/embedded/site";
import { beginWorker, hookWorkers, makeImports } from "../../src/embedded/workers";

const root = "https://pyrt.invalid/";
const bytesOf = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
const index = [
  { name: "pyrt/worker-1.js", size: 6 },
  { name: "a.txt", size: 1 },
  { name: "b.txt", size: 1 },
];
let workers: FakeWorker[];

class FakeWorker {
  readonly address: string;
  readonly messages: unknown[] = [];
  readonly listeners: Record<string, () => void> = {};

  constructor(address: string | URL) {
    this.address = String(address);
    workers.push(this);
  }

  addEventListener(type: string, listener: () => void): void {
    this.listeners[type] = listener;
  }

  postMessage(message: unknown): void {
    this.messages.push(message);
  }
}

beforeEach(() => {
  workers = [];
  vi.stubGlobal("Worker", FakeWorker);
  URL.createObjectURL = vi.fn(() => "blob:1");
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function makeSite(): EmbeddedSite {
  const archive = new Archive(index);
  archive.put("pyrt/worker-1.js", bytesOf("work()"));
  archive.put("a.txt", () => "a");
  return new EmbeddedSite(root, archive);
}

it("a worker gets the files that are there, and the others as they come", () => {
  const site = makeSite();
  hookWorkers(site, "first()");
  new Worker(`${root}pyrt/worker-1.js`);
  new Worker("https://example.org/x.js");
  expect(workers.map(({ address }) => address)).toEqual(["blob:1", "https://example.org/x.js"]);
  const read = vi.fn(() => "b");
  site.archive.put("b.txt", read);
  expect(workers[0]?.messages).toEqual([
    {
      pyrtEmbedded: {
        root,
        files: index,
        contents: [
          ["pyrt/worker-1.js", bytesOf("work()")],
          ["a.txt", "a"],
        ],
      },
    },
    { pyrtEmbedded: { contents: [["b.txt", "b"]] } },
  ]);
  expect(read).toHaveBeenCalledTimes(1);
  expect(workers[1]?.messages).toEqual([]);
});

it("the page's worker is started early, and given once to who asks for it", () => {
  const early = "pyrt/worker-1.js";
  hookWorkers(makeSite(), "first()", early);
  expect(workers).toHaveLength(1);
  const job = new Worker(root + early, { type: "module", name: "pyrt job" });
  const worker = new Worker(root + early, pageWorker);
  const another = new Worker(root + early, pageWorker);
  expect([worker, job, another]).toEqual(workers);
});

it("one that has failed early is not given to anyone", () => {
  const early = "pyrt/worker-1.js";
  hookWorkers(makeSite(), "first()", early);
  workers[0]?.listeners.error?.();
  expect(new Worker(root + early, pageWorker)).toBe(workers[1]);
});

it("where no worker can be started, who asks for one hears why", () => {
  const Refused = vi.fn(() => {
    throw new Error("refused");
  });
  vi.stubGlobal("Worker", Refused);
  hookWorkers(makeSite(), "first()", "pyrt/worker-1.js");
  expect(() => new Worker(`${root}pyrt/worker-1.js`, pageWorker)).toThrow("refused");
});

it("a worker decodes files until it is asked for something", () => {
  const decode = vi.spyOn(Archive.prototype, "decode");
  vi.stubGlobal("fetch", vi.fn());
  beginWorker();
  const deliver = (data: unknown): void => void dispatchEvent(new MessageEvent("message", { data }));
  deliver({ pyrtEmbedded: { root, files: index, contents: [["pyrt/worker-1.js", "work()"]] } });
  deliver({ pyrtEmbedded: { contents: [["a.txt", "a"]] } });
  deliver("own");
  deliver({ pyrtEmbedded: { contents: [["b.txt", "b"]] } });
  expect(decode.mock.calls).toEqual([["pyrt/worker-1.js"], ["a.txt"]]);
});

it("a worker answers from files that come later, and its own messages pass", async () => {
  const taken: unknown[] = [];
  vi.stubGlobal("fetch", vi.fn());
  beginWorker();
  const listener = (event: Event): void => void taken.push((event as MessageEvent).data);
  addEventListener("message", listener);
  const deliver = (data: unknown): void => void dispatchEvent(new MessageEvent("message", { data }));
  deliver({ pyrtEmbedded: { root, files: index.slice(1), contents: [["a.txt", "a"]] } });
  const answer = fetch(`${root}b.txt`);
  deliver("own");
  deliver({ pyrtEmbedded: { contents: [["b.txt", "b"]] } });
  expect(await (await answer).text()).toBe("b");
  deliver({ pyrtEmbedded: "of another" });
  expect(taken).toEqual(["own", { pyrtEmbedded: "of another" }]);
  removeEventListener("message", listener);
});

it("an import waits for its file", async () => {
  const site = makeSite();
  const { import: load } = makeImports(site) as { import(from: number, address: string): Promise<unknown> };
  URL.createObjectURL = vi.fn(() => "data:text/javascript,export const found = 1");
  const loaded = load(0, `${root}b.txt`);
  site.archive.put("b.txt", bytesOf("1"));
  expect((await loaded) as object).toHaveProperty("found", 1);
});
