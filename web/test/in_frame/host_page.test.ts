/** An app in a frame: when it starts, what a host page learns, and which pages may use its props. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Page } from "../../src/session/page";

const docs = "https://docs.example.org";
const host = { postMessage: vi.fn() };
const listeners: ((event: MessageEvent) => void)[] = [];
const page = {
  store: { propsOf: (id: string) => (id === "count" ? { children: "5" } : undefined) },
  setPropsFrom: vi.fn(),
} as unknown as Page;

beforeEach(() => {
  vi.resetModules();
  host.postMessage.mockReset();
  listeners.length = 0;
  vi.stubGlobal("parent", host);
  vi.stubGlobal("addEventListener", (_type: string, added: (event: MessageEvent) => void) => listeners.push(added));
});

afterEach(() => {
  vi.unstubAllGlobals();
  window.name = "";
});

const never = new Promise<never>(() => {});
const isReady = { ready: Promise.resolve(), failed: never };

async function begin(
  start: { ready: Promise<void>; failed: Promise<{ message: string }> },
  begin: (() => void) | undefined,
): Promise<void> {
  const { beginInTurn, shareProps } = await import("../../src/in_frame/host_page");
  beginInTurn(start, () => [docs], begin);
  shareProps(page);
}

async function say(data: object, origin: string = docs, source: unknown = host): Promise<void> {
  for (const listener of listeners) listener({ data: { pyrtApp: 1, ...data }, origin, source } as MessageEvent);
  await new Promise((resolve) => setTimeout(resolve));
}

/** What the host page was told of this type, and for which origin. */
const told = (type: string): [Record<string, unknown>, string][] =>
  host.postMessage.mock.calls
    .map(([{ pyrtApp: _, ...message }, origin]): [Record<string, unknown>, string] => [message, origin])
    .filter(([message]) => message.type === type);

it("an app begins at once in a page of its own, and in any other frame", async () => {
  const began = vi.fn();
  await begin({ ready: never, failed: never }, began);
  expect(told("state")).toEqual([[{ type: "state", state: "starting" }, "*"]]);
  vi.stubGlobal("parent", window);
  await begin({ ready: never, failed: never }, began);
  expect(began).toHaveBeenCalledTimes(2);
  expect(listeners).toHaveLength(1);
});

it("an app in a frame of the element begins when the host page says so, once", async () => {
  window.name = "pyrt:held";
  const began = vi.fn();
  await begin({ ready: never, failed: never }, began);
  await say({ type: "start" }, docs, window);
  expect(began).not.toHaveBeenCalled();
  await say({ type: "start" });
  await say({ type: "start" });
  expect(began).toHaveBeenCalledOnce();
  expect(told("state").map(([{ state }]) => state)).toEqual(["held", "starting"]);
});

it("any host page learns that a start failed, and one that may use props why", async () => {
  await begin({ ready: never, failed: Promise.resolve({ message: "needs Chrome 98" }) }, undefined);
  await say({ type: "get", request: 1, id: "count", prop: "children" });
  expect(told("state")).toEqual([
    [{ type: "state", state: "failed", message: "The app could not start. Its frame says why." }, "*"],
  ]);
  expect(told("refused")[0]?.[0].value).toBe("The app could not start: needs Chrome 98");
});

it("props are for pages of the same origin, and of those that the project names", async () => {
  await begin(isReady, vi.fn());
  const get = { type: "get", id: "count", prop: "children" };
  await say({ ...get, request: 1 });
  await say({ ...get, request: 2 }, location.origin);
  expect(told("answer")).toEqual([
    [{ type: "answer", request: 1, value: "5" }, docs],
    [{ type: "answer", request: 2, value: "5" }, location.origin],
  ]);
});

it("other pages are told what the author would have to write", async () => {
  await begin(isReady, vi.fn());
  await say({ type: "set", request: 1, id: "count", props: { children: "x" } }, "https://other.example.org");
  await say({ type: "get", request: 2, id: "count", prop: "children" }, "null");
  expect(page.setPropsFrom).not.toHaveBeenCalled();
  const [foreign, opaque] = told("refused").map(([{ value }]) => value);
  expect(foreign).toContain('[tool.pyrt] embed-origins = ["https://other.example.org"]');
  expect(opaque).toContain("A page without an origin");
});
