/** Props for a host page: read, set, observed by id. */
import { beforeEach, expect, it, vi } from "vitest";
import { HostProps } from "../../src/in_frame/host_props";
import { Store } from "../../src/mirror/store";

const row = { type: "row", index: 1 };
const setPropsFrom = vi.fn();
let store: Store;
let changed: [number, unknown][];
let props: HostProps;

beforeEach(() => {
  store = new Store();
  store.setLayout([
    { type: "P", namespace: "dash_html_components", props: { id: "count", children: "0" } },
    { type: "Input", namespace: "dash_core_components", props: { id: row, value: [1, 2] } },
  ]);
  changed = [];
  setPropsFrom.mockReset();
  props = new HostProps({ store, setPropsFrom }, (request, value) => changed.push([request, value]));
});

const merge = (values: Record<string, unknown>): unknown =>
  store.merge(store.pathOf("count") ?? [], values, "callback");

it("props are read and set by texts and by pattern-matching ids", () => {
  expect(props.answer(1, { type: "get", id: "count", prop: "children" })).toBe("0");
  expect(props.answer(2, { type: "get", id: { index: 1, type: "row" }, prop: "value" })).toEqual([1, 2]);
  expect(props.answer(3, { type: "get", id: "count", prop: "title" })).toBeNull();
  props.answer(4, { type: "set", id: row, props: { value: 3 } });
  expect(setPropsFrom.mock.calls).toEqual([[row, { value: 3 }]]);
});

it("what cannot be answered is an error that says why", () => {
  const answer = (request: unknown) => () => props.answer(1, request as Parameters<HostProps["answer"]>[1]);
  expect(answer({ type: "get", id: "totl", prop: "children" })).toThrow("no component with the id totl");
  expect(answer({ type: "set", id: 3, props: {} })).toThrow("An id is a text or an object.");
  expect(answer({ type: "set", id: "count", props: "x" })).toThrow("set takes an object with props");
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  merge({ title: circle });
  expect(answer({ type: "get", id: "count", prop: "title" })).toThrow("cannot be written as JSON");
});

it("each other value is told until the observation ends", () => {
  expect(props.answer(7, { type: "observe", id: "count", prop: "children" })).toBe("0");
  merge({ children: "1" });
  merge({ title: "other" });
  merge({ children: "2" });
  props.unobserve(7);
  merge({ children: "3" });
  expect(changed).toEqual([
    [7, "1"],
    [7, "2"],
  ]);
});
