/** where components are found in props, and what replacing them copies. */
import { describe, expect, it } from "vitest";
import { ComponentProps, isComponent, replaceComponents } from "../../src/mirror/tree";
import type { Path } from "../../src/wire/json";
import type { DryComponent } from "../../src/wire/protocol";

const div = (props: object): DryComponent => ({ namespace: "html", type: "Div", props: { ...props } });
const box = (props: object): DryComponent => ({ namespace: "lib", type: "Box", props: { ...props } });

const props = new ComponentProps({
  lib: { Box: ["label", "overlay.children", "marks[].label", "slots{}", "insights{}.title", "rows[]{}"] },
  html: { Div: null },
});

function visited(value: unknown): Record<string, Path> {
  const found: Record<string, Path> = {};
  props.visit(value, ["components"], (component, path) => {
    found[String(component.props.id)] = path;
  });
  return found;
}

describe("ComponentProps.visit", () => {
  it("follows children and every pattern, parents first", () => {
    const tree = box({
      id: "box",
      children: ["text", div({ id: "child" }), 3],
      label: div({ id: "label" }),
      overlay: { children: [div({ id: "overlay" })] },
      marks: ["plain", { label: div({ id: "mark" }) }, { label: "text" }],
      slots: { left: div({ id: "slot" }) },
      insights: { a: { title: div({ id: "title" }) } },
      rows: [{ x: div({ id: "row" }) }],
    });
    expect(visited(tree)).toEqual({
      box: ["components"],
      child: ["components", "props", "children", 1],
      label: ["components", "props", "label"],
      overlay: ["components", "props", "overlay", "children", 0],
      mark: ["components", "props", "marks", 1, "label"],
      slot: ["components", "props", "slots", "left"],
      title: ["components", "props", "insights", "a", "title"],
      row: ["components", "props", "rows", 0, "x"],
    });
  });

  it("does not look into props that cannot hold components", () => {
    expect(visited(div({ id: "a", data: { x: div({ id: "hidden" }) } }))).toEqual({ a: ["components"] });
  });
});

describe("replaceComponents", () => {
  const prop = (name: string) => {
    const found = props.of(box({})).find((known) => known.name === name);
    if (!found) throw new Error(`no prop ${name}`);
    return found;
  };
  const name = (component: DryComponent, path: Path) => `<${component.props.id} at ${path.join(".")}>`;

  it("keeps the identity of a value without components", () => {
    const marks = [{ label: "a" }, { label: "b" }];
    expect(replaceComponents(marks, prop("marks"), [], name)).toBe(marks);
  });

  it("looks at each item by itself, whatever the first one holds", () => {
    const marks = [{ label: "a" }, { label: div({ id: "x" }) }];
    const result = replaceComponents(marks, prop("marks"), ["props", "marks"], name) as unknown[];
    expect(result).toEqual([{ label: "a" }, { label: "<x at props.marks.1.label>" }]);
    expect(result[0]).toBe(marks[0]);
  });

  it("puts the component in the place of the object around it, in a dictionary of any keys", () => {
    const insights = { a: { title: div({ id: "x" }), more: 1 }, b: { title: "text" }, c: {} };
    expect(replaceComponents(insights, prop("insights"), ["i"], name)).toEqual({ a: "<x at i.a.title>", b: "text" });
    const slots = { left: div({ id: "y" }), right: "text" };
    expect(replaceComponents(slots, prop("slots"), ["s"], name)).toEqual({ left: "<y at s.left>", right: "text" });
  });

  it("replaces the components of a list and leaves other items as they are", () => {
    const children = ["text", div({ id: "x" }), null, 5];
    expect(replaceComponents(children, prop("children"), ["c"], name)).toEqual(["text", "<x at c.1>", null, 5]);
  });
});

it("finds components in the props of packages that are added later (R-18, R-51)", () => {
  const table = {};
  const props = new ComponentProps(table);
  const card = { namespace: "late", type: "Card", props: { title: 1 } };
  expect(props.of(card).map(({ name }) => name)).toEqual(["children"]);
  props.addPatterns({ late: { Card: ["title"] } });
  expect(props.of(card).map(({ name }) => name)).toEqual(["children", "title"]);
  expect(table).toEqual({ late: { Card: ["title"] } });
});

it("tells components from other dictionaries", () => {
  expect(isComponent({ type: "a", namespace: "b", props: {} })).toBe(true);
  expect(isComponent({ type: "a", props: {} })).toBe(false);
  expect(isComponent([])).toBe(false);
});
