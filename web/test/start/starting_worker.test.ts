// @vitest-environment node
/** The worker of a start that fails because of a file: a new one gets everything that the first was told. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hashOf } from "../../src/files/scripts";
import { StartingWorker } from "../../src/start/starting_worker";
import type { Boot } from "../../src/wire/manifest";
import type { WorkerMessage } from "../../src/wire/protocol";

const script = new URL("https://a.test/pyrt/worker-x.js");
const boot = { type: "Boot", root: "https://a.test/" } as Boot;
const hello = { type: "Hello", lazy: [], rendered: true, seq: 0 };
const failed: WorkerMessage = { type: "Failed", stage: "download", message: "a.img: wrong", canRestart: true };

class FakeWorker {
  readonly got: unknown[] = [];
  transferred: unknown;
  isEnded = false;
  onmessage: ((event: { data: unknown }) => void) | undefined;
  onerror: ((event: { message: string }) => void) | undefined;

  constructor(readonly address: string) {}

  postMessage(message: unknown, transferred: unknown): void {
    this.got.push(message);
    this.transferred = transferred;
  }

  terminate(): void {
    this.isEnded = true;
  }

  tell(...messages: object[]): void {
    this.onmessage?.({ data: { text: JSON.stringify(messages), buffers: [] } });
  }
}

let workers: FakeWorker[];
let told: WorkerMessage[];
let answer: () => Promise<Response>;
const original = globalThis.fetch;
const realTimeout = globalThis.setTimeout;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });
  Object.assign(globalThis, { self: globalThis });
  workers = [];
  told = [];
  answer = async () => new Response("post()");
  globalThis.fetch = () => answer();
  URL.createObjectURL = () => "blob:script";
});

afterEach(() => {
  vi.useRealTimers();
  globalThis.fetch = original;
});

function start(create = (address: string) => new FakeWorker(address), integrity?: string): StartingWorker {
  const worker = new StartingWorker({ script, integrity }, (address) => {
    const made = create(address);
    workers.push(made);
    return made as unknown as Worker;
  });
  worker.listen((messages) => told.push(...messages));
  worker.boot(boot);
  worker.send([hello] as never);
  return worker;
}

/** Digests take real time, which fake timers do not wait for. */
async function settle(isOver = () => false): Promise<void> {
  for (let count = 0; count < 40 && !isOver(); count++) {
    await vi.advanceTimersByTimeAsync(500);
    await new Promise((resolve) => realTimeout(resolve, 0));
  }
}

function typesOf(worker: FakeWorker | undefined): unknown[] {
  return (worker?.got ?? []).map((message) => {
    const { type, text } = message as { type?: string; text?: string };
    return type ?? (JSON.parse(text ?? "[]") as { type: string }[]).map((one) => one.type);
  });
}

it("starts again after a file that has been replaced, and repeats what was sent", async () => {
  start();
  workers[0]?.tell(failed);
  expect(workers[0]?.isEnded).toBe(true);
  expect(typesOf(workers[1])).toEqual(["Boot", ["Hello"]]);
  expect(told).toEqual([]);
  workers[1]?.tell(failed);
  workers[2]?.tell(failed);
  await vi.advanceTimersByTimeAsync(10);
  expect(workers).toHaveLength(3);
  expect(told).toEqual([failed]);
});

it("passes everything on once Python has answered", () => {
  const worker = start();
  workers[0]?.tell({ type: "Progress", stage: "app", text: "Running" }, { type: "Layout" });
  workers[0]?.tell(failed);
  expect(told.map(({ type }) => type)).toEqual(["Progress", "Layout", "Failed"]);
  worker.idle();
  expect(typesOf(workers[0])).toEqual(["Boot", ["Hello"], "Idle"]);
});

it("reads a script that could not be loaded, and starts it once more, the last time from its bytes", async () => {
  start();
  workers[0]?.onerror?.({ message: "" });
  await vi.advanceTimersByTimeAsync(10);
  workers[1]?.onerror?.({ message: "" });
  await vi.advanceTimersByTimeAsync(10);
  expect(workers.map(({ address }) => address)).toEqual([script.href, script.href, "blob:script"]);
  workers[2]?.tell({ type: "Layout" });
  expect(told.map(({ type }) => type)).toEqual(["Layout"]);
});

it("names a script that no worker can be made of", async () => {
  start();
  for (let count = 0; count < 3; count++) {
    workers[count]?.onerror?.({ message: "" });
    await vi.advanceTimersByTimeAsync(10);
  }
  const message = "The Python worker stopped: its script pyrt/worker-x.js could not be loaded.";
  expect(told).toEqual([{ type: "Failed", stage: "worker", message }]);
});

it("names a script that cannot be had", async () => {
  answer = async () => new Response("", { status: 404 });
  start();
  workers[0]?.onerror?.({ message: "" });
  await vi.advanceTimersByTimeAsync(15_000);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ type: "Failed", stage: "worker" });
  expect((told[0] as { message: string }).message).toContain("pyrt/worker-x.js: the server answered 404.");
});

it("starts from the bytes where a worker of this address is refused", async () => {
  start((address) => {
    if (address === script.href) throw new DOMException("cannot be accessed from origin 'null'", "SecurityError");
    return new FakeWorker(address);
  });
  await vi.advanceTimersByTimeAsync(10);
  expect(workers.map(({ address }) => address)).toEqual(["blob:script"]);
  expect(typesOf(workers[0])).toEqual(["Boot", ["Hello"]]);
});

it("looks at a worker that does not answer", async () => {
  start();
  await vi.advanceTimersByTimeAsync(4100);
  expect(workers).toHaveLength(2);
  expect(workers[0]?.isEnded).toBe(true);
  workers[1]?.tell({ type: "Layout" });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(workers).toHaveLength(2);
});

describe("a script that is damaged and runs all the same", () => {
  const wrong = "sha256-x";
  const broken: WorkerMessage = { type: "Failed", stage: "python", message: "x is not a function" };

  it("is named if its worker fails with any error", async () => {
    start(undefined, wrong);
    workers[0]?.tell(broken);
    await settle();
    expect(told.map(({ type }) => type)).toEqual(["Failed"]);
    expect((told[0] as { message: string }).message).toContain("pyrt/worker-x.js: the content is not what");
  });

  it("is named if its worker begins and then says nothing more", async () => {
    start(undefined, wrong);
    workers[0]?.tell({ type: "Progress", stage: "python", text: "Starting Python" });
    await vi.advanceTimersByTimeAsync(3900);
    expect(told).toHaveLength(1);
    await settle();
    expect((told[1] as { message: string }).message).toContain("pyrt/worker-x.js: the content is not what");
  });

  it("is replaced if the host has a right one by now", async () => {
    let asked = 0;
    answer = async () => new Response(asked++ === 0 ? "p0st()" : "post()");
    start(undefined, await hashOf(new Blob(["post()"])));
    workers[0]?.tell(broken);
    await settle(() => workers.length === 2);
    workers[1]?.tell({ type: "Layout" });
    await settle();
    expect(told.map(({ type }) => type)).toEqual(["Layout"]);
    expect(workers).toHaveLength(2);
    expect(typesOf(workers[1])).toEqual(["Boot", ["Hello"]]);
  });

  it("is no reason to doubt one that is right: its worker may take its time, or fail", async () => {
    start(undefined, await hashOf(new Blob(["post()"])));
    workers[0]?.tell({ type: "Progress", stage: "app", text: "Running the app" });
    await settle();
    expect(workers).toHaveLength(1);
    workers[0]?.tell(broken);
    await settle();
    expect(workers).toHaveLength(1);
    expect(told.at(-1)).toEqual(broken);
  });
});

it("starts again when the worker has ended before there is a layout, and repeats what was sent", () => {
  const worker = start();
  workers[0]?.tell({ type: "Document" }, { type: "Callbacks" });
  expect(worker.startAgain("ended")).toBe(true);
  expect(typesOf(workers[1])).toEqual(["Boot", ["Hello"]]);
  workers[1]?.tell({ type: "Document" }, { type: "Callbacks" });
  workers[1]?.tell({ type: "Failed", stage: "worker", message: "out of memory" });
  expect(typesOf(workers[2])).toEqual(["Boot", ["Hello"]]);
  expect(told.map(({ type }) => type)).toEqual(["Document", "Callbacks", "Document", "Callbacks"]);
  expect(worker.startAgain("ended")).toBe(false);
});

it("does not start again by itself what others must know of", () => {
  const worker = start();
  workers[0]?.tell({ type: "Layout" });
  expect(worker.startAgain("ended")).toBe(false);
  const second = new StartingWorker(
    { script },
    (address) => {
      const made = new FakeWorker(address);
      workers.push(made);
      return made as unknown as Worker;
    },
    "resume",
  );
  second.boot(boot);
  expect(second.startAgain("ended")).toBe(true);
  workers.at(-1)?.tell({ type: "Document" });
  expect(second.startAgain("ended")).toBe(false);
  expect(workers).toHaveLength(3);
});

it("says so when a worker ends that has worked", () => {
  start();
  workers[0]?.tell({ type: "Layout" });
  workers[0]?.onerror?.({ message: "out of memory" });
  expect(told.at(-1)).toEqual({
    type: "Failed",
    stage: "worker",
    message: "The Python worker stopped: out of memory.",
  });
});

describe("large values", () => {
  const rows = Array.from({ length: 1000 }, (_, n) => n);
  const change = { path: [], id: "a", origin: "internal" };
  const changed = (value: unknown) => [
    { type: "SetProps", seq: 2, seen: 0, changes: [{ ...change, props: { value } }] },
  ];
  const abilities = { type: "Abilities", found: {}, readsPacked: true };

  function sentBy(worker: StartingWorker, value: unknown): { text: string; buffers: ArrayBuffer[] } {
    worker.send(changed(value) as never);
    const batch = workers.at(-1)?.got.at(-1) as { text: string; buffers: ArrayBuffer[] };
    expect(workers.at(-1)?.transferred).toEqual(batch.buffers);
    return batch;
  }

  it("go as bytes to a worker that reads them, once it has answered", () => {
    const worker = start();
    workers[0]?.tell(abilities);
    expect(sentBy(worker, rows)).toEqual({ text: JSON.stringify(changed(rows)), buffers: [] });
    workers[0]?.tell({ type: "Layout" });
    const { text, buffers } = sentBy(worker, rows);
    expect(JSON.parse(text)).toEqual(changed({ _pyrt_packed: 0 }));
    expect(buffers.map(({ byteLength }) => byteLength)).toEqual([5005]);
    expect(sentBy(worker, rows.slice(0, 900)).buffers).toEqual([]);
  });

  it("stay in the text for a worker that does not read bytes", () => {
    const worker = start();
    workers[0]?.tell({ type: "Layout" });
    expect(sentBy(worker, rows)).toEqual({ text: JSON.stringify(changed(rows)), buffers: [] });
  });
});
