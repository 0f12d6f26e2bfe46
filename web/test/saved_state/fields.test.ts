/** Texts that no component has reported yet are typed again, where the user has typed nothing. */
import { beforeEach, expect, it, vi } from "vitest";
import { TypedFields } from "../../src/saved_state/fields";
import { fire, write } from "../support/user";

const page = `<p><input id="a"><input><textarea></textarea><input type="password" id="p"><input type="checkbox"></p>`;

let root: HTMLElement;
const field = (selector: string): HTMLInputElement => root.querySelector(selector) as HTMLInputElement;

function draw(): HTMLElement {
  document.body.innerHTML = `<div>${page}</div>`;
  root = document.body.firstElementChild as HTMLElement;
  return root;
}

function typeInto(selector: string, text: string): void {
  write(field(selector), text);
  fire(field(selector), new InputEvent("input", { bubbles: true }));
}

beforeEach(() => {
  vi.stubGlobal("CSS", { escape: (text: string) => text });
  draw();
});

it("the texts are typed again, with the focus, and components hear of it", () => {
  const fields = new TypedFields(root);
  typeInto("#a", "one");
  typeInto("input:not([id])", "two");
  field("input:not([id])").focus();
  const { saved } = fields;
  const heard: string[] = [];
  draw().addEventListener("input", ({ target }) => heard.push((target as HTMLInputElement).value));
  new TypedFields(root, saved).restore();
  expect([field("#a").value, field("input:not([id])").value]).toEqual(["one", "two"]);
  expect(heard).toEqual(["one", "two"]);
  expect(document.activeElement).toBe(field("input:not([id])"));
});

it("what the user has typed since then stays", () => {
  const fields = new TypedFields(root);
  typeInto("#a", "old");
  const { saved } = fields;
  draw();
  const next = new TypedFields(root, saved);
  typeInto("#a", "new");
  next.restore();
  expect(field("#a").value).toBe("new");
});

it("passwords and boxes are not kept, nor fields that are gone", () => {
  const fields = new TypedFields(root);
  typeInto("#p", "secret");
  typeInto("[type=checkbox]", "on");
  typeInto("#a", "text");
  field("#a").remove();
  expect(fields.saved).toEqual([]);
});

it("an element of another kind at that place is left alone", () => {
  const fields = new TypedFields(root);
  typeInto("textarea", "text");
  const { saved } = fields;
  root.innerHTML = page.replace("<textarea></textarea>", "<input>");
  new TypedFields(root, saved).restore();
  expect([...root.querySelectorAll("input")].map(({ value }) => value)).not.toContain("text");
});

it("texts that are not typed again yet are kept for the next time", () => {
  const saved = [{ id: "a", childIndexes: [], kind: "input text", text: "x", hasFocus: false }];
  const fields = new TypedFields(root, saved);
  expect(fields.saved).toEqual(saved);
  fields.restore();
  expect(fields.saved).toEqual(saved);
});
