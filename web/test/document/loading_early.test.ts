/** Stylesheets of the page's own file, which may have failed before the page's script ran. */
import { afterEach, expect, it, vi } from "vitest";
import { watchElements } from "../../src/document/loading";
import type { StartState } from "../../src/start/browser_check";
import { watchPageScript } from "../../src/start/watchdog";
import { waitFor } from "../support/waiting";

const original = globalThis.fetch;
const root = "http://localhost:3000/";

afterEach(() => {
  globalThis.fetch = original;
  document.head.innerHTML = "";
});

function insertSheet(address: string): HTMLLinkElement {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.setAttribute("href", address);
  // Browsers give a stylesheet that has failed an empty one.
  Object.defineProperty(sheet, "sheet", { value: {} });
  document.head.append(sheet);
  return sheet;
}

it("loads anew what has failed, and leaves what has loaded", { timeout: 60_000 }, async () => {
  const asked: string[] = [];
  globalThis.fetch = async (input) => {
    asked.push(String(input));
    return new Response("x");
  };
  watchPageScript({ hasBegun: true } as StartState);
  insertSheet("/assets/right.css");
  const failed = insertSheet("/assets/failed.css");
  failed.dispatchEvent(new Event("error"));
  const failures = vi.fn();
  watchElements(root, { stall: () => {}, failed: failures, reload: () => false });
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
  expect(asked).toEqual([`${root}assets/failed.css`]);
  expect(failures).not.toHaveBeenCalled();
});
