/** Reconciling trees: equal parts stay the same objects, and only components that differ are reported. */
import { describe, expect, it } from "vitest";
import { isSameValue, reconcile } from "../../src/mirror/reconcile";
import { ComponentProps } from "../../src/mirror/tree";
import type { Path } from "../../src/wire/json";
import type { DryComponent } from "../../src/wire/protocol";

const div = (props: object): DryComponent => ({ namespace: "html", type: "Div", props: { ...props } });

function run(drawn: unknown, wanted: unknown, more: object = {}): { tree: unknown; changed: Path[] } {
  const changed: Path[] = [];
  const tree = reconcile(drawn, wanted, [], {
    componentProps: new ComponentProps(),
    keeps: () => false,
    original: (_path, value) => value,
    changed: (path) => void changed.push(path),
    ...more,
  });
  return { tree, changed };
}

describe("reconcile", () => {
  it("keeps an equal tree, deep and with typed arrays", () => {
    const make = () =>
      div({ id: { type: "x" }, children: [div({ figure: { y: Float64Array.of(1, Number.NaN) } }), "text", null] });
    const drawn = make();
    expect(run(drawn, make())).toEqual({ tree: drawn, changed: [] });
    expect(run(drawn, make()).tree).toBe(drawn);
  });

  it("reports the component that differs, and keeps its siblings", () => {
    const drawn = div({ children: [div({ title: "a" }), div({ title: "b" })] });
    const { tree, changed } = run(drawn, div({ children: [div({ title: "a" }), div({ title: "c" })] }));
    expect(changed).toEqual([["props", "children", 1]]);
    const children = (tree as DryComponent).props.children as unknown[];
    expect(children[0]).toBe((drawn.props.children as unknown[])[0]);
    expect(children[1]).toEqual(div({ title: "c" }));
  });

  it("reports the parent when it contains other components", () => {
    const parent = (children: unknown) => div({ children });
    expect(run(parent([div({})]), parent([div({}), div({})])).changed).toEqual([[]]);
    expect(run(parent([div({ id: "a" })]), parent([div({ id: "b" })])).changed).toEqual([[]]);
    expect(run(parent("old"), parent("new")).changed).toEqual([[]]);
  });

  it("removes props that are not wanted", () => {
    expect(run(div({ title: "a", lang: "en" }), div({ lang: "en" }))).toEqual({
      tree: div({ lang: "en" }),
      changed: [[]],
    });
  });

  it("keeps the props it is told to", () => {
    const keeps = (_component: DryComponent, _path: Path, prop: string) => prop === "value";
    const { tree } = run(div({ value: "typed", title: "a" }), div({ value: "", title: "b" }), { keeps });
    expect(tree).toEqual(div({ value: "typed", title: "b" }));
  });

  it("keeps a value that its component has modified", () => {
    const figure = { layout: { title: "a" } as Record<string, unknown> };
    const drawn = div({ figure });
    const original = (_path: Path, value: unknown) => (value === figure ? { layout: { title: "a" } } : value);
    figure.layout.autosize = true;
    expect(run(drawn, div({ figure: { layout: { title: "a" } } }), { original }).tree).toBe(drawn);
    expect(run(drawn, div({ figure: { layout: { title: "b" } } }), { original }).changed).toEqual([[]]);
  });
});

describe("isSameValue", () => {
  it("compares typed arrays by kind and content", () => {
    expect(isSameValue(Float32Array.of(1, 2), Float32Array.of(1, 2))).toBe(true);
    expect(isSameValue(Float32Array.of(1, 2), Float32Array.of(1, 3))).toBe(false);
    expect(isSameValue(Float32Array.of(1), Float64Array.of(1))).toBe(false);
    expect(isSameValue(Float32Array.of(1), [1])).toBe(false);
  });
});
