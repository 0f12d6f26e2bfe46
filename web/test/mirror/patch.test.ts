/** S-100 to S-104: what each operation does, and that the old value is not modified. */
import { describe, expect, it } from "vitest";
import { applyPatch, isPatch, PatchBuilder, resolvePatches } from "../../src/mirror/patch";

const patch = (build: (patch: PatchBuilder) => PatchBuilder) => build(new PatchBuilder()).build();

describe("applyPatch", () => {
  it("leaves the old value and everything beside the path alone", () => {
    const old = { data: [{ y: [1] }, { y: [2] }], layout: { title: "a" } };
    const result = applyPatch(
      old,
      patch((p) => p.append(["data", 0, "y"], 5)),
    ) as typeof old;
    expect(result.data[0]?.y).toEqual([1, 5]);
    expect(old.data[0]?.y).toEqual([1]);
    expect(result.layout).toBe(old.layout);
    expect(result.data[1]).toBe(old.data[1]);
  });

  it("counts negative numbers from the end, at the moment of each operation (S-102)", () => {
    const result = applyPatch(
      [1, 2],
      patch((p) => p.append([], 3).assign([-1], 9)),
    );
    expect(result).toEqual([1, 2, 9]);
  });

  it("makes missing containers: lists for integers, dictionaries for names", () => {
    const result = applyPatch(
      {},
      patch((p) => p.assign(["a", "b", 0], 1)),
    );
    expect(result).toEqual({ a: { b: [1] } });
  });

  it.each([
    ["merge", patch((p) => p.merge([], { b: 2 })), { a: 1 }, { a: 1, b: 2 }],
    ["merge into nothing", patch((p) => p.merge(["x"], { b: 2 })), {}, { x: { b: 2 } }],
    ["extend", patch((p) => p.extend([], [2, 3])), [1], [1, 2, 3]],
    ["delete a key", patch((p) => p.delete(["a"])), { a: 1, b: 2 }, { b: 2 }],
    ["delete an item", patch((p) => p.delete([0])), [1, 2], [2]],
    ["delete what is not there", patch((p) => p.delete(["x", "y"])), { a: 1 }, { a: 1 }],
    ["insert", patch((p) => p.insert([], 1, "x")), [1, 2], [1, "x", 2]],
    ["insert from the end", patch((p) => p.insert([], -1, "x")), [1, 2], [1, "x", 2]],
    ["insert out of range", patch((p) => p.insert([], 9, "x")), [1, 2], [1, 2, "x"]],
    ["prepend", patch((p) => p.prepend([], 0)), [1], [0, 1]],
    ["add", patch((p) => p.add(["n"], 2)), { n: 1 }, { n: 3 }],
    ["sub", patch((p) => p.sub(["n"], 2)), { n: 1 }, { n: -1 }],
    ["mul", patch((p) => p.mul(["n"], 2)), { n: 4 }, { n: 8 }],
    ["div", patch((p) => p.div(["n"], 2)), { n: 4 }, { n: 2 }],
    ["add to a text", patch((p) => p.add([], "b")), "a", "ab"],
    ["clear a list", patch((p) => p.clear([])), [1], []],
    ["clear a dictionary", patch((p) => p.clear([])), { a: 1 }, {}],
    ["reverse", patch((p) => p.reverse([])), [1, 2], [2, 1]],
    ["remove all that are equal", patch((p) => p.remove([], { a: 1 })), [{ a: 1 }, 2, { a: 1 }], [2]],
  ])("%s", (_name, value, old, expected) => {
    expect(applyPatch(old, value)).toEqual(expected);
  });

  it("refuses to patch what is unset (S-104)", () => {
    expect(() =>
      applyPatch(
        undefined,
        patch((p) => p.append([], 1)),
      ),
    ).toThrow("Cannot patch undefined");
  });

  it("starts a list where an item is added to nothing", () => {
    const append = patch((p) => p.append([], 1).prepend([], 0));
    expect(applyPatch(null, append)).toEqual([0, 1]);
  });

  it("throws when there is no list", () => {
    expect(() =>
      applyPatch(
        {},
        patch((p) => p.extend(["a"], [1])),
      ),
    ).toThrow("A patch wants to change a list, but finds nothing there.");
  });
});

describe("resolvePatches", () => {
  it("returns the same props when none is a patch", () => {
    const props = { a: 1 };
    expect(resolvePatches(props, {})).toBe(props);
  });

  it("looks for patches only at the level of whole props", () => {
    const inner = { nested: patch((p) => p.append([], 1)) };
    expect(resolvePatches({ a: inner, b: patch((p) => p.append([], 2)) }, { b: [1] })).toEqual({ a: inner, b: [1, 2] });
    expect(isPatch(inner.nested)).toBe(true);
  });
});
