/** Local callbacks (S-97): called by the page at once, in order, each once, and reported to the worker. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { installDashClientside } from "../../../src/contract/dash_clientside";
import { ComponentProps } from "../../../src/mirror/tree";
import { Page } from "../../../src/session/page";
import type { CallbackSpec, PageMessage } from "../../../src/wire/protocol";
import { MemoryEndpoint } from "../../../src/wire/transport";

const settled = () => new Promise((resolve) => setTimeout(resolve));
const prop = (id: string) => ({ id, property: "title" });

let page: Page;
let endpoint: MemoryEndpoint;

const host = () => window as unknown as { dash_clientside: Record<string, unknown> };
const title = (id: string) => page.store.propsOf(id)?.title;
const sent = () => endpoint.sent.filter(({ type }) => type !== "Hello") as (PageMessage & Record<string, unknown>)[];

/** A local callback from `sources` to `target`, the `order`-th of the table. */
function local(order: number, sources: string[], target: string): CallbackSpec {
  return {
    output: `${target}.title`,
    inputs: sources.map(prop),
    state: [],
    clientside_function: { namespace: "ns", function_name: target },
    local: { index: 10 + order, order, outputs: prop(target) },
  };
}

function open(callbacks: CallbackSpec[], functions: Record<string, (...values: never[]) => unknown>): void {
  Object.assign(host().dash_clientside, { ns: functions });
  page.receiveAll([{ type: "Callbacks", callbacks }]);
}

function edit(id: string, value: unknown): void {
  page.setProps(page.store.pathOf(id) ?? [], { title: value });
}

/** A component that answers, once it is drawn, with `setProps`. Returns what removes it. */
function answer(id: string, props: Record<string, unknown>): () => void {
  const drawn = vi.spyOn(ReactDOM, "flushSync").mockImplementation(((run: () => unknown) => {
    page.setProps(page.store.pathOf(id) ?? [], props);
    return run();
  }) as typeof ReactDOM.flushSync);
  return () => drawn.mockRestore();
}

beforeEach(() => {
  endpoint = new MemoryEndpoint();
  page = new Page({ endpoint, componentProps: new ComponentProps() });
  installDashClientside(() => page);
  const children = ["a", "b", "c", "d"].map((id) => ({ namespace: "html", type: "Div", props: { id } }));
  page.receiveAll([{ type: "Layout", seq: 0, layout: { namespace: "html", type: "Div", props: { children } } }]);
  endpoint.sent.length = 0;
});

describe("a local callback", () => {
  it("is called without the worker, which receives the change and then the result", async () => {
    open([local(0, ["a"], "b")], { b: (value: string) => `${value}!` });
    edit("a", "x");
    await Promise.resolve();
    expect(title("b")).toBe("x!");
    expect(sent().map(({ type }) => type)).toEqual(["SetProps", "LocalRun"]);
    expect(sent()[0]).toMatchObject({ taken: [10] });
    expect(sent()[1]).toMatchObject({
      callbackIndex: 10,
      changed: [prop("a")],
      outcome: "value",
      values: [{ value: "x!" }],
    });
  });

  it("runs once after all that it depends on (S-72)", async () => {
    const last = vi.fn((a: string, b: string) => a + b);
    open([local(0, ["a"], "b"), local(1, ["a", "b"], "c")], { b: (value: string) => `${value}!`, c: last as never });
    edit("a", "x");
    await Promise.resolve();
    expect(last.mock.calls).toEqual([["x", "x!"]]);
    expect(title("c")).toBe("xx!");
  });

  it("sees in its State what was there at the trigger, and not what another has just written (S-51)", async () => {
    const seen: string[] = [];
    const reader = { ...local(1, ["a"], "c"), state: [prop("b")] };
    const after = { ...local(2, ["b"], "d"), state: [prop("c")] };
    const note = (value: string, state: string) => {
      seen.push(`${value} ${state}`);
      return value;
    };
    open([local(0, ["a"], "b"), reader, after], { b: () => "written", c: note, d: note });
    edit("b", "before");
    await Promise.resolve();
    seen.length = 0;
    edit("a", "x");
    await Promise.resolve();
    expect(seen).toEqual(["x before", "written x"]);
    expect(
      sent()
        .slice(-4)
        .map((message) => [message.type, message.taken]),
    ).toEqual([
      ["SetProps", [10, 11]],
      ["LocalRun", [12]],
      ["LocalRun", []],
      ["LocalRun", []],
    ]);
  });

  it("tells the worker that a waiting one will not be called when the table changes", async () => {
    const last = vi.fn();
    open([local(0, ["a"], "b"), local(1, ["b", "c"], "d")], { b: () => new Promise(() => {}), d: last });
    edit("a", "x");
    await Promise.resolve();
    edit("c", "y");
    await Promise.resolve();
    page.receiveAll([{ type: "Callbacks", callbacks: [] }]);
    expect(sent().at(-1)).toMatchObject({ type: "LocalRun", callbackIndex: 11, outcome: "prevented" });
    expect(last).not.toHaveBeenCalled();
  });

  it("draws what it has written if a callback reads the component's answer, and sends that along (S-87)", async () => {
    const both = { ...local(1, ["b"], "c"), inputs: [prop("b"), { id: "b", property: "lang" }] };
    const seen = vi.fn((title: string, lang: string) => title + lang);
    open([local(0, ["a"], "b"), both], { b: () => "written", c: seen as never });
    const stop = answer("b", { lang: "answered" });
    edit("a", "x");
    await Promise.resolve();
    stop();
    expect(seen.mock.calls).toEqual([["written", "answered"]]);
    expect(sent().map(({ type }) => type)).toEqual(["SetProps", "LocalRun", "SetProps", "LocalRun"]);
    expect(sent().map(({ taken }) => taken)).toEqual([[10], [11], [11], []]);
  });

  it("is called with the answer of a component to a change of the user (S-87)", async () => {
    const both = { ...local(0, ["a"], "c"), inputs: [prop("a"), { id: "a", property: "lang" }] };
    const seen = vi.fn((title: string, lang: string) => title + lang);
    open([both], { c: seen as never });
    const stop = answer("a", { lang: "answered" });
    edit("a", "x");
    await Promise.resolve();
    stop();
    expect(seen.mock.calls).toEqual([["x", "answered"]]);
    expect(sent().map(({ type }) => type)).toEqual(["SetProps", "LocalRun"]);
  });

  it("waits for a pending promise, and the worker knows about it (S-71)", async () => {
    const last = vi.fn((b: string) => `${b}?`);
    open([local(0, ["a"], "b"), local(1, ["b"], "c")], { b: async (value: string) => `${value}!`, c: last as never });
    edit("a", "x");
    await Promise.resolve();
    expect(sent()[1]).not.toHaveProperty("outcome");
    expect(last).not.toHaveBeenCalled();
    await settled();
    expect(title("c")).toBe("x!?");
    expect(sent().map(({ type }) => type)).toEqual(["SetProps", "LocalRun", "ClientsideResult", "LocalRun"]);
    expect(sent()[2]).toMatchObject({ taken: [11] });
  });

  it("ignores the promise of an older change (S-77)", async () => {
    const answers: ((value: string) => void)[] = [];
    open([local(0, ["a"], "b")], { b: () => new Promise((resolve) => answers.push(resolve)) });
    edit("a", "x");
    await Promise.resolve();
    edit("a", "y");
    await Promise.resolve();
    answers[1]?.("new");
    await settled();
    answers[0]?.("old");
    await settled();
    expect(title("b")).toBe("new");
    expect(sent().at(-1)).toMatchObject({ type: "ClientsideResult", outcome: "prevented" });
  });

  it("is left to the worker while it depends on a run of the worker's own (S-71)", async () => {
    const last = vi.fn((b: string, c: string) => b + c);
    open([local(0, ["a"], "b"), local(1, ["b", "c"], "d")], { b: () => "new", d: last as never });
    page.receiveAll([{ type: "Status", seq: 0, pending: 1, local: [10] }]);
    edit("c", "x");
    await Promise.resolve();
    expect(last).not.toHaveBeenCalled();
    expect(sent().map(({ type, taken }) => [type, taken])).toEqual([["SetProps", undefined]]);
    page.receiveAll([{ type: "Status", seq: page.outbox.seq, pending: 1, local: [11] }]);
    edit("c", "y");
    await Promise.resolve();
    expect(last, "the worker has not ended the run that was left to it").not.toHaveBeenCalled();
    page.receiveAll([{ type: "Status", seq: page.outbox.seq, pending: 0 }]);
    edit("c", "z");
    await Promise.resolve();
    expect(last).toHaveBeenCalledTimes(1);
    expect(sent().at(-2)).toMatchObject({ taken: [11] });
  });

  it("takes the place of a run of the worker, and so do those after it (S-77)", async () => {
    open([local(0, ["a"], "b"), local(1, ["b"], "c")], { b: (a: string) => `${a}!`, c: (b: string) => `${b}?` });
    page.receiveAll([{ type: "Status", seq: 0, pending: 2, local: [10, 11] }]);
    edit("a", "x");
    await Promise.resolve();
    expect(title("c")).toBe("x!?");
    expect(sent().map(({ type, taken }) => [type, taken])).toEqual([
      ["SetProps", [10]],
      ["LocalRun", [11]],
      ["LocalRun", []],
    ]);
  });

  it("that waits is called when the run of the worker has ended, unless the worker calls it", async () => {
    const last = vi.fn((b: string, c: string) => b + c);
    const answers: ((value: string) => void)[] = [];
    const table = [local(0, ["a"], "b"), local(1, ["b", "c"], "d")];
    open(table, { b: () => new Promise((resolve) => answers.push(resolve)), d: last as never });
    const begin = async () => {
      edit("a", answers.length);
      await Promise.resolve();
      edit("c", answers.length);
      await Promise.resolve();
      expect(last).not.toHaveBeenCalled();
      page.receiveAll([{ type: "Status", seq: page.outbox.seq, pending: 2, local: [10] }]);
    };
    await begin();
    page.receiveAll([{ type: "Status", seq: page.outbox.seq, pending: 1 }]);
    expect(last).toHaveBeenCalledTimes(1);
    last.mockClear();
    await begin();
    page.receiveAll([{ type: "Status", seq: page.outbox.seq, pending: 1, local: [11] }]);
    page.receiveAll([{ type: "Status", seq: page.outbox.seq, pending: 0 }]);
    expect(last).not.toHaveBeenCalled();
  });

  it("no longer counts when it has been requested again and waits (S-77)", async () => {
    const answers: Record<string, ((value: string) => void)[]> = { b: [], d: [] };
    const promise = (name: string) => () => new Promise((resolve) => answers[name]?.push(resolve));
    open([local(0, ["a"], "b"), local(1, ["b", "c"], "d")], { b: promise("b"), d: promise("d") });
    edit("c", "x");
    await Promise.resolve();
    edit("a", "x");
    await Promise.resolve();
    edit("c", "y");
    await Promise.resolve();
    answers.d?.[0]?.("of the first call");
    await settled();
    expect(title("d")).toBeUndefined();
    expect(sent().at(-1)).toMatchObject({ type: "ClientsideResult", outcome: "prevented" });
  });

  it("is left to the engine when a component is missing (S-79)", async () => {
    const called = vi.fn();
    open([local(0, ["a", "gone"], "b")], { b: called });
    edit("a", "x");
    await Promise.resolve();
    expect(called).not.toHaveBeenCalled();
    expect(sent()[0]).not.toHaveProperty("taken");
  });

  it("is reported as failed when it throws, and writes nothing (S-62)", async () => {
    open([local(0, ["a"], "b")], {
      b: () => {
        throw new Error("boom");
      },
    });
    edit("a", "x");
    await Promise.resolve();
    expect(title("b")).toBeUndefined();
    expect(sent()[1]).toMatchObject({ outcome: "error", error: { message: "boom" } });
  });
});
