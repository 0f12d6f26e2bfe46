/** The worker of a start that fails because of a file: a new one gets everything that the first was told. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { StartingWorker } from "../../src/start/starting_worker";
import type { Boot } from "../../src/wire/manifest";
import type { WorkerMessage } from "../../src/wire/protocol";

const script = new URL("https://a.test/pyrt/worker-x.js");
const boot = { type: "Boot", root: "https://a.test/" } as Boot;
const hello = { type: "Hello", lazy: [], rendered: true, seq: 0 };
const failed: WorkerMessage = { type: "Failed", stage: "download", message: "a.img: wrong", canRestart: true };

class FakeWorker {
  readonly got: unknown[] = [];
  isEnded = false;
  onmessage: ((event: { data: unknown }) => void) | undefined;
  onerror: ((event: { message: string }) => void) | undefined;

  constructor(readonly address: string) {}

  postMessage(message: unknown): void {
    this.got.push(message);
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

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });
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

function start(create = (address: string) => new FakeWorker(address)): StartingWorker {
  const worker = new StartingWorker(script, (address) => {
    const made = create(address);
    workers.push(made);
    return made as unknown as Worker;
  });
  worker.listen((messages) => told.push(...messages));
  worker.boot(boot);
  worker.send([hello] as never);
  return worker;
}

function typesOf(worker: FakeWorker | undefined): unknown[] {
  return (worker?.got ?? []).map((message) => {
    const { type, text } = message as { type?: string; text?: string };
    return type ?? (JSON.parse(text ?? "[]") as { type: string }[]).map((one) => one.type);
  });
}

it("starts again after a file that has been replaced, and repeats what was sent", () => {
  start();
  workers[0]?.tell(failed);
  expect(workers[0]?.isEnded).toBe(true);
  expect(typesOf(workers[1])).toEqual(["Boot", ["Hello"]]);
  expect(told).toEqual([]);
  workers[1]?.tell(failed);
  workers[2]?.tell(failed);
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
