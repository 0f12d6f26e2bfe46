/** The notice of a callback that lets Python answer nothing. */
import { beforeEach, expect, it, vi } from "vitest";
import { PythonNotice } from "../../src/shell/python_notice";

const choices = { stop: vi.fn(), wait: vi.fn() };
const blocked = { callback: "f (app.py:3)", file: undefined, seconds: 10 };
const box = (): Element | null => document.querySelector(".pyrt-notice--python");
let told: unknown[];

beforeEach(() => {
  document.body.innerHTML = "";
  told = [];
});
addEventListener("pyrt:failure", (event) => told.push((event as CustomEvent).detail.kind));

it("stays as it is while it says the same: a click or the focus on its buttons is not lost", () => {
  const notice = new PythonNotice();
  notice.showBlocked(blocked, choices);
  const shown = box();
  shown?.querySelector("button")?.focus();
  notice.showBlocked({ ...blocked, seconds: 11 }, choices);
  expect(box()).toBe(shown);
  expect(document.activeElement?.textContent).toBe("Stop");
  expect(told).toEqual(["waiting"]);
});

it("says at once what else is waited for", () => {
  const notice = new PythonNotice();
  notice.showBlocked({ ...blocked, file: "a.img" }, choices);
  notice.showBlocked({ ...blocked, seconds: 11 }, choices);
  expect(box()?.textContent).toContain("f (app.py:3) has been running for 11 seconds. Until it ends");
});

it("comes again after it was hidden, with the seconds of then", () => {
  const notice = new PythonNotice();
  notice.showBlocked(blocked, choices);
  notice.hide();
  expect(box()).toBeNull();
  notice.showBlocked({ ...blocked, seconds: 20 }, choices);
  expect(box()?.textContent).toContain("for 20 seconds");
  expect(told).toEqual(["waiting", "waiting"]);
});

it("makes place for the notice of a restart", () => {
  const notice = new PythonNotice();
  notice.showBlocked(blocked, choices);
  notice.showRestart();
  expect([...document.querySelectorAll("button")]).toEqual([]);
  notice.showBlocked(blocked, choices);
  expect(box()?.textContent).toContain("f (app.py:3)");
});
