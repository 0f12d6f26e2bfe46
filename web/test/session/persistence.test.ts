/** edits are kept, restored, undone with their key, and never override a new value of the app. */
import { beforeEach, describe, expect, it } from "vitest";
import { Persistence } from "../../src/session/persistence";
import type { DryComponent } from "../../src/wire/protocol";

const input = (props: object): DryComponent => ({ namespace: "lib", type: "Input", props: { id: "i", ...props } });
const table = (props: object): DryComponent => ({ namespace: "lib", type: "Table", props: { id: "t", ...props } });

let persistence: Persistence;
let errors: Error[];

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  errors = [];
  persistence = new Persistence((error) => errors.push(error));
  const names = (columns: { name: string }[]) => columns.map(({ name }) => name);
  Object.assign(window, {
    lib: {
      Input: { dashPersistence: { persisted_props: ["value"], persistence_type: "local" } },
      Table: {
        defaultProps: { persisted_props: ["columns.name"], persistence_type: "session" },
        persistenceTransforms: {
          columns: {
            name: {
              extract: names,
              apply: (stored: string[], columns: object[]) =>
                columns.map((column, index) => ({ ...column, name: stored[index] })),
            },
          },
        },
      },
    },
  });
});

const key = "_dash_persistence.i.value.true";
const restore = (tree: unknown) => persistence.restore(tree, ["components"]);

describe("record", () => {
  it("keeps the new value with the first one it replaced (R-59, R-60)", () => {
    persistence.record(input({ value: "a", persistence: true }), { value: "b" });
    persistence.record(input({ value: "b", persistence: true }), { value: "c" });
    expect(localStorage.getItem(key)).toBe('["c","a"]');
  });

  it("keeps the new value alone when there was none", () => {
    persistence.record(input({ persistence: true }), { value: "b" });
    expect(localStorage.getItem(key)).toBe('["b"]');
  });

  it("keeps nothing without persistence, for other props, or when persistence changes with it", () => {
    persistence.record(input({ value: "a" }), { value: "b" });
    persistence.record(input({ value: "a", persistence: true }), { title: "b" });
    persistence.record(input({ value: "a", persistence: true }), { value: "b", persistence: "other" });
    expect(localStorage.length).toBe(0);
  });

  it("uses the component's own settings before those of its class (R-37, R-58)", () => {
    const props = { value: "a", title: "x", persistence: 1, persistence_type: "session", persisted_props: ["title"] };
    persistence.record(input(props), { value: "b", title: "y" });
    expect(sessionStorage.getItem("_dash_persistence.i.title.1")).toBe('["y","x"]');
    expect(localStorage.getItem("_dash_persistence.i.value.1")).toBeNull();
  });

  it("keeps the part of a prop that a transform takes out (R-63)", () => {
    persistence.record(table({ columns: [{ name: "A", id: 1 }], persistence: true }), {
      columns: [{ name: "B", id: 1 }],
    });
    expect(sessionStorage.getItem("_dash_persistence.t.columns.name.true")).toBe('[["B"],["A"]]');
  });
});

describe("restore", () => {
  it("restores edits anywhere in children, and returns their paths (R-61)", () => {
    persistence.record(input({ value: "a", persistence: true }), { value: "b" });
    const tree = {
      namespace: "lib",
      type: "Div",
      props: { children: ["x", input({ value: "a", persistence: true })] },
    };
    const { tree: result, restored } = restore(tree);
    expect(result).toMatchObject({ props: { children: ["x", { props: { value: "b" } }] } });
    expect(restored).toEqual([{ path: ["components", "props", "children", 1], id: "i", props: { value: "b" } }]);
    expect(tree.props.children[1]).toMatchObject({ props: { value: "a" } });
  });

  it("drops an edit when the app supplies another value", () => {
    persistence.record(input({ value: "a", persistence: true }), { value: "b" });
    expect(restore(input({ value: "other", persistence: true })).restored).toEqual([]);
    expect(localStorage.getItem(key)).toBeNull();
  });

  it("restores a part of a prop", () => {
    persistence.record(table({ columns: [{ name: "A", id: 1 }], persistence: true }), {
      columns: [{ name: "B", id: 1 }],
    });
    expect(restore(table({ columns: [{ name: "A", id: 2 }], persistence: true })).tree).toMatchObject({
      props: { columns: [{ name: "B", id: 2 }] },
    });
  });

  it("returns the same tree when nothing is kept", () => {
    const tree = input({ value: "a", persistence: true });
    expect(restore(tree).tree).toBe(tree);
  });
});

describe("what is damaged in storage", () => {
  it.each(["{", "", "5", "null", "{}", "[]", "U", '"text"'])("counts as absent: %s", (text) => {
    localStorage.setItem(key, text);
    const tree = input({ value: "a", persistence: true });
    expect(restore(tree).tree).toBe(tree);
    persistence.record(tree, { value: "b" });
    expect(localStorage.getItem(key)).toBe('["b","a"]');
    expect(errors).toEqual([]);
  });

  it("counts as absent if it does not fit the component", () => {
    sessionStorage.setItem("_dash_persistence.t.columns.name.true", '[7,["A"]]');
    const { lib } = window as unknown as { lib: { Table: { persistenceTransforms: { columns: object } } } };
    Object.assign(lib.Table.persistenceTransforms.columns, {
      name: {
        extract: (columns: { name: string }[]) => columns.map(({ name }) => name),
        apply: (stored: string[]) => stored.map((name) => ({ name })),
      },
    });
    const tree = table({ columns: [{ name: "A", id: 1 }], persistence: true });
    expect(restore(tree).tree).toBe(tree);
  });
});

describe("prune", () => {
  it("undoes edits of the old key and applies those of the new one (R-62)", () => {
    persistence.record(input({ value: "a", persistence: 2 }), { value: "two" });
    persistence.record(input({ value: "a", persistence: 1 }), { value: "one" });
    const component = input({ value: "one", persistence: 1 });
    expect(persistence.prune(component, { persistence: 2 })).toEqual({ persistence: 2, value: "two" });
    expect(persistence.prune(component, { persistence: 3 })).toEqual({ persistence: 3, value: "a" });
  });

  it("leaves props alone that the result itself sets", () => {
    persistence.record(input({ value: "a", persistence: 1 }), { value: "one" });
    const component = input({ value: "one", persistence: 1 });
    expect(persistence.prune(component, { persistence: 2, value: "new" })).toEqual({ persistence: 2, value: "new" });
  });

  it("does nothing for a result that does not change how the component is kept", () => {
    const props = { value: "x", persistence: 1 };
    expect(persistence.prune(input({ value: "a", persistence: 1 }), props)).toBe(props);
  });
});

it("falls back to memory with a report each time, when storage cannot be used (R-59)", () => {
  const setItem = Storage.prototype.setItem;
  Storage.prototype.setItem = () => {
    throw new Error("full");
  };
  persistence.record(input({ value: "a", persistence: true }), { value: "b" });
  Storage.prototype.setItem = setItem;
  expect(errors.map(({ message }) => message)).toEqual([
    "localStorage init first try failed; clearing and retrying",
    "localStorage init still failed, falling back to memory",
  ]);
  expect(restore(input({ value: "a", persistence: true })).tree).toMatchObject({ props: { value: "b" } });
});
