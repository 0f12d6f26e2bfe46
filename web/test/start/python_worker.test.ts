// @vitest-environment node
/** A worker that has ended is told from one that computes by the lock that it holds. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PythonWorker } from "../../src/start/python_worker";
import type { Boot, Lifeline } from "../../src/wire/manifest";
import { waitFor } from "../support/waiting";

const script = new URL("https://a.test/pyrt/worker-x.js");
const boot = { type: "Boot", root: "https://a.test/" } as Boot;
const layout = { type: "Layout", components: [] };

/** What each worker was given; the newest is last. */
let lines: Lifeline[];
let workers: Pick<Worker, "onmessage">[];
/** Names of the locks that are held. */
let held: Set<string>;
let ended: number;
let answers: number;

beforeEach(() => {
  lines = [];
  workers = [];
  held = new Set();
  ended = answers = 0;
  useBrowser({});
});

afterEach(() => {
  for (const { port } of lines) port.close();
  vi.unstubAllGlobals();
});

function useBrowser(abilities: object): void {
  const request = async (name: string, _options: object, take: (lock: object | null) => unknown): Promise<unknown> =>
    take(held.has(name) ? null : {});
  vi.stubGlobal("navigator", { locks: { request }, ...abilities });
  vi.stubGlobal("self", globalThis);
}

function start(): PythonWorker {
  const worker = new PythonWorker({ script }, () => {
    const made: Pick<Worker, "onmessage" | "terminate"> & { postMessage(message: object): void } = {
      onmessage: null,
      terminate: () => {},
      postMessage: (message: object) => {
        if ("type" in message && message.type === "Lifeline") lines.push(message as Lifeline);
      },
    };
    workers.push(made);
    return made as unknown as Worker;
  });
  worker.watch({ answered: () => (answers += 1), ended: () => (ended += 1) });
  worker.listen(() => {});
  worker.boot(boot);
  return worker;
}

/** The newest worker takes its lock, as worker/main.ts does; returns what it is told on its line. */
async function takeLock(): Promise<unknown[]> {
  const { port, lock } = lines.at(-1) as Lifeline;
  const told: unknown[] = [];
  port.onmessage = ({ data }) => {
    told.push(data);
    if (data === "release") held.delete(lock);
  };
  held.add(lock);
  port.postMessage("held");
  port.postMessage(null);
  const before = answers;
  await waitFor(() => expect(answers).toBe(before + 1));
  return told;
}

vi.setConfig({ testTimeout: 60_000 });

/** What the worker was told before it was asked. */
async function toldBefore(worker: PythonWorker, told: unknown[]): Promise<unknown[]> {
  worker.ask();
  await waitFor(() => expect(told).toContain(null));
  return told.slice(0, told.indexOf(null));
}

function answer(): void {
  const data = { text: JSON.stringify([layout]), buffers: [] };
  workers.at(-1)?.onmessage?.call(null as never, { data } as MessageEvent);
}

it.each([["Chromium", { userAgentData: {} }] as const, ["another browser", {}] as const])(
  "starts a worker again that ends during the start in %s",
  async (_name, abilities) => {
    useBrowser(abilities);
    const worker = start();
    await takeLock();
    await worker.look();
    expect(lines).toHaveLength(1);
    held.clear();
    await worker.look();
    expect(lines).toHaveLength(2);
  },
);

it("lets the worker hold its lock for ever in Chromium", async () => {
  useBrowser({ userAgentData: {} });
  const worker = start();
  const told = await takeLock();
  answer();
  worker.settle();
  expect(await toldBefore(worker, told)).toEqual([]);
  held.clear();
  await worker.look();
  expect(ended).toBe(1);
});

it("lets the worker give its lock back in other browsers, and takes that for no end", async () => {
  const worker = start();
  const told = await takeLock();
  answer();
  worker.settle();
  expect(await toldBefore(worker, told)).toEqual(["release"]);
  expect(held.size).toBe(0);
  await worker.look();
  expect(ended).toBe(0);
});

it("takes a lock that comes too late for no lock", async () => {
  const worker = start();
  answer();
  worker.settle();
  await takeLock();
  held.clear();
  await worker.look();
  expect([ended, lines.length]).toEqual([0, 1]);
});
