/** A page whose own script does not come, or is not what was built. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Failure, StartState } from "../../src/start/browser_check";
import { watchPageScript } from "../../src/start/watchdog";

const original = globalThis.fetch;
let answer: () => Promise<Response>;
let page: () => Promise<Response>;
let asked: RequestInit[];
let failures: Failure[];
let state: StartState;

const manifest = '<script type="application/json" id="pyrt-manifest">{"page": "pyrt/page-x.js"}</script>';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });
  vi.spyOn(console, "error").mockImplementation(() => {});
  asked = [];
  failures = [];
  answer = async () => new Response("", { status: 404 });
  page = async () => new Response(`<html>${manifest}</html>`);
  globalThis.fetch = (input, init = {}) => {
    const isPage = String(input) === "https://a.test/";
    if (!isPage) asked.push(init);
    const aborted = new Promise<never>((_, reject) => {
      init.signal?.addEventListener("abort", () => reject(new Error("aborted")));
    });
    return Promise.race([isPage ? page() : answer(), aborted]);
  };
  document.head.innerHTML = manifest;
  document.body.innerHTML = '<div id="react-entry-point">Loading...</div>';
  const script = document.createElement("script");
  script.setAttribute("data-pyrt-page", "");
  script.setAttribute("src", "/pyrt/page-x.js");
  document.head.append(script);
  state = { hasBegun: false, fail: (failure: Failure) => failures.push(failure) } as unknown as StartState;
  vi.stubGlobal("location", { href: "https://a.test/", reload: vi.fn() });
});

afterEach(() => {
  state.hasBegun = true;
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  globalThis.fetch = original;
});

function fail(): void {
  document.querySelector("[data-pyrt-page]")?.dispatchEvent(new Event("error"));
}

it("leaves a page alone whose script runs", async () => {
  watchPageScript(state);
  state.hasBegun = true;
  fail();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked).toEqual([]);
  expect(failures).toEqual([]);
});

it("names a script that the host does not have, and offers to try again", async () => {
  watchPageScript(state);
  fail();
  await vi.advanceTimersByTimeAsync(14_000);
  const box = document.querySelector(".pyrt-failure");
  expect(box?.getAttribute("role")).toBe("alert");
  expect(box?.textContent).toContain("pyrt/page-x.js: the server answered 404.");
  expect(failures).toHaveLength(1);
  box?.querySelector("button")?.click();
  expect(location.reload).toHaveBeenCalledOnce();
});

it("names a script also if the host does not answer for the page itself", async () => {
  page = () => new Promise(() => {});
  watchPageScript(state);
  fail();
  await vi.advanceTimersByTimeAsync(14_000);
  expect(document.querySelector(".pyrt-failure")?.textContent).toContain("pyrt/page-x.js: the server answered 404.");
});

it("loads a page of an old version anew, once", async () => {
  page = async () => new Response(`<html>${manifest.replace("page-x", "page-y")}</html>`);
  watchPageScript(state);
  fail();
  await vi.advanceTimersByTimeAsync(14_000);
  expect(location.reload).toHaveBeenCalledOnce();
  expect(failures).toEqual([]);
  // As in the page that is loaded then.
  watchPageScript({ ...state });
  fail();
  await vi.advanceTimersByTimeAsync(14_000);
  expect(location.reload).toHaveBeenCalledOnce();
  expect(failures).toHaveLength(1);
  history.replaceState(null, "");
});

it("runs a script that came at the second request", async () => {
  answer = async () => new Response("x");
  watchPageScript(state);
  fail();
  await vi.advanceTimersByTimeAsync(10);
  const scripts = [...document.querySelectorAll("script[src]")];
  expect(scripts).toHaveLength(2);
  state.hasBegun = true;
  scripts[1]?.dispatchEvent(new Event("load"));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(failures).toEqual([]);
  expect(document.querySelector(".pyrt-failure")).toBeNull();
});

it("names a script that is damaged, which it does not run", async () => {
  answer = async () => new Response("x");
  // jsdom does not know the attribute.
  Object.assign(document.querySelector("[data-pyrt-page]") ?? {}, { integrity: "sha256-x" });
  vi.stubGlobal("crypto", { subtle: { digest: async () => new ArrayBuffer(32) } });
  watchPageScript(state);
  fail();
  for (let count = 0; count < 30; count++) await vi.advanceTimersByTimeAsync(500);
  expect(document.querySelectorAll("script[src]")).toHaveLength(1);
  expect(document.querySelector(".pyrt-failure")?.textContent).toContain(
    "pyrt/page-x.js: the content is not what was built (its hash differs).",
  );
});

it("tells within 15 s of a script that does not come", async () => {
  answer = () => new Promise(() => {});
  watchPageScript(state);
  await vi.advanceTimersByTimeAsync(15_000);
  expect(document.querySelector(".pyrt-failure")?.textContent).toContain("pyrt/page-x.js: the host has sent nothing");
});
