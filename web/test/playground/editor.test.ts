/** The editor whose script comes after the page's: what is asked of it until then. */
import { expect, it, vi } from "vitest";
import { Editor } from "../../src/playground/editor";

/** A script that notes in its parent what it is asked for. */
const script = `export class CodeEditor {
  constructor(parent, events) { this.log = parent.log; this.log.push("made"); events.changed("app.py", "typed"); }
  set library(library) { this.log.push(["library", library]); }
  ${["open", "renamed", "forget", "mark", "goTo", "focus"]
    .map((name) => `${name}(...given) { this.log.push(["${name}", ...given]); }`)
    .join("\n")}
}`;

function address(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

it("does what it was asked for before it was there, in order, and then at once", async () => {
  const editor = new Editor();
  const log: unknown[] = [];
  const changed = vi.fn();
  editor.open("app.py", "x = 1");
  editor.mark([{ line: 1, message: "wrong", isAdvice: false }]);
  expect(log).toEqual([]);
  await editor.load(address(script), { log } as unknown as HTMLElement, { changed, run: () => {} });
  const asked = ["made", ["open", "app.py", "x = 1"], ["mark", [{ line: 1, message: "wrong", isAdvice: false }]]];
  expect(log).toEqual(asked);
  expect(changed).toHaveBeenCalledWith("app.py", "typed");
  editor.library = {};
  editor.renamed("a.py", "b.py");
  editor.goTo(3);
  editor.forget();
  editor.focus();
  expect(log.slice(asked.length)).toEqual([
    ["library", {}],
    ["renamed", "a.py", "b.py"],
    ["goTo", 3],
    ["forget"],
    ["focus"],
  ]);
});

it("says why its script cannot be had", async () => {
  const loaded = new Editor().load(address("throw new Error('cut')"), document.body, {
    changed: () => {},
    run: () => {},
  });
  await expect(loaded).rejects.toThrow("cut");
});
