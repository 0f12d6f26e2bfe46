/** The look at the browser: what it sets, and what a visitor sees whose browser cannot run the app. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { checkBrowser } from "../../src/start/browser_check";

const shared = window as { __pyrt_start__?: unknown; __pyrt__?: unknown };

beforeEach(() => {
  delete shared.__pyrt_start__;
  delete document.documentElement.dataset.answers;
  document.body.innerHTML = '<div id="react-entry-point"><div class="_dash-loading">Loading...</div></div>';
  // jsdom has neither workers nor style sheets that can be adopted.
  vi.stubGlobal(
    "Worker",
    class {
      constructor(_url: string, { type }: WorkerOptions) {
        throw new DOMException(`no ${type} here`, "SyntaxError");
      }
    },
  );
  Object.assign(document, { adoptedStyleSheets: [] });
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function hideModuleWorkers(): void {
  vi.stubGlobal(
    "Worker",
    class {
      constructor() {
        throw new DOMException("no address", "SyntaxError");
      }
    },
  );
}

it("a browser that can run the app: its abilities are known, and nothing is shown", () => {
  const { canRun, api } = checkBrowser();
  expect(canRun).toBe(true);
  expect(api.abilities).toMatchObject({ moduleWorkers: true, webAssembly: true, switching: null });
  expect(shared.__pyrt__).toBe(api);
  expect(document.querySelector(".pyrt-failure")).toBeNull();
});

it("a browser that cannot: one line in place of the app, the promise of the failed start, no second look", async () => {
  hideModuleWorkers();
  const { canRun, api } = checkBrowser();
  expect(canRun).toBe(false);
  expect(checkBrowser().api).toBe(api);
  const lines = document.querySelectorAll(".pyrt-failure[role=alert]");
  expect(Array.from(lines, ({ textContent }) => textContent)).toEqual([expect.stringMatching(/^This app needs .*\.$/)]);
  expect(document.body.textContent).not.toContain("Loading...");
  expect(await api.failed).toEqual({ stage: "browser", message: lines[0]?.textContent });
});

it("what was recorded of the page stays, is readable in dark colour schemes too, and is said to be recorded", () => {
  document.body.innerHTML =
    '<div id="react-entry-point"></div><div data-pyrt-preview style="visibility: hidden">Sales</div>';
  hideModuleWorkers();
  checkBrowser();
  const preview = document.querySelector<HTMLElement>("[data-pyrt-preview]");
  expect(preview?.style.visibility).toBe("visible");
  expect(document.body.firstElementChild?.textContent).toMatch(/made when the site was built; it does not answer/);
});

it("a page with answers works without Python, and says how far", () => {
  document.documentElement.dataset.answers = "some";
  document.body.innerHTML = '<div id="react-entry-point"></div><div data-pyrt-preview>Sales</div>';
  vi.spyOn(document, "readyState", "get").mockReturnValue("loading");
  hideModuleWorkers();
  expect(checkBrowser()).toMatchObject({ canRun: true, canRunPython: false });
  // The second time by the page itself, for scripts of the app that wait for it.
  for (let time = 0; time < 2; time++) document.dispatchEvent(new Event("DOMContentLoaded"));
  const lines = [...document.querySelectorAll(".pyrt-failure")];
  expect(lines.map(({ textContent }) => textContent)).toEqual([
    expect.stringMatching(/^This app needs .* it answers only what was computed then\.$/),
  ]);
});

it("a page whose answers are all there is needs no Python", () => {
  document.documentElement.dataset.answers = "all";
  hideModuleWorkers();
  expect(checkBrowser()).toMatchObject({ canRun: true, canRunPython: false });
  expect(document.querySelector(".pyrt-failure")).toBeNull();
});

it("an error before the option was read, as of Trusted Types, says nothing about module workers", () => {
  vi.stubGlobal(
    "Worker",
    class {
      constructor() {
        throw new TypeError("no trusted address");
      }
    },
  );
  expect(checkBrowser().canRun).toBe(true);
});
