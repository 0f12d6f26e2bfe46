/** The files of the app that is written. */

import { describe, expect, it } from "vitest";
import { checkFiles, FileSet, nameProblem } from "../../src/playground/files";

describe("the name of a file", () => {
  it.each(["util.py", "assets/style.css", "pages/a_b-c.2.py", "_x"])("can be %s", (name) => {
    expect(nameProblem(name, ["app.py"])).toBeUndefined();
  });

  it.each([
    ["", "needs a name"],
    ["../up.py", "cannot be a name"],
    ["/root.py", "cannot be a name"],
    ["a//b.py", "cannot be a name"],
    [".env", "cannot be a name"],
    ["with space.py", "cannot be a name"],
    ["ü.py", "cannot be a name"],
    ["App.py", "a file app.py already"],
    ["app.py/x.py", "one is a folder of the other"],
    ["x".repeat(81), "at most 80 characters"],
  ])("cannot be %j", (name, reason) => {
    expect(nameProblem(name, ["app.py"])).toContain(reason);
  });
});

describe("files from elsewhere", () => {
  it("need an app.py, and may not be too many or too long", () => {
    expect(() => checkFiles({ "a.py": "" })).toThrow("it has no app.py");
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, number) => [`f${number}.py`, ""]));
    expect(() => checkFiles({ "app.py": "", ...many })).toThrow("more than 50 files");
    expect(() => checkFiles({ "app.py": "x".repeat(1_000_001) })).toThrow("more than 1000000 characters");
  });
});

describe("a set of files", () => {
  const make = () => new FileSet({ "util.py": "u", "app.py": "a" });

  it("has app.py first, and open", () => {
    const files = make();
    expect(files.names).toEqual(["app.py", "util.py"]);
    expect(files.active).toBe("app.py");
  });

  it("opens a file that is added, and keeps what is written", () => {
    const files = make();
    expect(files.add("new.py")).toBeUndefined();
    expect(files.active).toBe("new.py");
    files.change("new.py", "n");
    files.change("gone.py", "g");
    expect(files.all).toEqual({ "app.py": "a", "util.py": "u", "new.py": "n" });
    expect(files.add("new.py")).toContain("already");
  });

  it("renames in place", () => {
    const files = make();
    files.open("util.py");
    expect(files.rename("util.py", "helpers.py")).toBeUndefined();
    expect([files.names, files.active, files.text("helpers.py")]).toEqual([
      ["app.py", "helpers.py"],
      "helpers.py",
      "u",
    ]);
    expect(files.rename("helpers.py", "app.py")).toContain("already");
    expect(files.rename("app.py", "main.py")).toContain("keeps its name");
  });

  it("removes all but app.py", () => {
    const files = make();
    files.open("util.py");
    expect(files.remove("util.py")).toBeUndefined();
    expect([files.names, files.active]).toEqual([["app.py"], "app.py"]);
    expect(files.remove("app.py")).toContain("cannot be removed");
  });
});
