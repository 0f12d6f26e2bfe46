/** Versions, requirements and markers of Python packages. */

import { describe, expect, it } from "vitest";
import {
  compareVersions,
  holds,
  isPrerelease,
  parseRequirement,
  parseVersion,
  satisfies,
  type Version,
} from "../../../src/playground/packages/versions";

const version = (text: string): Version => {
  const found = parseVersion(text);
  if (!found) throw new Error(text);
  return found;
};

describe("versions", () => {
  it("have an order", () => {
    const order = [
      "0.9",
      "1.0.dev1",
      "1.0a1.dev1",
      "1.0a1",
      "1.0b2",
      "1.0rc1",
      "1.0",
      "1.0.post1",
      "1.0.1",
      "1.10",
      "1!0.1",
    ];
    const sorted = [...order].reverse().sort((a, b) => compareVersions(version(a), version(b)));
    expect(sorted).toEqual(order);
    expect(compareVersions(version("1.0"), version("1"))).toBe(0);
  });

  it("may be none, or of a release to come", () => {
    expect(parseVersion("abc")).toBeUndefined();
    expect(["1.0rc1", "1.0.dev0", "2.0", "1.0.post1"].map((each) => isPrerelease(version(each)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it.each([
    ["1.4.2", ">=1.4,<2", true],
    ["2.0", ">=1.4,<2", false],
    ["2.0rc1", "<2", false],
    ["1.4.9", "~=1.4.2", true],
    ["1.5", "~=1.4.2", false],
    ["1.5", "~=1.4", true],
    ["3.14", "!=3.0.*,>=2.7", true],
    ["3.0.7", "!=3.0.*", false],
    ["3.0.7", "==3.0.*", true],
    ["1.0.post1", ">1.0", false],
    ["1.1", ">1.0", true],
    ["1.0", "", true],
    ["1.0", "nonsense", false],
  ])("%s in %j: %s", (text, specifiers, is) => {
    expect(satisfies(version(text), specifiers)).toBe(is);
  });
});

describe("a requirement", () => {
  it.each([
    ["Foo_Bar>=1,<2", "foo-bar", [], ">=1,<2", ""],
    ["foo (>=1)", "foo", [], ">=1", ""],
    ['foo[a,B_c]; extra == "x"', "foo", ["a", "b-c"], "", 'extra == "x"'],
  ])("%j", (text, name, extras, specifiers, marker) => {
    expect(parseRequirement(text)).toEqual({ name, extras, specifiers, marker });
  });

  it("of an address is none that an index has", () => {
    expect(parseRequirement("foo @ https://example.org/foo.whl")).toBeUndefined();
  });
});

describe("a marker", () => {
  const values = { python_version: "3.14", sys_platform: "emscripten", extra: "", platform_system: "Emscripten" };

  it.each([
    ["", true],
    ['python_version < "3.9"', false],
    ['python_version >= "3.9"', true],
    ["extra == 'test'", false],
    ['sys_platform == "win32" or python_version > "3.10"', true],
    ['sys_platform == "win32" and python_version > "3.10" or extra == ""', true],
    ['sys_platform == "win32" and (python_version > "3.10" or extra == "")', false],
    ['platform_system != "Windows"', true],
    ['"win" in sys_platform', false],
    ['"linux" not in sys_platform', true],
  ])("%j: %s", (marker, is) => {
    expect(holds(marker, values)).toBe(is);
  });

  it("with a name that there is not is none", () => {
    expect(() => holds("nothing == '1'", values)).toThrow("is no marker");
  });
});
