/** What is put back into the layout of an app that has run again: Dash's rules (S-172). */

import { describe, expect, it } from "vitest";
import { ReloadState } from "../../src/hot_reload/reload_state";
import type { DryComponent } from "../../src/wire/protocol";

const path = ["components"];

function input(value: unknown, id = "name"): DryComponent {
  return { type: "Input", namespace: "dash_core_components", props: { id, value } };
}

function store(data: unknown): DryComponent {
  return { type: "Store", namespace: "dash_core_components", props: { id: "store", data } };
}

/** A state in which the user has changed `before` to `after`, and the app is about to run again. */
function changed(before: unknown, after: unknown): ReloadState {
  const state = new ReloadState();
  state.record(input(before), path, { value: after }, true);
  state.begin();
  return state;
}

describe("a value that the user has changed", () => {
  it("is put back where the initial value is the same", () => {
    expect(changed("a", "typed").editsOf(input("a"), path)).toEqual({ value: "typed" });
  });

  it("gives way to a new initial value", () => {
    expect(changed("a", "typed").editsOf(input("b"), path)).toBeUndefined();
  });

  it("is put back once, and again after the next run", () => {
    const state = changed("a", "typed");
    expect(state.editsOf(input("a"), path)).toEqual({ value: "typed" });
    expect(state.editsOf(input("a"), path)).toBeUndefined();
    state.begin();
    expect(state.editsOf(input("a"), path)).toEqual({ value: "typed" });
  });

  it("waits for a component that a callback inserts later", () => {
    const state = changed("a", "typed");
    expect(state.editsOf(input("a", "other"), path)).toBeUndefined();
    state.begin();
    expect(state.editsOf(input("a"), path)).toEqual({ value: "typed" });
  });

  it("keeps its first original, also when it changes while the app runs again", () => {
    const state = changed("a", "typed");
    state.record(input("typed"), path, { value: "typed more" }, true);
    state.begin();
    expect(state.editsOf(input("a"), path)).toEqual({ value: "typed more" });
  });

  it("is not put back if Dash's option says so", () => {
    const state = new ReloadState();
    state.record(input("a"), path, { value: "typed" }, true);
    state.isEnabled = false;
    state.begin();
    expect(state.editsOf(input("a"), path)).toBeUndefined();
  });

  it("outlives a page that is loaded anew", () => {
    const state = changed("a", "typed");
    const next = new ReloadState(JSON.parse(JSON.stringify(state.edits)));
    expect(next.editsOf(input("a"), path)).toEqual({ value: "typed" });
  });

  it("may have been unset", () => {
    const again = new ReloadState(JSON.parse(JSON.stringify(changed(undefined, "typed").edits)));
    expect(again.editsOf(input(undefined), path)).toEqual({ value: "typed" });
  });
});

describe("a value that a callback has made", () => {
  it("is computed again, not put back", () => {
    const state = new ReloadState();
    state.record(input("a"), path, { value: "computed" }, false);
    state.begin();
    expect(state.editsOf(input("a"), path)).toBeUndefined();
  });

  it("is put back in a memory store, which nothing else holds", () => {
    const state = new ReloadState();
    state.record(store(null), path, { data: { n: 2 } }, false);
    state.begin();
    expect(state.editsOf(store(undefined), path)).toEqual({ data: { n: 2 } });
  });

  it("is put back if set_props has set it", () => {
    const state = new ReloadState();
    state.expect("name", { value: 1 });
    state.record(input("a"), path, { value: "set" }, false);
    state.begin();
    expect(state.editsOf(input("a"), path)).toEqual({ value: "set" });
  });
});

it("passwords are never kept", () => {
  const state = new ReloadState();
  const password: DryComponent = { ...input(""), props: { id: "name", type: "password", value: "" } };
  state.record(password, path, { value: "hush" }, true);
  state.begin();
  expect(state.editsOf(password, path)).toBeUndefined();
});
