/** A prerendered page during the engine's start: what is queued, what is sent, and which drawn values stay. */
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

/** Receives messages of the engine as one batch; they acknowledge everything sent so far. */
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

function drawPrerendered(layout: unknown, callbacks: CallbackSpec[] = [callback("out.children", "button")]): void {
  const text = JSON.stringify(layout);
  page.drawPrerendered({ layout: JSON.parse(text), callbacks, readLayout: () => JSON.parse(text) });
}

const prerendered = () =>
  div({
    children: [div({ id: "button", n_clicks: 0 }), div({ id: "out", children: "prerendered" }), div({ id: "url" })],
  });
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

describe("during the engine's start", () => {
  it("shows changes of the user and queues them", async () => {
    drawPrerendered(prerendered());
    edit("button", { n_clicks: 1 });
    await microtask();
    expect(page.store.propsOf("button")?.n_clicks).toBe(1);
    expect(sent("SetProps")).toEqual([]);
    expect(page.activity.isBusy).toBe(true);
  });

  it("does not draw messages of the engine", () => {
    drawPrerendered(prerendered());
    engine(layoutOf(first()), status(1));
    expect(page.store.propsOf("out")?.children).toBe("prerendered");
    expect(page.isLive).toBe(false);
  });

  it("is not busy with initial calls, whose results are drawn already", () => {
    drawPrerendered(prerendered());
    engine(
      layoutOf(first()),
      { type: "RunStarted", run: 1, callback: "out.children", outputs: [], persistent: false },
      status(1),
    );
    expect(page.activity.isBusy).toBe(false);
  });
});

it("is not busy because of changes that components make by themselves", async () => {
  hasUserInput = false;
  drawPrerendered(prerendered());
  edit("button", { n_clicks: 1 });
  await microtask();
  expect(page.activity.isBusy).toBe(false);
});

describe("when the start is over", () => {
  const catchUp = () => {
    engine(layoutOf(first()), status(1));
    engine(update(1, "out", { children: "prerendered" }), status(0));
  };

  it("sends the queued changes, one batch for each microtask, in order", async () => {
    drawPrerendered(prerendered());
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
    drawPrerendered(prerendered());
    catchUp();
    edit("button", { n_clicks: 1 });
    await microtask();
    expect(sent("SetProps")).toHaveLength(1);
  });

  it("keeps equal values as the same objects", () => {
    drawPrerendered(prerendered());
    const before = page.store.root.components;
    catchUp();
    expect(page.store.root.components).toBe(before);
  });

  it("changes only what differs", () => {
    drawPrerendered(prerendered());
    const before = page.store.componentAt(page.store.pathOf("button") ?? []);
    engine(layoutOf(first()), update(1, "out", { children: "fresh" }), status(0));
    engine(status(0));
    expect(page.store.propsOf("out")?.children).toBe("fresh");
    expect(page.store.componentAt(page.store.pathOf("button") ?? [])).toBe(before);
  });

  it("keeps the user's changes over updates that do not know them", async () => {
    drawPrerendered(prerendered());
    edit("button", { n_clicks: 1, title: "own" });
    await microtask();
    engine(layoutOf(first()), status(1));
    engine(update(1, "button", { title: "Python's", lang: "en" }), status(0));
    expect(page.store.propsOf("button")).toMatchObject({ n_clicks: 1, title: "own", lang: "en" });
  });

  it("sends nothing about removed components", async () => {
    drawPrerendered(prerendered());
    edit("out", { children: "mine" });
    await microtask();
    engine(layoutOf(div({ children: [div({ id: "button" })] })), status(0));
    engine(status(0));
    expect(page.isLive).toBe(true);
    expect(page.store.pathOf("out")).toBeUndefined();
    expect(sent("SetProps")).toEqual([]);
  });
});

describe("changes that components make by themselves", () => {
  it("on mount, are sent before Rendered and are no change of the user's (S-64)", () => {
    const unsubscribe = page.store.subscribeLayout(() => edit("url", { pathname: "/here" }));
    drawPrerendered(prerendered());
    unsubscribe();
    engine(layoutOf(first()), status(1));
    const types = endpoint.sent.map(({ type }) => type);
    expect(types).toEqual(["SetProps", "Rendered"]);
    expect(sent("SetProps")[0]?.changes).toMatchObject([{ id: "url", props: { pathname: "/here" } }]);
    engine(update(1, "out", { children: "prerendered" }), status(0));
    expect(sent("SetProps")).toHaveLength(1);
    expect(page.store.propsOf("url")?.pathname).toBe("/here");
  });

  it("wait until the component is in the engine's layout", () => {
    const unsubscribe = page.store.subscribeLayout(() => edit("url", { pathname: "/here" }));
    drawPrerendered(prerendered());
    unsubscribe();
    engine(layoutOf(div({ id: "root", children: null })), status(1));
    expect(endpoint.sent.map(({ type }) => type)).toEqual(["Rendered"]);
    engine(update(1, "root", { children: [div({ id: "url" })] }), status(1));
    expect(endpoint.sent.map(({ type }) => type)).toEqual(["Rendered", "SetProps", "Rendered"]);
  });

  it("before the first user input, are sent before the layout is reconciled", async () => {
    hasUserInput = false;
    drawPrerendered(prerendered());
    edit("url", { size: 3 });
    await microtask();
    hasUserInput = true;
    edit("button", { n_clicks: 1 });
    await microtask();
    engine(layoutOf(first()), update(1, "out", { children: "not yet" }), status(0));
    engine(status(0));
    expect(sent("SetProps").map(({ changes }) => changes[0]?.id)).toEqual(["url"]);
    expect(page.store.propsOf("out")?.children).toBe("prerendered");
    engine(update(2, "out", { children: "prerendered" }), status(0));
    expect(sent("SetProps").map(({ changes }) => changes[0]?.id)).toEqual(["url", "button"]);
  });
});

describe("a callback that waits for something other than Python", () => {
  it("delays the page for a short time only, and its drawn values are kept", () => {
    vi.useFakeTimers();
    drawPrerendered(prerendered());
    engine(layoutOf(first()), status(1));
    engine(update(1, "url", { title: "done" }), status(1));
    expect(page.isLive).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(sent("Loaded")).toMatchObject([{ types: [] }]);
    engine(status(1));
    expect(page.isLive).toBe(true);
    expect(page.store.propsOf("url")?.title).toBe("done");
    expect(page.store.propsOf("out")?.children).toBe("prerendered");
    expect(page.activity.isBusy).toBe(true);
  });
});
