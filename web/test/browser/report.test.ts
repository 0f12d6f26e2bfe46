/** What the author's own monitoring is told. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type FailureDetail, fileIn, reportFailure } from "../../src/browser/report";
import { FileFailure } from "../../src/files/attempts";
import { ErrorLog } from "../../src/session/errors";

let told: FailureDetail[];
const listen = (event: Event) => told.push((event as CustomEvent<FailureDetail>).detail);
const abilities = { cores: 2 };

beforeEach(() => {
  told = [];
  Object.assign(window, { __pyrt__: { abilities } });
  document.body.innerHTML = '<script type="application/json" id="pyrt-manifest">{"pyrt": "0.1.0"}</script>';
  window.addEventListener("pyrt:failure", listen);
  vi.spyOn(console, "error").mockReturnValue();
});

afterEach(() => {
  window.removeEventListener("pyrt:failure", listen);
  Reflect.deleteProperty(window, "__pyrt__");
  document.body.innerHTML = "";
  vi.restoreAllMocks();
});

it("says what has failed, with the version and what the browser can do, and nothing of the user", () => {
  reportFailure("callback", { callback: "out.children" });
  expect(told).toEqual([{ kind: "callback", file: null, callback: "out.children", version: "0.1.0", abilities }]);
});

it("keeps what came before a listener, up to a hundred", () => {
  for (let number = 0; number < 120; number++) reportFailure("waiting", { callback: `${number}` });
  const kept = (window as unknown as { __pyrt__: { failures: FailureDetail[] } }).__pyrt__.failures;
  expect([kept.length, kept[0]?.callback, kept.at(-1)?.callback]).toEqual([100, "20", "119"]);
});

it("works before the page has its manifest", () => {
  document.body.innerHTML = "";
  Reflect.deleteProperty(window, "__pyrt__");
  reportFailure("browser");
  expect(told[0]).toMatchObject({ kind: "browser", version: null, abilities: null });
});

/** What bundles reject with when a script of theirs could not be loaded. */
function eventOf(src: string): Event {
  const event = new Event("error");
  Object.assign(document.createElement("script"), { src }).dispatchEvent(event);
  return event;
}

it("is told of every error that the page lists, except advice", () => {
  const log = new ErrorLog();
  log.addBackEnd("title", "text", { callback: "a.b" });
  log.addBackEnd("title", "text", { callback: "c.d", isUnreachable: true });
  log.addBackEnd("title", "text", { isAdvice: true });
  log.addBackEnd("stopped", "text", { kind: "python" });
  log.addClientside(new Error("x"), "e.f");
  log.addFrontEnd(new Error("x"));
  log.addFrontEnd(new FileFailure("pkg/x.js", "gone", 404));
  log.addFrontEnd(eventOf("/pkg/y.js"));
  expect(told.map(({ kind, callback, file }) => [kind, callback, file])).toEqual([
    ["callback", "a.b", null],
    ["server", "c.d", null],
    ["python", null, null],
    ["callback", "e.f", null],
    ["component", null, null],
    ["file", null, "pkg/x.js"],
    ["file", null, "pkg/y.js"],
  ]);
  expect(log.state.frontEnd[0]?.error.message).toBe("pkg/y.js: the browser could not load it.");
});

it.each([
  ["pyrt/page-0123.js: the host answered 404.", "pyrt/page-0123.js"],
  ["numpy.linalg.LinAlgError: Singular matrix", undefined],
  ["Traceback (most recent call last):\n  File ...", undefined],
])("finds the file in %s", (message, file) => {
  expect(fileIn(message)).toBe(file);
});
