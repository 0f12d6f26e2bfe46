/** what components change in place, without setProps. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { installDashClientside } from "../../src/contract/dash_clientside";
import { InPlaceChanges } from "../../src/mirror/in_place";
import { ComponentProps } from "../../src/mirror/tree";
import { Page } from "../../src/session/page";
import type { CallbackSpec, DryComponent, PageMessage } from "../../src/wire/protocol";
import { MemoryEndpoint } from "../../src/wire/transport";

const grid = (props: object): DryComponent => ({ namespace: "dash_ag_grid", type: "AgGrid", props: { ...props } });

describe("values that are watched", () => {
  const take = (value: object, change: () => void) => {
    const changes = new InPlaceChanges();
    const props = { rowData: value };
    changes.watch("g", props, ["rowData"]);
    expect(changes.take("g", props)).toEqual([]);
    change();
    return [changes.take("g", props), changes.take("g", props)];
  };

  it.each<[string, (rows: Record<string, unknown>[]) => void]>([
    ["a changed cell", ([row]) => Object.assign(row ?? {}, { a: 2 })],
    ["a new key", ([row]) => Object.assign(row ?? {}, { b: 1 })],
    ["a removed key", ([row]) => delete row?.a],
    ["a new row", (rows) => rows.push({})],
    ["a removed row", (rows) => rows.pop()],
    ["the order", (rows) => rows.reverse()],
    ["a nested value", (rows) => (rows[0] as { deep: number[] }).deep.push(1)],
  ])("show %s once", (_name, change) => {
    const rows = [{ a: 1, deep: [0] }, { a: 3 }];
    expect(take(rows, () => change(rows))).toEqual([["rowData"], []]);
  });

  it("show a value that contains itself", () => {
    const rows: unknown[] = [{ a: 1 }];
    expect(take(rows, () => rows.push(rows))[0]).toEqual(["rowData"]);
  });

  it("do not show another object in their place: that is no change in place", () => {
    const changes = new InPlaceChanges();
    changes.watch("g", { rowData: [1] }, ["rowData"]);
    expect(changes.take("g", { rowData: [2] })).toEqual([]);
  });
});

describe("the page", () => {
  let page: Page;
  let endpoint: MemoryEndpoint;
  const dependency = (id: string, property: string) => ({ id, property });
  const python = (state: string, property: string): CallbackSpec => ({
    output: "out.title",
    inputs: [dependency("go", "n_clicks")],
    state: [dependency(state, property)],
  });
  const changes = () =>
    (endpoint.sent as (PageMessage & { changes?: { id: string; props: unknown; origin: string }[] })[]).flatMap(
      (message) => (message.changes ?? []).map(({ id, props, origin }) => ({ id, props, origin })),
    );
  const drawn = (id: string) => {
    const component = page.store.componentAt(page.store.pathOf(id) ?? []) as DryComponent;
    page.inPlace.watch(component);
    return component.props as { rowData: Record<string, unknown>[] };
  };
  const set = async (id: string, props: object) => {
    page.setProps(page.store.pathOf(id) ?? [], { ...props });
    await Promise.resolve();
  };

  beforeEach(() => {
    endpoint = new MemoryEndpoint();
    page = new Page({ endpoint, componentProps: new ComponentProps() });
    installDashClientside(() => page);
    const children = [
      grid({ id: "g", rowData: [{ a: 1 }] }),
      grid({ id: "go" }),
      { namespace: "dash_core_components", type: "Store", props: { id: "s", data: [1] } },
    ];
    page.receiveAll([
      { type: "Callbacks", callbacks: [python("g", "rowData"), python("s", "data")] },
      { type: "Layout", seq: 0, layout: { namespace: "html", type: "Div", props: { children } } },
    ]);
    endpoint.sent.length = 0;
  });

  it("sends a change in place with the change that calls a reader of the value", async () => {
    Object.assign(drawn("g").rowData[0] ?? {}, { a: 2 });
    await set("go", { n_clicks: 1 });
    expect(changes()).toEqual([
      { id: "go", props: { n_clicks: 1 }, origin: "internal" },
      { id: "g", props: { rowData: [{ a: 2 }] }, origin: "inPlace" },
    ]);
    await set("go", { n_clicks: 2 });
    expect(changes()).toHaveLength(3);
  });

  it("sends it when the component itself says something, before that", async () => {
    Object.assign(drawn("g").rowData[0] ?? {}, { a: 2 });
    await set("g", { cellValueChanged: [{}] });
    expect(changes().map(({ origin }) => origin)).toEqual(["inPlace", "internal"]);
  });

  it("does not look when no reader is called", async () => {
    Object.assign(drawn("g").rowData[0] ?? {}, { a: 2 });
    await set("s", { other: 1 });
    expect(changes()).toEqual([{ id: "s", props: { other: 1 }, origin: "internal" }]);
  });

  it("does not watch components that never change their values", async () => {
    (drawn("s") as unknown as { data: number[] }).data.push(2);
    await set("go", { n_clicks: 1 });
    expect(changes()).toHaveLength(1);
  });

  it("reports a value that cannot be JSON, and still sends the rest", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const { rowData } = drawn("g");
    rowData.push({ self: rowData });
    await set("go", { n_clicks: 1 });
    expect(changes()).toHaveLength(1);
    expect(page.errors.state.frontEnd[0]?.error.message).toContain("AgGrid has changed the value of its prop rowData");
  });
});
