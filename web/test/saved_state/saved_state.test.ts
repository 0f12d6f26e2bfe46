/** What the user has changed is put back where the component still has the value that the user has changed. */
import { describe, expect, it } from "vitest";
import { type SavedEdits, SavedState } from "../../src/saved_state/saved_state";
import type { DryComponent } from "../../src/wire/protocol";

const path = ["components", "props", "children", 0];
const input = (props: object): DryComponent => ({
  namespace: "dash_core_components",
  type: "Input",
  props: { id: "i", ...props },
});

/** As a page that starts again reads it. */
const again = (state: SavedState): SavedState => new SavedState(JSON.parse(JSON.stringify(state.edits)) as SavedEdits);

describe("record", () => {
  it("keeps the newest value of the user with the first one that it replaced", () => {
    const state = new SavedState();
    state.record(input({ value: "" }), path, { value: "a" }, true);
    state.record(input({ value: "a" }), path, { value: "ab" }, true);
    expect(state.edits).toEqual({ i: { value: ["ab", ""] } });
  });

  it("keeps what callbacks set only where the user has changed the prop before", () => {
    const state = new SavedState();
    state.record(input({}), path, { value: "by a callback" }, false);
    state.record(input({}), path, { value: "typed" }, true);
    state.record(input({ value: "typed" }), path, { value: "", placeholder: "more" }, false);
    expect(state.edits).toEqual({ i: { value: [""] } });
  });

  it("knows a component without an id by its path", () => {
    const state = new SavedState();
    const { namespace, type } = input({});
    state.record({ namespace, type, props: {} }, path, { value: "a" }, true);
    expect(state.edits).toEqual({ [JSON.stringify(path)]: { value: ["a"] } });
  });

  it.each(["n_clicks", "n_submit_timestamp", "clickData", "cellClicked", "derived_virtual_data"])(
    "keeps no event: %s",
    (prop) => {
      const state = new SavedState();
      state.record(input({}), path, { [prop]: 1 }, true);
      expect(again(state).editsOf(input({}), path)).toBeUndefined();
    },
  );

  it("keeps no password", () => {
    const state = new SavedState();
    state.record(input({ type: "password" }), path, { value: "secret" }, true);
    state.record({ ...input({ id: "p" }), type: "PasswordInput" }, path, { value: "secret" }, true);
    expect(JSON.stringify(state.edits)).not.toContain("secret");
  });

  it("keeps no address: that of the page counts", () => {
    const state = new SavedState();
    state.record({ ...input({}), type: "Location" }, path, { pathname: "/a" }, true);
    expect(state.edits).toEqual({});
  });

  it("keeps the data of a Store in memory, whoever has set it, and not that of other Stores", () => {
    const state = new SavedState();
    const store = (id: string, props: object): DryComponent => ({ ...input({ id, ...props }), type: "Store" });
    state.record(store("m", {}), path, { data: [1] }, false);
    state.record(store("l", { storage_type: "local" }), path, { data: [1] }, false);
    expect(state.edits).toEqual({ m: { data: [[1]] } });
  });

  it("leaves out what JSON cannot hold, and what is too long for the storage", () => {
    const state = new SavedState();
    const circle: unknown[] = [];
    circle.push(circle);
    state.record(input({}), path, { a: circle, b: "x".repeat(600_000), c: 1 }, true);
    expect(state.edits).toEqual({ i: { c: [1] } });
  });
});

describe("restore", () => {
  const saved: SavedEdits = { i: { value: ["typed", ""] } };

  it("gives the values to a component that has the value from before", () => {
    expect(new SavedState(saved).editsOf(input({ value: "" }), path)).toEqual({ value: "typed" });
  });

  it("unset, null and absent are the same value", () => {
    const state = new SavedState({ i: { value: ["typed"] } });
    expect(state.editsOf(input({ value: null }), path)).toEqual({ value: "typed" });
  });

  it("gives nothing to a component whose value the app has changed", () => {
    expect(new SavedState(saved).editsOf(input({ value: "new" }), path)).toBeUndefined();
  });

  it("gives nothing after the start", () => {
    const state = new SavedState(saved);
    state.endRestoring();
    expect(state.editsOf(input({ value: "" }), path)).toBeUndefined();
    expect(state.edits).toEqual({});
  });

  it("keeps what it has put back, and what it could not put back yet, for the next time", () => {
    const state = new SavedState({ ...saved, later: { value: [1] } });
    state.editsOf(input({ value: "" }), path);
    expect(state.edits).toEqual({ ...saved, later: { value: [1] } });
    state.endRestoring();
    expect(state.edits).toEqual(saved);
  });

  it("takes nothing from a record of another form", () => {
    const strange = { i: { value: "text", n: null }, j: 3 } as unknown as SavedEdits;
    expect(new SavedState(strange).editsOf(input({}), path)).toBeUndefined();
    expect(new SavedState(strange).editsOf(input({ id: "j" }), path)).toBeUndefined();
  });
});
