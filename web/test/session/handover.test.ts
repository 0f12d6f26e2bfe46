/** A painted page until Python has caught up: what is kept, what is said, and what of the painting stays. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { installDashClientside } from "../../src/contract/dash_clientside";
import { ComponentProps } from "../../src/mirror/tree";
import { Page } from "../../src/session/page";
import type { Dictionary } from "../../src/wire/json";
import type { CallbackSpec, DryComponent, PageMessage, WorkerMessage } from "../../src/wire/protocol";
import { MemoryEndpoint } from "../../src/wire/transport";

const div = (props: object): DryComponent => ({ namespace: "html", type: "Div", props: { ...props } });
const microtask = () => Promise.resolve();

const callback = (output: string, input: string): CallbackSpec => ({
  output,
  inputs: [{ id: input, property: "n_clicks" }],
  state: [],
});

let page: Page;
let endpoint: MemoryEndpoint;
let hasUserInput: boolean;

const sent = <T extends PageMessage["type"]>(type: T): Extract<PageMessage, { type: T }>[] =>
  endpoint.sent.filter((message): message is Extract<PageMessage, { type: T }> => message.type === type);

const edit = (id: string, props: Dictionary) => page.setProps(page.store.pathOf(id) ?? [], props);

/** What the engine posts at once; it has seen everything that was sent. */
function engine(...messages: WorkerMessage[]): void {
  const seq = page.outbox.seq;
  page.receiveAll(messages.map((message) => ("seq" in message ? { ...message, seq } : message)) as never);
}

const update = (number: number, id: string, props: Dictionary): WorkerMessage => ({
  type: "Update",
  updateSeq: number,
  seq: 0,
  changes: [{ id, props }],
  origin: "callback",
  run: 1,
});
const status = (pending: number): WorkerMessage => ({ type: "Status", seq: 0, pending });
const layoutOf = (layout: unknown): WorkerMessage => ({ type: "Layout", seq: 0, layout });

function paint(layout: unknown, callbacks: CallbackSpec[] = [callback("out.children", "button")]): void {
  const text = JSON.stringify(layout);
  page.drawPrerendered({ layout: JSON.parse(text), callbacks, readLayout: () => JSON.parse(text) });
}

const painted = () =>
  div({ children: [div({ id: "button", n_clicks: 0 }), div({ id: "out", children: "painted" }), div({ id: "url" })] });
const first = () => div({ children: [div({ id: "button", n_clicks: 0 }), div({ id: "out" }), div({ id: "url" })] });

beforeEach(() => {
  hasUserInput = true;
  vi.stubGlobal("navigator", {
    userActivation: {
      get hasBeenActive() {
        return hasUserInput;
      },
    },
  });
  endpoint = new MemoryEndpoint();
  page = new Page({ endpoint, componentProps: new ComponentProps() });
  installDashClientside(() => page);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe("before Python has caught up", () => {
  it("shows what the user does, and keeps it", async () => {
    paint(painted());
    edit("button", { n_clicks: 1 });
    await microtask();
    expect(page.store.propsOf("button")?.n_clicks).toBe(1);
    expect(sent("SetProps")).toEqual([]);
    expect(page.activity.isBusy).toBe(true);
  });

  it("does not show what the engine says", () => {
    paint(painted());
    engine(layoutOf(first()), status(1));
    expect(page.store.propsOf("out")?.children).toBe("painted");
    expect(page.isLive).toBe(false);
  });

  it("is not busy with initial calls, whose results are there to be seen", () => {
    paint(painted());
    engine(layoutOf(first()), { type: "RunStarted", run: 1, callback: "out.children", outputs: [] }, status(1));
    expect(page.activity.isBusy).toBe(false);
  });
});

it("is not busy because of what components say of themselves", async () => {
  hasUserInput = false;
  paint(painted());
  edit("button", { n_clicks: 1 });
  await microtask();
  expect(page.activity.isBusy).toBe(false);
});

describe("when it has", () => {
  const catchUp = () => {
    engine(layoutOf(first()), status(1));
    engine(update(1, "out", { children: "painted" }), status(0));
  };

  it("says what was done, one batch for each microtask, in order", async () => {
    paint(painted());
    for (const count of [1, 2, 3]) {
      edit("button", { n_clicks: count });
      await microtask();
    }
    catchUp();
    expect(page.isLive).toBe(true);
    const changes = sent("SetProps").map((message) => message.changes.map(({ props }) => props));
    expect(changes).toEqual([[{ n_clicks: 1 }], [{ n_clicks: 2 }], [{ n_clicks: 3 }]]);
    expect(sent("SetProps").map(({ seen }) => seen)).toEqual([1, 1, 1]);
  });

  it("sends changes at once from then on", async () => {
    paint(painted());
    catchUp();
    edit("button", { n_clicks: 1 });
    await microtask();
    expect(sent("SetProps")).toHaveLength(1);
  });

  it("leaves what is equal as it is", () => {
    paint(painted());
    const before = page.store.root.components;
    catchUp();
    expect(page.store.root.components).toBe(before);
  });

  it("changes only what differs", () => {
    paint(painted());
    const before = page.store.componentAt(page.store.pathOf("button") ?? []);
    engine(layoutOf(first()), update(1, "out", { children: "fresh" }), status(0));
    engine(status(0));
    expect(page.store.propsOf("out")?.children).toBe("fresh");
    expect(page.store.componentAt(page.store.pathOf("button") ?? [])).toBe(before);
  });

  it("keeps what the user has changed, whatever Python makes of it before it knows", async () => {
    paint(painted());
    edit("button", { n_clicks: 1, title: "own" });
    await microtask();
    engine(layoutOf(first()), status(1));
    engine(update(1, "button", { title: "Python's", lang: "en" }), status(0));
    expect(page.store.propsOf("button")).toMatchObject({ n_clicks: 1, title: "own", lang: "en" });
  });

  it("says nothing of components that are gone", async () => {
    paint(painted());
    edit("out", { children: "mine" });
    await microtask();
    engine(layoutOf(div({ children: [div({ id: "button" })] })), status(0));
    engine(status(0));
    expect(page.isLive).toBe(true);
    expect(page.store.pathOf("out")).toBeUndefined();
    expect(sent("SetProps")).toEqual([]);
  });
});

describe("what components say of themselves", () => {
  it("when they are mounted, stands before Rendered, and is no change of the user's (S-64)", () => {
    const unsubscribe = page.store.subscribeLayout(() => edit("url", { pathname: "/here" }));
    paint(painted());
    unsubscribe();
    engine(layoutOf(first()), status(1));
    const types = endpoint.sent.map(({ type }) => type);
    expect(types).toEqual(["SetProps", "Rendered"]);
    expect(sent("SetProps")[0]?.changes).toMatchObject([{ id: "url", props: { pathname: "/here" } }]);
    engine(update(1, "out", { children: "painted" }), status(0));
    expect(sent("SetProps")).toHaveLength(1);
    expect(page.store.propsOf("url")?.pathname).toBe("/here");
  });

  it("waits for the component to come into the engine's layout", () => {
    const unsubscribe = page.store.subscribeLayout(() => edit("url", { pathname: "/here" }));
    paint(painted());
    unsubscribe();
    engine(layoutOf(div({ id: "root", children: null })), status(1));
    expect(endpoint.sent.map(({ type }) => type)).toEqual(["Rendered"]);
    engine(update(1, "root", { children: [div({ id: "url" })] }), status(1));
    expect(endpoint.sent.map(({ type }) => type)).toEqual(["Rendered", "SetProps", "Rendered"]);
  });

  it("later, but before anybody has touched the page, is told before what is drawn is corrected", async () => {
    hasUserInput = false;
    paint(painted());
    edit("url", { size: 3 });
    await microtask();
    hasUserInput = true;
    edit("button", { n_clicks: 1 });
    await microtask();
    engine(layoutOf(first()), update(1, "out", { children: "not yet" }), status(0));
    engine(status(0));
    expect(sent("SetProps").map(({ changes }) => changes[0]?.id)).toEqual(["url"]);
    expect(page.store.propsOf("out")?.children).toBe("painted");
    engine(update(2, "out", { children: "painted" }), status(0));
    expect(sent("SetProps").map(({ changes }) => changes[0]?.id)).toEqual(["url", "button"]);
  });
});

describe("a callback that waits for something else than Python", () => {
  it("holds the page up for a short while only, and keeps what it has painted", () => {
    vi.useFakeTimers();
    paint(painted());
    engine(layoutOf(first()), status(1));
    engine(update(1, "url", { title: "done" }), status(1));
    expect(page.isLive).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(sent("Loaded")).toMatchObject([{ types: [] }]);
    engine(status(1));
    expect(page.isLive).toBe(true);
    expect(page.store.propsOf("url")?.title).toBe("done");
    expect(page.store.propsOf("out")?.children).toBe("painted");
    expect(page.activity.isBusy).toBe(true);
  });
});
