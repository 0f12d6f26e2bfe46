/** Calls that wait are told to the page, and to the author's monitoring. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Outbox } from "../../src/session/outbox";
import { RemoteCalls } from "../../src/session/remote_calls";
import type { CallRemote, RemoteReport } from "../../src/wire/protocol";

let say: (report: RemoteReport) => void;
let sent: unknown[];
let calls: RemoteCalls;
let kinds: string[];
const listen = (event: Event) => kinds.push((event as CustomEvent<{ kind: string }>).detail.kind);
const call = { type: "CallRemote", run: 7, executor: "server", output: "out.children", interval: 100 } as CallRemote;
const wait = (reason?: string): RemoteReport => ({ type: "RemoteWait", run: 7, reason });

beforeEach(() => {
  sent = [];
  kinds = [];
  vi.spyOn(console, "warn").mockReturnValue();
  window.addEventListener("pyrt:failure", listen);
  const outbox = { send: (message: unknown) => sent.push(message) } as unknown as Outbox;
  const start = (_: CallRemote, report: typeof say): void => {
    say = report;
  };
  const executor = { call: start, end: () => {} };
  calls = new RemoteCalls(outbox, { server: executor });
  calls.call(call);
});

afterEach(() => {
  window.removeEventListener("pyrt:failure", listen);
  vi.restoreAllMocks();
});

it("names the callback while it waits; the engine is not told", () => {
  const listener = vi.fn();
  calls.subscribe(listener);
  say(wait("Its worker has been silent for 6 seconds."));
  expect(calls.waiting).toEqual([{ callback: "out.children", reason: "Its worker has been silent for 6 seconds." }]);
  expect([kinds, sent, listener.mock.calls.length]).toEqual([["waiting"], [], 1]);
  say(wait());
  expect(calls.waiting).toEqual([]);
});

it("says so once, however long it waits", () => {
  say(wait("Its worker has been silent for 6 seconds."));
  const first = calls.waiting;
  say(wait("Its worker has been silent for 7 seconds."));
  expect(calls.waiting).toBe(first);
  say(wait("It has waited for 10 seconds for a free worker."));
  expect(calls.waiting).toHaveLength(1);
  expect(kinds).toHaveLength(2);
});

it("waits no longer once it has ended, whoever ends it", () => {
  say(wait("x"));
  say({ type: "RemoteResult", run: 7, outcome: "prevented" });
  expect(calls.waiting).toEqual([]);
  expect(sent).toHaveLength(1);
  calls.call(call);
  say(wait("x"));
  calls.end(7);
  expect(calls.waiting).toEqual([]);
});
