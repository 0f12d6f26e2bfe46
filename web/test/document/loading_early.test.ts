/** Stylesheets of the page's own file, which may have failed before the page's script ran. */
import { afterEach, expect, it, vi } from "vitest";
import { watchElements } from "../../src/document/loading";
import type { StartState } from "../../src/start/browser_check";
import { watchPageScript } from "../../src/start/watchdog";
import { waitFor } from "../support/waiting";

const original = globalThis.fetch;
const root = "http://localhost:3000/";

afterEach(() => {
  vi.unstubAllGlobals();
  globalThis.fetch = original;
  document.head.innerHTML = "";
});

function insertSheet(address: string, rules = 1): HTMLLinkElement {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.setAttribute("href", address);
  // Browsers give a stylesheet that has failed an empty one.
  Object.defineProperty(sheet, "sheet", { value: { cssRules: Array(rules).fill({}) } });
  document.head.append(sheet);
  return sheet;
}

it("loads anew what has failed, draws what came with a wrong type, and leaves what has loaded", {
  timeout: 60_000,
}, async () => {
  // jsdom's is nothing for the `Response` of Node.
  vi.stubGlobal("Blob", (await new Response("").blob()).constructor);
  const asked: string[] = [];
  globalThis.fetch = async (input) => {
    asked.push(String(input));
    return new Response("x");
  };
  watchPageScript({ hasBegun: true } as StartState);
  insertSheet("/assets/right.css");
  const failed = insertSheet("/assets/failed.css", 0);
  insertSheet("/assets/unread.css", 0);
  failed.dispatchEvent(new Event("error"));
  const failures = vi.fn();
  watchElements([root], { stall: () => {}, failed: failures, reload: () => false });
  const heard = vi.fn();
  failed.addEventListener("load", heard);
  const copy = await waitFor(() => {
    const found = document.querySelector<HTMLLinkElement>("link[data-pyrt-again]");
    expect(found).not.toBeNull();
    return found;
  });
  copy?.dispatchEvent(new Event("load"));
  await waitFor(() => expect(heard).toHaveBeenCalledOnce());
  expect(copy?.getAttribute("href")).toBe(`${root}assets/failed.css`);
  expect(copy?.dataset.pyrtFailed).toBeUndefined();
  await waitFor(() => expect(document.querySelector("style")?.textContent).toBe("x"));
  expect(asked).toEqual([`${root}assets/failed.css`, `${root}assets/unread.css`]);
  expect(failures).not.toHaveBeenCalled();
});

it("draws a stylesheet that has a sheet first, and fails then", async () => {
  vi.stubGlobal("Blob", (await new Response("").blob()).constructor);
  globalThis.fetch = async () => new Response("x");
  const refused = insertSheet("/assets/refused.css");
  watchElements([root], { stall: () => {}, failed: vi.fn(), reload: () => false });
  const heard = vi.fn();
  refused.addEventListener("error", heard);
  refused.dispatchEvent(new Event("error"));
  const copy = await waitFor(() => {
    const found = document.querySelector<HTMLLinkElement>("link[data-pyrt-again]");
    expect(found).not.toBeNull();
    return found;
  });
  copy?.dispatchEvent(new Event("error"));
  await waitFor(() => expect(document.querySelector("style")?.textContent).toBe("x"));
  expect(heard).not.toHaveBeenCalled();
});
