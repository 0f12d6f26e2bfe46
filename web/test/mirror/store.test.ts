/** the store is current, cheap to change, and notifies only the components concerned. */
import { describe, expect, it } from "vitest";
import { formatPath, Store } from "../../src/mirror/store";
import type { DryComponent } from "../../src/wire/protocol";

const div = (props: object): DryComponent => ({ namespace: "html", type: "Div", props: { ...props } });

function makeStore(): Store {
  const store = new Store();
  store.setLayout(div({ children: [div({ id: "a", title: "A" }), div({ id: "b", children: div({ id: "c" }) })] }));
  return store;
}

const pathOf = (store: Store, id: string) => store.pathOf(id) ?? [];

describe("Store", () => {
  it("knows where each id is", () => {
    const store = makeStore();
    expect(store.pathOf("c")).toEqual(["components", "props", "children", 1, "props", "children"]);
    expect(store.pathOf("nowhere")).toBeUndefined();
  });

  it("finds dictionary ids by their text, whatever the order of keys", () => {
    const store = new Store();
    store.setLayout([div({ id: { type: "x", index: 1 } })]);
    expect(store.pathOf({ index: 1, type: "x" })).toEqual(["components", 0]);
    expect(store.pathOf('{"index":1,"type":"x"}')).toEqual(["components", 0]);
  });

  it("merges props without touching what is beside them", () => {
    const store = makeStore();
    const before = store.getAt(pathOf(store, "b"));
    store.merge(pathOf(store, "a"), { title: "new" }, "internal");
    expect(store.propsOf("a")).toEqual({ id: "a", title: "new" });
    expect(store.getAt(pathOf(store, "b"))).toBe(before);
  });

  it("notifies the component itself, and neither its parent nor its sibling", () => {
    const store = makeStore();
    const told: string[] = [];
    for (const [name, path] of [
      ["root", ["components"]],
      ["a", pathOf(store, "a")],
      ["b", pathOf(store, "b")],
    ] as const) {
      store.subscribe(formatPath(path), false, () => told.push(name));
    }
    store.merge(pathOf(store, "a"), { title: "new" }, "callback");
    expect(told).toEqual(["a"]);
  });

  it("notifies a container that watches its children about direct children only (R-34)", () => {
    const store = makeStore();
    const told: string[] = [];
    store.subscribe(formatPath(["components"]), true, () => told.push("root"));
    store.merge(pathOf(store, "c"), { title: "new" }, "callback");
    expect(told).toEqual([]);
    store.merge(pathOf(store, "b"), { title: "new" }, "callback");
    expect(told).toEqual(["root"]);
    expect(store.renderTypeAt(formatPath(["components"]))).toBe("components");
  });

  it("removes the ids of replaced components and adds those of new ones", () => {
    const store = makeStore();
    store.merge(pathOf(store, "b"), { children: [div({ id: "d" })] }, "callback");
    expect(store.pathOf("c")).toBeUndefined();
    expect(store.pathOf("d")).toEqual(["components", "props", "children", 1, "props", "children", 0]);
    expect([...store.paths.keys()].sort()).toEqual(["a", "b", "d"]);
  });

  it("counts a new generation only for the prop that was replaced (R-35)", () => {
    const store = makeStore();
    const key = formatPath(pathOf(store, "b"));
    store.merge(pathOf(store, "b"), { title: "x" }, "callback");
    expect(store.generationAt(key, "children")).toBe(0);
    store.merge(pathOf(store, "b"), { children: "y" }, "callback");
    expect(store.generationAt(key, "children")).toBeGreaterThan(0);
  });

  it("keeps an id that also exists at another path (R-50)", () => {
    const store = new Store();
    store.setLayout(div({ children: [div({ id: "p", children: div({ id: "twin" }) }), div({ id: "twin" })] }));
    store.merge(pathOf(store, "p"), { children: null }, "callback");
    expect(store.pathOf("twin")).toEqual(["components", "props", "children", 1]);
  });

  it("takes components at addresses that are no props (R-26)", () => {
    const store = makeStore();
    const address = [...pathOf(store, "a"), "option one", 0];
    store.insert(address, div({ id: "external" }));
    expect(store.pathOf("external")).toEqual(address);
    expect(store.merge(address, { title: "t" }, "parent")).toBe(true);
    store.remove(address);
    expect(store.pathOf("external")).toBeUndefined();
  });

  it("does nothing for a component that no longer exists", () => {
    const store = makeStore();
    expect(store.merge(["components", "props", "children", 7], { a: 1 }, "internal")).toBe(false);
  });

  it("never repeats a version, so that a stale one cannot look current", () => {
    const store = makeStore();
    const key = formatPath(pathOf(store, "a"));
    const stop = store.subscribe(key, false, () => {});
    store.merge(pathOf(store, "a"), { title: "1" }, "internal");
    const seen = store.versionAt(key);
    stop();
    store.merge(pathOf(store, "a"), { title: "2" }, "internal");
    expect(store.versionAt(key)).not.toBe(seen);
  });
});

it("keeps what stands beside the layout when that is replaced", () => {
  const store = new Store();
  const tool = { namespace: "html", type: "Button", props: { id: "tool" } };
  store.insert(["__dash_devtools", 0], tool);
  store.setLayout({ namespace: "html", type: "Div", props: { id: "root" } });
  expect(store.propsOf("tool")).toBe(tool.props);
  store.merge(store.pathOf("tool") ?? [], { title: "new" }, "callback");
  expect(store.propsOf("tool")?.title).toBe("new");
  expect(store.propsOf("root")).toBeDefined();
});
