/** the seq rule and kept results: how the page handles changes from both sides. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { installDashClientside } from "../../src/contract/dash_clientside";
import { makeReduxStore } from "../../src/contract/redux";
import { ComponentProps } from "../../src/mirror/tree";
import { Page } from "../../src/session/page";
import type { Dictionary } from "../../src/wire/json";
import type { DryComponent, PageMessage } from "../../src/wire/protocol";
import { MemoryEndpoint } from "../../src/wire/transport";

const div = (props: object): DryComponent => ({ namespace: "html", type: "Div", props: { ...props } });
const microtask = () => Promise.resolve();

let page: Page;
let endpoint: MemoryEndpoint;

const sent = <T extends PageMessage["type"]>(type: T): Extract<PageMessage, { type: T }>[] =>
  endpoint.sent.filter((message): message is Extract<PageMessage, { type: T }> => message.type === type);

const layout = (tree: unknown) => page.receiveAll([{ type: "Layout", seq: 0, layout: tree }]);

function update(number: number, seq: number, changes: { id: string; props: Dictionary; kept?: string[] }[], run = 1) {
  page.receiveAll([{ type: "Update", updateSeq: number, seq, changes, origin: "callback", run }]);
}

beforeEach(() => {
  endpoint = new MemoryEndpoint();
  page = new Page({ endpoint, componentProps: new ComponentProps() });
  installDashClientside(() => page);
  layout(div({ children: [div({ id: "a", title: "A" }), div({ id: "b" })] }));
  endpoint.sent.length = 0;
});

const pathOf = (id: string) => page.store.pathOf(id) ?? [];

describe("setProps", () => {
  it("is seen in the layout at once, and sent in one message for one microtask", async () => {
    page.setProps(pathOf("a"), { title: "1" });
    page.setProps(pathOf("b"), { title: "2" });
    expect(page.store.propsOf("a")?.title).toBe("1");
    expect(endpoint.sent).toEqual([]);
    await microtask();
    expect(sent("SetProps")).toHaveLength(1);
    expect(sent("SetProps")[0]?.changes).toEqual([
      { path: ["props", "children", 0], id: "a", props: { title: "1" }, origin: "internal" },
      { path: ["props", "children", 1], id: "b", props: { title: "2" }, origin: "internal" },
    ]);
  });

  it("drops equal values, and sends nothing when nothing is left (R-32)", async () => {
    page.setProps(pathOf("a"), { title: "A" });
    await microtask();
    expect(endpoint.sent).toEqual([]);
  });

  it("does nothing when the component no longer exists", async () => {
    page.setProps(["components", "props", "children", 9], { title: "A" });
    await microtask();
    expect(endpoint.sent).toEqual([]);
  });

  it("reports the error that a component passes", () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    page.setProps(pathOf("a"), { _dash_error: new Error("dangerous link") });
    expect(page.errors.state.frontEnd[0]?.error.message).toBe("dangerous link");
  });
});

describe("set_props of dash_clientside", () => {
  it("sends values though they are equal, and a patch as it is (R-41)", async () => {
    const patch = {
      __dash_patch_update: "__dash_patch_update",
      operations: [{ operation: "Add", location: [], params: { value: "!" } }],
    };
    page.setPropsFrom("a", { title: patch });
    expect(page.store.propsOf("a")?.title).toBe("A!");
    await microtask();
    expect(sent("SetProps")[0]?.changes[0]).toMatchObject({
      id: "a",
      props: { title: patch },
      origin: "clientsideApi",
    });
  });
});

describe("Update", () => {
  it("is applied in order, patches to what is there at that moment", () => {
    const append = {
      __dash_patch_update: "__dash_patch_update",
      operations: [{ operation: "Append", location: [], params: { value: 2 } }],
    };
    update(1, 0, [
      { id: "a", props: { data: [1] } },
      { id: "a", props: { data: append } },
      { id: "gone", props: { data: 1 } },
    ]);
    expect(page.store.propsOf("a")?.data).toEqual([1, 2]);
  });

  it("skips a prop that the user has changed since", async () => {
    page.setProps(pathOf("a"), { title: "typed" });
    await microtask();
    const seq = sent("SetProps")[0]?.seq ?? 0;
    update(1, seq - 1, [{ id: "a", props: { title: "late", lang: "en" } }]);
    expect(page.store.propsOf("a")).toMatchObject({ title: "typed", lang: "en" });
    update(2, seq, [{ id: "a", props: { title: "answer" } }]);
    expect(page.store.propsOf("a")?.title).toBe("answer");
  });

  it("skips a prop also while its change waits for its microtask", () => {
    page.setProps(pathOf("a"), { title: "typed" });
    update(1, 99, [{ id: "a", props: { title: "late" } }]);
    expect(page.store.propsOf("a")?.title).toBe("typed");
  });

  it("sends what persistence adds to a result with origin internal, and restored edits with origin persistence (R-62, R-61)", async () => {
    Object.assign(window, {
      html: { Div: { dashPersistence: { persisted_props: ["title"], persistence_type: "memory" } } },
    });
    page.store.merge(pathOf("a"), { persistence: 1 }, "callback");
    page.setProps(pathOf("a"), { title: "edited" });
    await microtask();
    endpoint.sent.length = 0;
    update(1, 1, [{ id: "a", props: { persistence: 2 } }]);
    await microtask();
    const change = { path: ["props", "children", 0], id: "a", props: { title: "A" } };
    expect(sent("SetProps")[0]?.changes).toEqual([{ ...change, origin: "internal" }]);
    endpoint.sent.length = 0;
    update(2, 2, [{ id: "b", props: { children: div({ id: "a", title: "A", persistence: 1 }) } }]);
    await microtask();
    const restored = { path: ["props", "children", 1, "props", "children"], id: "a", props: { title: "edited" } };
    expect(sent("SetProps")[0]?.changes).toEqual([{ ...restored, origin: "persistence" }]);
  });

  it("is answered by Rendered when it contains components, after their own changes", async () => {
    update(4, 0, [{ id: "b", props: { children: [div({ id: "new" })] } }]);
    expect(sent("Rendered").map(({ updateSeq }) => updateSeq)).toEqual([4]);
    update(5, 0, [{ id: "b", props: { children: "text" } }]);
    expect(sent("Rendered")).toHaveLength(1);
    page.setProps(pathOf("a"), { title: "x" });
    await microtask();
    expect(sent("SetProps")[0]?.seen).toBe(5);
  });
});

describe("clientside runs", () => {
  const call = (body: (...values: unknown[]) => unknown, options: Dictionary = {}) => {
    Object.assign(window, { dash_clientside: { ...window_dash_clientside(), ns: { fn: body } } });
    installDashClientside(() => page);
    page.receiveAll([
      {
        type: "CallClientside",
        run: 7,
        function: { namespace: "ns", name: "fn" },
        inputs: [{ id: "a", property: "title" }],
        state: [[{ id: "b", property: "x" }]],
        outputs: { id: "b", property: "title" },
        triggered: [{ propId: "a.title" }],
        ...options,
      } as never,
    ]);
  };
  const window_dash_clientside = () => (window as unknown as { dash_clientside: object }).dash_clientside;

  it("get values, lists for wildcards, and the context only while they run synchronously (S-93, S-95)", () => {
    let context: unknown;
    const values: unknown[] = [];
    call((...given) => {
      values.push(...given);
      context = (window as unknown as { dash_clientside: Dictionary }).dash_clientside.callback_context;
      return "result";
    });
    expect(values).toEqual(["A", [undefined]]);
    expect(context).toEqual({
      triggered: [{ prop_id: "a.title", value: "A" }],
      triggered_id: "a",
      inputs_list: [{ id: "a", property: "title", value: "A" }],
      inputs: { "a.title": "A" },
      states_list: [[{ id: "b", property: "x", value: undefined }]],
      states: { "b.x": null },
      outputs_list: { id: "b", property: "title" },
    });
    expect("callback_context" in window_dash_clientside()).toBe(false);
    expect(sent("ClientsideResult")[0]).toMatchObject({ run: 7, outcome: "value", values: [{ value: "result" }] });
  });

  it("have their results kept, so that the worker need not send them back", () => {
    const result = { big: [1, 2, 3] };
    call(() => result);
    update(1, 0, [{ id: "b", props: {}, kept: ["title"] }], 7);
    expect(page.store.propsOf("b")?.title).toBe(result);
    page.receiveAll([{ type: "RunEnded", run: 7, outcome: "done" }]);
    expect(page.clientside.resultOf(7, "b", "title")).toBeUndefined();
  });

  it("may leave outputs out, or return no_update for one or all (S-94)", () => {
    const outputs = [
      { id: "a", property: "x" },
      [
        { id: "b", property: "x" },
        { id: "b", property: "y" },
      ],
      { id: "a", property: "z" },
    ];
    const noUpdate = (window as unknown as { dash_clientside: Dictionary }).dash_clientside.no_update;
    call(() => [undefined, [noUpdate, 2]], { outputs });
    expect(sent("ClientsideResult")[0]).toMatchObject({
      values: [{}, { noUpdate: true }, { value: 2 }, { noUpdate: true }],
    });
    call(() => noUpdate, { outputs });
    expect(sent("ClientsideResult")[1]).toMatchObject({ values: Array(4).fill({ noUpdate: true }) });
  });

  it("await promises, and report how they failed (S-96)", async () => {
    call(() => Promise.resolve(5));
    await microtask();
    await microtask();
    expect(sent("ClientsideResult")[0]).toMatchObject({ outcome: "value", values: [{ value: 5 }] });
    call(() => {
      throw (window as unknown as { dash_clientside: Dictionary }).dash_clientside.PreventUpdate;
    });
    expect(sent("ClientsideResult")[1]).toMatchObject({ outcome: "prevented" });
    call(() => {
      throw new RangeError("too far");
    });
    expect(sent("ClientsideResult")[2]).toMatchObject({ outcome: "error", error: { message: "too far" } });
  });

  it("fail with a message of their own when there is no such function", () => {
    call(() => 1, { function: { namespace: "nowhere", name: "fn" } });
    expect(sent("ClientsideResult")[0]).toMatchObject({
      outcome: "error",
      error: { message: "dash_clientside.nowhere.fn is not a function" },
    });
  });

  it("fail when their result has no JSON", () => {
    const circle: Dictionary & { self?: unknown } = {};
    Object.assign(circle, { self: circle });
    call(() => circle);
    expect(sent("ClientsideResult")[0]).toMatchObject({ outcome: "error" });
  });
});

describe("the Redux store of the page", () => {
  it("shows outputs as loading from the start of a run to its end (R-55)", () => {
    const redux = makeReduxStore(page);
    page.receiveAll([
      {
        type: "RunStarted",
        run: 3,
        callback: "b.title",
        outputs: [{ id: "b", property: "title@abc" }],
        persistent: false,
      },
    ]);
    const key = JSON.stringify(pathOf("b"));
    expect(redux.getState().loading).toEqual({ [key]: [{ path: pathOf("b"), property: "title", id: "b" }] });
    page.receiveAll([{ type: "RunEnded", run: 3, outcome: "done" }]);
    expect(redux.getState().loading).toEqual({});
  });

  it("lets the newest run end the loading of an output, though a dropped one still runs (S-77)", () => {
    const redux = makeReduxStore(page);
    const start = (run: number) =>
      page.receiveAll([
        { type: "RunStarted", run, callback: "b.title", outputs: [{ id: "b", property: "title" }], persistent: false },
      ]);
    const end = (run: number, outcome: "done" | "dropped") => page.receiveAll([{ type: "RunEnded", run, outcome }]);
    const count = () => Object.values(redux.getState().loading as object).flat().length;
    start(1);
    start(2);
    start(3);
    end(1, "dropped");
    expect(count()).toBe(2);
    end(3, "done");
    expect(count()).toBe(0);
    end(2, "dropped");
    expect(count()).toBe(0);
  });

  it("has callbacks in its lists until the worker has acknowledged everything", async () => {
    const redux = makeReduxStore(page);
    const pending = () => Object.values(redux.getState().callbacks as Record<string, unknown>).flat().length - 1;
    page.receiveAll([{ type: "Status", seq: 99, pending: 0 }]);
    expect(pending()).toBe(0);
    page.receiveAll([{ type: "RunStarted", run: 3, callback: "b.title", outputs: [], persistent: false }]);
    expect(pending()).toBe(1);
    page.receiveAll([
      { type: "RunEnded", run: 3, outcome: "done" },
      { type: "Status", seq: 99, pending: 0 },
    ]);
    expect(pending()).toBe(0);
    expect(redux.getState().isLoading).toBe(false);
  });

  it("has the paths of ids in Dash's form (R-49)", () => {
    layout([div({ id: "x" }), div({ id: { type: "t", index: 2 } })]);
    expect(makeReduxStore(page).getState().paths).toEqual({
      strs: { x: ["components", 0] },
      objs: { "index,type": [{ values: [2, "t"], path: ["components", 1] }] },
    });
  });
});

describe("a page whose Python has stopped", () => {
  it("waits for nothing, reports it once, and sends nothing more", async () => {
    page.receiveAll([
      { type: "RunStarted", run: 3, callback: "b.title", outputs: [{ id: "b", property: "title" }], persistent: false },
    ]);
    vi.spyOn(console, "error").mockImplementation(() => {});
    page.setProps(pathOf("a"), { title: "before" });
    await microtask();
    const told = endpoint.sent.length;
    expect(page.outbox.isWaiting).toBe(true);
    const answered = page.outbox.whenAnswered();
    page.stop("its memory is gone");
    page.stop("it cannot be entered");
    await answered;
    expect(page.activity.isBusy).toBe(false);
    expect(page.activity.loading).toEqual({});
    expect(page.outbox.isWaiting).toBe(false);
    expect(page.errors.state.backEndConnected).toBe(false);
    expect(page.errors.state.backEnd.map(({ error }) => error.html)).toEqual(["its memory is gone"]);
    page.setProps(pathOf("a"), { title: "after" });
    await microtask();
    expect(page.store.propsOf("a")).toMatchObject({ title: "after" });
    expect(endpoint.sent).toHaveLength(told);
  });
});

describe("undo and redo", () => {
  it("step through the user's changes of Inputs (S-169)", async () => {
    page.receiveAll([
      { type: "Callbacks", callbacks: [{ output: "b.title", inputs: [{ id: "a", property: "title" }], state: [] }] },
    ]);
    page.setProps(pathOf("a"), { title: "1" });
    page.setProps(pathOf("a"), { title: "2", unwatched: true });
    page.undo();
    expect(page.store.propsOf("a")?.title).toBe("1");
    page.undo();
    expect(page.store.propsOf("a")?.title).toBe("A");
    expect(page.history.state.past).toHaveLength(0);
    page.redo();
    expect(page.store.propsOf("a")).toMatchObject({ title: "1", unwatched: true });
    await microtask();
    expect(sent("SetProps")[0]?.changes.at(-1)).toMatchObject({ id: "a", props: { title: "1" } });
  });
});
