/** What is said of a reason that is an event: the file that could not be loaded. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FileFailure } from "../../src/files/attempts";
import { forgetFailedFiles, noteFailedFile } from "../../src/files/failed";
import { messageOf, withoutEvent } from "../../src/files/reasons";

class FakeWorker extends EventTarget {}

beforeEach(() => vi.stubGlobal("Worker", FakeWorker));

afterEach(() => {
  vi.unstubAllGlobals();
  forgetFailedFiles();
  document.documentElement.removeAttribute("data-root");
});

/** The reason that a promise is rejected with whose `reject` is the listener of the element. */
function rejectedBy(target: EventTarget, event = new Event("error")): Promise<unknown> {
  return new Promise((resolve) => {
    target.addEventListener("error", resolve);
    target.dispatchEvent(event);
  });
}

function make(name: "script" | "link" | "img", address: string): HTMLElement {
  const element = document.createElement(name);
  element.setAttribute(name === "link" ? "href" : "src", address);
  return element;
}

it.each([
  ["script", "/pkg/a/b.js?m=1", "pkg/a/b.js: the browser could not load it."],
  ["link", "/assets/my%20style.css", "assets/my style.css: the browser could not load it."],
  ["img", "https://b.test/c.png", "https://b.test/c.png: the browser could not load it."],
] as const)("names the file of a %s", async (name, address, message) => {
  const reason = await rejectedBy(make(name, address));
  expect(String(reason)).toBe("[object Event]");
  expect(messageOf(reason)).toBe(message);
});

it("names a file below the root of a page that is deeper", async () => {
  document.documentElement.setAttribute("data-root", "/app/");
  const reason = await rejectedBy(make("script", "/app/pkg/b.js"));
  expect(messageOf(reason)).toBe("pkg/b.js: the browser could not load it.");
});

it("says what is known of the file", async () => {
  const known = new FileFailure("pkg/b.js", "the server answered 404.", 404);
  noteFailedFile(known);
  expect(messageOf(await rejectedBy(make("script", "/pkg/b.js")))).toBe(known.message);
});

it.each([
  [{ message: "x is not defined", filename: "http://localhost:3000/assets/w.js" }, "assets/w.js: x is not defined"],
  [{ message: "x is not defined" }, "x is not defined"],
  [{}, "The script of a worker could not be loaded."],
])("tells of a worker what its event says: %o", async (init, message) => {
  expect(messageOf(await rejectedBy(new FakeWorker(), new ErrorEvent("error", init)))).toBe(message);
});

it("tells the error of a request, and else what the event is of", async () => {
  const request = Object.assign(new EventTarget(), { error: new Error("no room") });
  expect(messageOf(await rejectedBy(request))).toBe("no room");
  expect(messageOf(await rejectedBy(new EventTarget()))).toBe('An event "error" of [object EventTarget].');
  expect(messageOf(new Event("abort"))).toBe('An event "abort" of nothing.');
});

it("leaves all other reasons as they are", async () => {
  const error = new TypeError("x");
  expect([messageOf(error), messageOf("text"), messageOf(undefined)]).toEqual(["x", "text", "undefined"]);
  expect(withoutEvent(error)).toBe(error);
  const made = withoutEvent(await rejectedBy(make("script", "/pkg/b.js")));
  expect(made).toEqual(new Error("pkg/b.js: the browser could not load it."));
});
