/** Where an error is, and what of its text is shown. */

import { describe, expect, it } from "vitest";
import { explainMissing, findPlace, summaryOf } from "../../src/playground/errors";

const isFile = (name: string): boolean => ["app.py", "pages/home.py"].includes(name);
const traceback = `Traceback (most recent call last):
  File "/app/app.py", line 3, in <module>
    import pages.home
  File "/app/pages/home.py", line 7, in <module>
    1 / 0
    ~~^~~
  File "/pyrt/packages/pandas/core.py", line 99, in f
ZeroDivisionError: division by zero
Did you mean: 'x'?`;

describe("the place of an error", () => {
  it("is the last line of the app in a traceback", () => {
    expect(findPlace(traceback, isFile)).toEqual({ file: "pages/home.py", line: 7 });
  });

  it.each([
    ["SyntaxError in app.py, line 4: invalid syntax\n    x = = 1", 4],
    ["The module 'x' is not part of this site.\napp.py, line 2, imports it: import x", 2],
    ["The app ended itself with sys.exit(3) (app.py:12).", 12],
  ])("is told by %j", (text, line) => {
    expect(findPlace(text, isFile)).toEqual({ file: "app.py", line });
  });

  it("is nowhere if no file of the app is named", () => {
    expect(findPlace('File "/lib/python3.14/json.py", line 2', isFile)).toBeUndefined();
    expect(findPlace("nothing", isFile)).toBeUndefined();
  });
});

describe("the summary", () => {
  it("is the error of a traceback, or the first line", () => {
    expect(summaryOf(traceback)).toBe("ZeroDivisionError: division by zero");
    expect(summaryOf("SyntaxError in app.py, line 4: x\n  y")).toBe("SyntaxError in app.py, line 4: x");
  });
});

describe("a package that is missing", () => {
  const text =
    "The module 'a_b.c' is not part of this site.\napp.py, line 2, imports it: import a_b.c\nAdd the package";

  it("is missing in the playground", () => {
    const shown = explainMissing(text, "numpy, pandas") ?? "";
    expect(shown).toContain("The package that provides 'a_b' is not in this playground.");
    expect(shown).toContain("app.py, line 2, imports it");
    expect(shown).toContain("It has: numpy, pandas.");
    expect(shown).toContain("--package a-b");
  });

  it("may be on the index", () => {
    expect(explainMissing(text, "", "The index has none.")).toContain(
      "imports it: import a_b.c\nThe index has none.\n",
    );
  });

  it("is no module of the standard library, and no other error", () => {
    expect(
      explainMissing("The module 'x' is not part of this site.\n'x' belongs to Python's standard library", ""),
    ).toBe(undefined);
    expect(explainMissing("ZeroDivisionError", "")).toBeUndefined();
  });
});
