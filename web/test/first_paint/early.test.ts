/** Which events the first script records, and which it leaves to the browser. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { EarlyEvents } from "../../src/first_paint/early";
import { choose, click, fire, recordEarly, type } from "../support/user";

let early: EarlyEvents;
let stop: () => void;

const find = <T extends Element>(selector: string): T => document.querySelector(selector) as T;
const kinds = (): string[] => early.events.map(({ event }) => event.type);

beforeEach(async () => {
  document.body.innerHTML = `
    <main data-pyrt-preview>
      <button></button><a href="#there"></a><input value="1"><select><option>a<option>b</select>
    </main>
    <p></p>`;
  ({ early, stop } = recordEarly());
});

afterEach(() => stop());

it("a click is recorded with all its events, and notified while it is dispatched", () => {
  const told = vi.fn();
  early.notify = told;
  expect(click(find("button"))).toBe(true);
  expect(kinds()).toEqual(["pointerdown", "mousedown", "pointerup", "mouseup", "click"]);
  expect(told.mock.calls.map(([recorded]) => recorded)).toEqual(early.events);
});

it("each input event is recorded with the text at that moment", () => {
  type(find("input"), "2");
  click(find("button"));
  type(find("input"), "3");
  choose(find("select"), "b");
  const texts = early.events.filter(({ event }) => event.type === "input").map(({ text }) => text);
  expect(texts).toEqual(["12", "123", "b"]);
});

it("events outside the preview are recorded only while the page blocks events", () => {
  click(find("p"));
  expect(kinds()).toEqual([]);
  early.isBlocking = true;
  click(find("p"));
  expect(kinds()).toContain("click");
});

it("links are not followed, because the app may handle the click", () => {
  expect(click(find("a"))).toBe(false);
  expect(kinds()).toContain("click");
});

it("new tabs, menus and moves without a button are left to the browser", () => {
  expect(click(find("a"), { ctrlKey: true })).toBe(true);
  expect(click(find("a"), { metaKey: true })).toBe(true);
  expect(click(find("a"), { button: 2 })).toBe(true);
  fire(find("button"), new MouseEvent("mousemove", { bubbles: true, buttons: 0 }));
  expect(kinds()).toEqual([]);
  fire(find("button"), new MouseEvent("mousemove", { bubbles: true, buttons: 1 }));
  expect(kinds()).toEqual(["mousemove"]);
});

it("events of scripts are not recorded", () => {
  find("button").dispatchEvent(new MouseEvent("click", { bubbles: true }));
  expect(kinds()).toEqual([]);
});
