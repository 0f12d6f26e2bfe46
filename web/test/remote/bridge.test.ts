/** S-121, S-131, S-132, S-77: functions called on a server, over a network that may fail. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Bridge } from "../../src/remote/bridge";
import { Outbox } from "../../src/session/outbox";
import { RemoteCalls } from "../../src/session/remote_calls";
import { bridgeUrl, type Manifest } from "../../src/wire/manifest";
import type { CallRemote, RemoteReport } from "../../src/wire/protocol";

const url = "https://calc.example.org/x";
const request = {
  output: "out.children",
  outputs: { id: "out", property: "children" },
  inputs: [{ id: "in", property: "value", value: 3 }, [{ id: { i: 1 }, property: "value", value: 4 }]],
  state: [{ id: "key", property: "value", value: "k" }],
  changedPropIds: ["in.value"],
  parsedChangedPropsIds: ["in.value"],
};
const call = (more: Partial<CallRemote> = {}): CallRemote => ({
  type: "CallRemote",
  run: 7,
  executor: "server",
  callbackPosition: 0,
  request,
  output: "out.children",
  transport: "fetch",
  persistent: false,
  retry: false,
  ...more,
});
const job = (more: Partial<CallRemote> = {}) => call({ interval: 100, ...more });
const json = (value: unknown, status = 200) => new Response(JSON.stringify(value), { status });
const answer = { multi: true, response: { out: { children: 9 } } };

interface Sent {
  readonly path: string;
  readonly body: typeof request;
  readonly init: RequestInit;
}

/** The server's responses, one per request; an error stands for a failed network. */
let answers: (Response | Error | Promise<Response>)[];
let sent: Sent[];
let reports: RemoteReport[];
let sockets: FakeSocket[];
let cookies: string[];
/** Whether the page shows everything reported. */
let shown: Promise<void>;
let bridge: Bridge;

class FakeSocket {
  static readonly OPEN = 1;
  readonly url: string;
  readonly sent: unknown[] = [];
  readyState = 0;
  onopen: () => void = () => {};
  onclose: () => void = () => {};
  onmessage: (event: { data: string }) => void = () => {};

  constructor(address: string) {
    this.url = address;
    sockets.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
    this.onclose();
  }

  open(): void {
    this.readyState = 1;
    this.onopen();
  }

  say(...messages: unknown[]): void {
    this.onmessage({ data: JSON.stringify(messages.length === 1 ? messages[0] : messages) });
  }
}

const report = (message: RemoteReport) => void reports.push(message);
const outcomes = () => reports.map((message) => (message.type === "RemoteResult" ? message.outcome : "update"));
const refused = () => new TypeError("Failed to fetch");

/** Runs the timers due within this time. */
const pass = (durationMs = 0) => vi.advanceTimersByTimeAsync(durationMs);

beforeEach(() => {
  vi.useFakeTimers();
  answers = [];
  sent = [];
  reports = [];
  sockets = [];
  cookies = [];
  shown = Promise.resolve();
  vi.stubGlobal("fetch", (address: string, init: RequestInit) => {
    sent.push({ path: address.replace(url, ""), body: JSON.parse(String(init.body)), init });
    const next = answers.shift() ?? new Error("no answer was prepared");
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
  vi.stubGlobal("WebSocket", FakeSocket);
  bridge = new Bridge({
    url,
    timeoutMs: 1000,
    credentials: "include",
    readProp: (id, prop) => (id === "known" && prop === "value" ? 5 : undefined),
    whenShown: () => shown,
    setCookie: (text) => cookies.push(text),
  });
});

afterEach(() => {
  for (const run of [7, 8, 9]) bridge.end(run); // or its page, which is gone, would connect again
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a call by fetch", () => {
  it("sends Dash's own request, and its response is the result", async () => {
    answers = [json({ ...answer, sideUpdate: { note: { title: "t" } } })];
    bridge.call(call(), report);
    await pass();
    expect(sent[0]?.path).toBe("/_dash-update-component");
    expect(sent[0]?.body).toEqual(request);
    expect(sent[0]?.init).toMatchObject({ method: "POST", credentials: "include" });
    expect(reports).toEqual([
      {
        type: "RemoteResult",
        run: 7,
        outcome: "value",
        response: { out: { children: 9 } },
        sideUpdate: { note: { title: "t" } },
      },
    ]);
  });

  it("has one result even of servers that do not name the output", async () => {
    answers = [json({ response: { props: { children: 1 } } })];
    bridge.call(call(), report);
    await pass();
    expect(reports[0]).toMatchObject({ response: { out: { children: 1 } } });
  });

  it("may be prevented", async () => {
    answers = [new Response(null, { status: 204 })];
    bridge.call(call(), report);
    await pass();
    expect(outcomes()).toEqual(["prevented"]);
  });

  it("fails with what the server says of the error", async () => {
    answers = [json({ error: { message: "no such table", type: "KeyError", traceback: "line 3" } }, 500)];
    bridge.call(call(), report);
    await pass();
    expect(reports[0]).toMatchObject({
      outcome: "error",
      error: { message: "no such table", type: "KeyError", traceback: "line 3" },
    });
  });

  it("fails with the text of a page when the server has only that", async () => {
    const page = "<html><style>p {}</style><h1>KeyError</h1>\n\n\n<p>line 3</p></html>";
    answers = [new Response(page, { status: 500, statusText: "Internal Server Error" })];
    bridge.call(call(), report);
    await pass();
    expect(reports[0]).toMatchObject({
      outcome: "error",
      error: { message: "The server answered 500 Internal Server Error.", traceback: "KeyError\nline 3" },
    });
  });

  it("fails when something else answers at the address", async () => {
    answers = [new Response("<html>", { status: 200 })];
    bridge.call(call(), report);
    await pass();
    expect(reports[0]).toMatchObject({ outcome: "error" });
    expect(JSON.stringify(reports[0])).toContain("not in Dash's protocol");
  });

  it("is aborted when it is ended (S-77)", async () => {
    answers = [new Promise(() => {})];
    bridge.call(call(), report);
    bridge.end(7);
    await pass();
    expect(sent[0]?.init.signal?.aborted).toBe(true);
    expect(sent).toHaveLength(1);
    expect(reports).toEqual([]);
  });

  it("is not sent again when it may have been executed", async () => {
    answers = [refused()];
    bridge.call(call(), report);
    await pass(60_000);
    expect(sent).toHaveLength(1);
    expect(outcomes()).toEqual(["unreachable"]);
    expect(JSON.stringify(reports)).toContain("https://calc.example.org/x cannot be reached");
  });

  it("is sent again, less and less often, when the engine allows it", async () => {
    answers = [refused(), json({}, 503), json(answer)];
    bridge.call(call({ retry: true }), report);
    await pass(499);
    expect(sent).toHaveLength(1);
    await pass(1);
    expect(sent).toHaveLength(2);
    await pass(1000);
    expect(sent).toHaveLength(3);
    expect(outcomes()).toEqual(["value"]);
  });

  it("is sent again when the server says so if it was refused, because it was not executed", async () => {
    const busy = () => new Response("{}", { status: 429, headers: { "Retry-After": "3" } });
    answers = [busy(), busy(), json(answer)];
    bridge.call(call(), report);
    await pass(2999);
    expect(sent).toHaveLength(1);
    await pass(1);
    expect(sent).toHaveLength(2);
    await pass(3000);
    expect(outcomes()).toEqual(["value"]);
  });

  it("fails when it is refused again and again", async () => {
    answers = Array.from({ length: 9 }, () => json({}, 429));
    bridge.call(call(), report);
    await pass(60_000);
    expect(sent).toHaveLength(5);
    expect(JSON.stringify(reports)).toContain("no more requests of this client");
  });

  it("is given up after a few attempts", async () => {
    answers = Array.from({ length: 9 }, refused);
    bridge.call(call({ retry: true }), report);
    await pass(60_000);
    expect(sent).toHaveLength(4);
    expect(outcomes()).toEqual(["unreachable"]);
  });

  it("is repeated at once when the network is back", async () => {
    answers = [refused(), json(answer)];
    bridge.call(call({ retry: true }), report);
    await pass();
    window.dispatchEvent(new Event("online"));
    await pass();
    expect(outcomes()).toEqual(["value"]);
  });

  it("is not repeated while the device is offline", async () => {
    vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    answers = [refused(), refused()];
    bridge.call(call({ retry: true }), report);
    await pass(60_000);
    expect(sent).toHaveLength(1);
    expect(JSON.stringify(reports)).toContain("this device is offline");
  });

  it("is given up, and not repeated, after a timeout", async () => {
    vi.useRealTimers();
    vi.stubGlobal("fetch", (_: string, { signal }: RequestInit) => {
      sent.push({ path: "", body: request, init: {} });
      return new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    });
    const rest = { readProp: () => 0, whenShown: () => shown, setCookie: () => {} };
    const hasty = new Bridge({ url, timeoutMs: 1, credentials: "omit", ...rest });
    await new Promise<void>((resolve) => {
      hasty.call(call({ retry: true }), (message) => {
        reports.push(message);
        resolve();
      });
    });
    expect(sent).toHaveLength(1);
    expect(reports[0]).toMatchObject({ outcome: "unreachable" });
    expect(JSON.stringify(reports)).toContain("has not answered in 0.001 s");
  });
});

describe("a job (S-121)", () => {
  it("tells that it waits for a worker, until it goes on", async () => {
    const waits = (seconds: number) => json({ waiting: `silent for ${seconds} s` });
    answers = [json({ cacheKey: "k", job: "j" }), json({}), waits(6), waits(6), json({}), json(answer)];
    bridge.call(job(), report);
    await pass(1000);
    expect(reports.map((message) => (message.type === "RemoteWait" ? message.reason : message.type))).toEqual([
      "silent for 6 s",
      undefined,
      "RemoteResult",
    ]);
  });

  it("tells that no answer comes, while it asks again", async () => {
    const patient = new Bridge({
      url,
      timeoutMs: 60_000,
      credentials: "omit",
      readProp: () => 0,
      whenShown: () => shown,
      setCookie: () => {},
    });
    answers = [json({ cacheKey: "k", job: "j" }), ...Array.from({ length: 9 }, refused), json({}), json(answer)];
    patient.call(job(), report);
    await pass(4000);
    expect(reports).toEqual([]);
    await pass(3000);
    expect(reports).toEqual([{ type: "RemoteWait", run: 7, reason: expect.stringContaining("cannot be reached") }]);
    await pass(10_000);
    expect(outcomes().at(-1)).toBe("value");
  });

  const begun = { cacheKey: "c~1", job: "j&2", progressDefault: { "bar.value": 0 } };

  it("is polled with its ids and without its values, until there is a response", async () => {
    answers = [
      json(begun),
      json({ progress: { "bar.value": 1, '{"i":1}.max': 4 }, sideUpdate: { bar: { title: "t" } } }),
      json({}),
      json({ ...answer, sideUpdate: { note: { title: "last" } } }),
    ];
    bridge.call(job(), report);
    await pass(99);
    expect(sent.map(({ path }) => path)).toEqual(["/_dash-update-component"]);
    await pass(1);
    expect(sent[1]?.path).toBe("/_dash-update-component?cacheKey=c%7E1&job=j%262");
    expect(sent[1]?.body.inputs).toEqual([
      { id: "in", property: "value", value: null },
      [{ id: { i: 1 }, property: "value", value: null }],
    ]);
    expect(sent[1]?.body.state).toEqual([{ id: "key", property: "value", value: null }]);
    await pass(200);
    expect(reports).toEqual([
      { type: "RemoteUpdate", run: 7, props: { bar: { title: "t", value: 1 }, '{"i":1}': { max: 4 } } },
      {
        type: "RemoteResult",
        run: 7,
        outcome: "value",
        response: { out: { children: 9 } },
        sideUpdate: { note: { title: "last" } },
      },
    ]);
    await pass(60_000);
    expect(sent).toHaveLength(4);
  });

  it("may end without a result", async () => {
    answers = [json(begun), new Response(null, { status: 204 })];
    bridge.call(job(), report);
    await pass(100);
    expect(outcomes()).toEqual(["prevented"]);
  });

  it("is polled again when the network or the server is back", async () => {
    answers = [json(begun), refused(), json({}, 502), refused(), json(answer)];
    bridge.call(job(), report);
    await pass(100 + 3 * 1000);
    expect(outcomes()).toEqual(["value"]);
    expect(sent).toHaveLength(5);
  });

  it("is given up after several timeouts", async () => {
    answers = [json(begun), ...Array.from({ length: 20 }, refused)];
    bridge.call(job(), report);
    await pass(60_000);
    expect(outcomes()).toEqual(["unreachable"]);
  });

  it("is polled again after a sleep, however long that was", async () => {
    let loseNetwork: (error: Error) => void = () => {};
    const asleep = new Promise<Response>((_, reject) => {
      loseNetwork = reject;
    });
    answers = [json(begun), asleep, json(answer)];
    bridge.call(job(), report);
    await pass(100);
    vi.setSystemTime(Date.now() + 24 * 3_600_000);
    loseNetwork(refused());
    await pass(2000);
    expect(outcomes()).toEqual(["value"]);
  });

  it("is not started twice", async () => {
    answers = [refused()];
    bridge.call(job(), report);
    await pass(60_000);
    expect(sent).toHaveLength(1);
    expect(outcomes()).toEqual(["unreachable"]);
  });

  it("is ended on the server when the page ends it (S-123, S-124)", async () => {
    answers = [json(begun), json({})];
    bridge.call(job(), report);
    await pass(50);
    bridge.end(7);
    await pass(60_000);
    expect(sent.map(({ path }) => path)).toEqual([
      "/_dash-update-component",
      "/_dash-update-component?cacheKey=c%7E1&job=j%262&oldJob=j%262",
    ]);
    expect(sent[1]?.init.keepalive).toBe(true);
    expect(reports).toEqual([]);
  });

  it("is ended when its page is closed, not when it is put into the back/forward cache (S-181)", async () => {
    answers = [json(begun), json({}), json({})];
    bridge.call(job(), report);
    await pass(50);
    window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    await pass(10);
    expect(sent).toHaveLength(1);
    window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: false }));
    expect(sent[1]?.path).toContain("oldJob=j%262");
    expect(sent[1]?.init.keepalive).toBe(true);
  });

  it("is ended as soon as its ids are known", async () => {
    let begin: (response: Response) => void = () => {};
    answers = [new Promise((resolve) => (begin = resolve)), json({})];
    bridge.call(job(), report);
    bridge.end(7);
    await pass();
    expect(sent).toHaveLength(1);
    begin(json(begun));
    await pass();
    expect(sent[1]?.path).toContain("oldJob=j%262");
    expect(reports).toEqual([]);
  });
});

describe("a call by WebSocket", () => {
  const stream = (more: Partial<CallRemote> = {}) => call({ transport: "websocket", ...more });
  const requested = { type: "callback_request", requestId: "7", rendererId: "7", payload: request };

  it("connects at the first call, and sends Dash's messages", async () => {
    expect(sockets).toHaveLength(0);
    bridge.call(stream(), report);
    expect(sockets[0]?.url).toBe("wss://calc.example.org/x/_dash-ws-callback");
    sockets[0]?.open();
    expect(sockets[0]?.sent).toEqual([requested]);
    sockets[0]?.say({ type: "set_props", requestId: "7", payload: { componentId: "a", props: { x: 1 } } });
    // A Dash server names only the renderer.
    sockets[0]?.say(
      { type: "set_props", rendererId: "7", payload: { componentId: "a", props: { x: 2 } } },
      { type: "callback_response", requestId: "7", payload: { status: "ok", data: answer, cookies: ["a=b"] } },
    );
    expect(reports).toEqual([
      { type: "RemoteUpdate", run: 7, props: { a: { x: 1 } } },
      { type: "RemoteUpdate", run: 7, props: { a: { x: 2 } } },
      { type: "RemoteResult", run: 7, outcome: "value", response: { out: { children: 9 } }, sideUpdate: {} },
    ]);
    expect(cookies).toEqual(["a=b"]);
  });

  it("shares the connection", () => {
    bridge.call(stream(), report);
    bridge.call(stream({ run: 8 }), report);
    sockets[0]?.open();
    bridge.call(stream({ run: 9 }), report);
    expect(sockets).toHaveLength(1);
    expect(sockets[0]?.sent.map((message) => (message as { requestId: string }).requestId)).toEqual(["7", "8", "9"]);
  });

  it("may be prevented or fail", () => {
    bridge.call(stream(), report);
    bridge.call(stream({ run: 8 }), report);
    sockets[0]?.open();
    sockets[0]?.say({ type: "callback_response", requestId: "7", payload: { status: "prevent_update" } });
    sockets[0]?.say({ type: "callback_response", requestId: "8", payload: { status: "error", message: "no" } });
    expect(outcomes()).toEqual(["prevented", "error"]);
    expect(reports[1]).toMatchObject({ error: { message: "no" } });
  });

  it("receives the current value of a prop, also one that it has set itself", async () => {
    bridge.call(stream(), report);
    sockets[0]?.open();
    let show = () => {};
    shown = new Promise((resolve) => (show = resolve));
    const payload = { componentId: "known", properties: ["value", "other"] };
    sockets[0]?.say({ type: "get_props_request", requestId: "q1", rendererId: "7", payload });
    await pass();
    expect(sockets[0]?.sent).toHaveLength(1);
    show();
    await pass();
    expect(sockets[0]?.sent[1]).toEqual({
      type: "get_props_response",
      requestId: "q1",
      rendererId: "7",
      payload: { value: 5, other: null },
    });
  });

  it("is cancelled when it is ended", () => {
    bridge.call(stream(), report);
    sockets[0]?.open();
    bridge.end(7);
    expect(sockets[0]?.sent[1]).toEqual({ type: "cancel_request", requestId: "7" });
    sockets[0]?.say({ type: "callback_response", requestId: "7", payload: { status: "prevent_update" } });
    expect(reports).toEqual([]);
  });

  it("starts again after a reconnection when it is persistent (S-132)", async () => {
    bridge.call(stream({ persistent: true }), report);
    sockets[0]?.open();
    sockets[0]?.close();
    expect(sockets).toHaveLength(1);
    await pass(500);
    sockets[1]?.close();
    await pass(999);
    expect(sockets).toHaveLength(2);
    window.dispatchEvent(new Event("online"));
    expect(sockets).toHaveLength(3);
    sockets[2]?.open();
    expect(sockets[2]?.sent).toEqual([requested]);
    expect(reports).toEqual([]);
    await pass(10_000);
    expect(sockets).toHaveLength(3);
  });

  it("starts again when its page is back from the back/forward cache (S-132)", async () => {
    bridge.call(stream({ persistent: true }), report);
    sockets[0]?.open();
    window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    expect(sockets[0]?.readyState).toBe(3);
    expect(sockets).toHaveLength(1);
    window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    expect(sockets).toHaveLength(2);
    sockets[1]?.open();
    expect(sockets[1]?.sent).toEqual([requested]);
    expect(reports).toEqual([]);
    await pass(10_000);
    expect(sockets).toHaveLength(2);
  });

  it("does not connect again for a cached page without calls", () => {
    bridge.call(call(), report);
    window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
    window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    expect(sockets).toHaveLength(0);
  });

  it("fails with its connection, unless it may be sent again", async () => {
    bridge.call(stream(), report);
    bridge.call(stream({ run: 8, retry: true }), report);
    sockets[0]?.open();
    sockets[0]?.close();
    expect(outcomes()).toEqual(["unreachable"]);
    await pass(500);
    sockets[1]?.open();
    expect(sockets[1]?.sent).toMatchObject([{ requestId: "8" }]);
  });

  it("is repeated only a few times, with growing delays, to a server that closes each connection", async () => {
    bridge.call(stream({ retry: true }), report);
    for (let attempt = 0; attempt < 4; attempt++) {
      sockets[attempt]?.open();
      sockets[attempt]?.close();
      await pass(500 * 2 ** attempt - 1);
      expect(sockets).toHaveLength(attempt + 1);
      await pass(1);
    }
    expect(sockets).toHaveLength(4);
    expect(outcomes()).toEqual(["unreachable"]);
  });

  it("uses fetch where no WebSocket can be opened (S-131)", async () => {
    answers = [json(answer)];
    bridge.call(stream(), report);
    sockets[0]?.close();
    await pass();
    expect(sent).toHaveLength(1);
    expect(outcomes()).toEqual(["value"]);
    expect(sockets).toHaveLength(1);
  });

  it("that is persistent is given up where none can be opened", async () => {
    bridge.call(stream({ persistent: true }), report);
    for (let attempt = 0; attempt < 4; attempt++) {
      sockets[attempt]?.close();
      await pass(30_000);
    }
    expect(sockets).toHaveLength(4);
    expect(outcomes()).toEqual(["unreachable"]);
  });

  it("notices a lost connection that was not closed", async () => {
    bridge.call(stream({ persistent: true }), report);
    sockets[0]?.open();
    await pass(20_000);
    expect(sockets[0]?.sent[1]).toEqual({ type: "heartbeat" });
    sockets[0]?.say({ type: "heartbeat_ack" });
    await pass(20_000);
    expect(sockets).toHaveLength(1);
    await pass(20_500);
    expect(sockets).toHaveLength(2);
  });

  const show = () => document.dispatchEvent(new Event("visibilitychange"));

  it("notices it at once in a page that has slept", async () => {
    bridge.call(stream({ persistent: true }), report);
    sockets[0]?.open();
    await pass(1000);
    show();
    expect(sockets[0]?.sent[1]).toEqual({ type: "heartbeat" });
    await pass(5500);
    expect(sockets).toHaveLength(2);
  });

  it("keeps the connection of a page that has slept if the server still answers", async () => {
    bridge.call(stream({ persistent: true }), report);
    sockets[0]?.open();
    show();
    sockets[0]?.say({ type: "heartbeat_ack" });
    await pass(5500);
    sockets[0]?.say({ type: "heartbeat_ack" });
    await pass(20_000);
    expect(sockets).toHaveLength(1);
    await pass(20_500);
    expect(sockets).toHaveLength(2);
  });

  it("leaves the connection open for the next one, for a while", async () => {
    bridge.call(stream(), report);
    sockets[0]?.open();
    sockets[0]?.say({ type: "callback_response", requestId: "7", payload: { status: "prevent_update" } });
    await pass(30_000);
    bridge.call(stream(), report);
    expect(sockets).toHaveLength(1);
    sockets[0]?.say({ type: "callback_response", requestId: "7", payload: { status: "prevent_update" } });
    for (let waited = 0; waited < 60_000; waited += 10_000) {
      sockets[0]?.say({ type: "heartbeat_ack" });
      await pass(10_000);
    }
    expect(sockets[0]?.readyState).toBe(3);
    expect(sockets).toHaveLength(1);
  });
});

describe("the address of the server", () => {
  const root = new URL("https://pages.example/me/site/");
  const manifest = (bridgeAddress: string | null) =>
    ({ bridge: { url: bridgeAddress, timeoutMs: 1, credentials: "omit" } }) as unknown as Manifest;

  it("is absolute, or a path on the site's host", () => {
    expect(bridgeUrl(manifest("https://calc.example"), root)).toBe("https://calc.example");
    expect(bridgeUrl(manifest("/calc"), root)).toBe("https://pages.example/calc");
    expect(bridgeUrl(manifest("./calc"), root)).toBe("https://pages.example/me/site/calc");
    expect(bridgeUrl(manifest(null), root)).toBeUndefined();
  });

  it("may be set by the page, which takes precedence", () => {
    vi.stubGlobal("__pyrt_bridge__", "https://other.example/");
    expect(bridgeUrl(manifest("https://calc.example"), root)).toBe("https://other.example");
    expect(bridgeUrl({} as Manifest, root)).toBe("https://other.example");
  });
});

describe("a call without a reachable server", () => {
  it("is known as such, so that users are told that the server cannot be reached", () => {
    const remote = new RemoteCalls({ send: () => {} } as unknown as Outbox, {
      server: { call: ({ run }, tell) => tell({ type: "RemoteResult", run, outcome: "unreachable" }), end: () => {} },
    });
    remote.call(call());
    expect(remote.isUnreachable(7)).toBe(true);
    expect(remote.isUnreachable(8)).toBe(false);
  });
});

describe("what the page has reported to the engine", () => {
  it("is shown once the engine has acknowledged it", async () => {
    const outbox = new Outbox(() => {});
    const seen: string[] = [];
    await outbox.whenAnswered();
    outbox.send({ type: "Ready", run: 1 });
    void outbox.whenAnswered().then(() => seen.push("first"));
    outbox.send({ type: "Ready", run: 2 });
    void outbox.whenAnswered().then(() => seen.push("second"));
    outbox.acknowledge(1);
    await pass();
    expect(seen).toEqual(["first"]);
    outbox.acknowledge(2);
    await pass();
    expect(seen).toEqual(["first", "second"]);
  });
});
