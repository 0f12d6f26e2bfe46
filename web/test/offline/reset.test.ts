/** All that a site keeps in the browser goes, and nothing of another site. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";

beforeEach(() => {
  vi.resetModules(); // the path of the site is read once
  document.documentElement.dataset.root = "./";
  localStorage.clear();
  sessionStorage.clear();
});

afterEach(() => {
  history.replaceState(null, "", "/");
  vi.unstubAllGlobals();
});

async function resetAt(path: string): Promise<void> {
  history.replaceState(null, "", path);
  const { resetSite } = await import("../../src/offline/reset");
  await resetSite();
}

function keep(...keys: string[]): void {
  for (const key of keys) localStorage.setItem(key, "1");
}

const kept = (): string[] => Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at) ?? "").sort();

it("of a site below the root, its keys", async () => {
  keep("pyrt:/one/:theme", "pyrt:/one/", "pyrt.state:/one/?x=1", "pyrt:/two/:theme", "theme");
  sessionStorage.setItem("pyrt:/one/:filter", "1");
  await resetAt("/one/");
  expect(kept()).toEqual(["pyrt:/two/:theme", "theme"]);
  expect(sessionStorage.length).toBe(0);
});

it("of a site at the root, all but the keys of other sites", async () => {
  keep("theme", "_dash_persistence.a.value", "pyrt:/two/:theme", "pyrt:/two/");
  await resetAt("/");
  expect(kept()).toEqual(["pyrt:/two/", "pyrt:/two/:theme"]);
});

it("cookies of its path and below, not of the folders above", async () => {
  history.replaceState(null, "", "/one/reports/");
  document.documentElement.dataset.root = "../";
  for (const cookie of ["a=1; Path=/one", "b=1; Path=/one/reports", "c=1; Path=/"]) {
    // biome-ignore lint/suspicious/noDocumentCookie: as an app sets them
    document.cookie = cookie;
  }
  await resetAt("/one/reports/");
  expect(document.cookie).toBe("c=1");
});

it("what the browser denies does not keep the rest", async () => {
  const refuse = (): never => {
    throw new DOMException("refused", "SecurityError");
  };
  const native = Object.getOwnPropertyDescriptor(window, "localStorage") as PropertyDescriptor;
  Object.defineProperty(window, "localStorage", { configurable: true, get: refuse });
  sessionStorage.setItem("pyrt:/one/:filter", "1");
  const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  await resetAt("/one/");
  Object.defineProperty(window, "localStorage", native);
  expect(sessionStorage.length).toBe(0);
  expect(warn).toHaveBeenCalledWith(expect.stringContaining("not everything could be removed"));
});

it("the kept site and its worker go, too", async () => {
  const unregister = vi.fn(async () => true);
  const scope = new URL("/one/", location.href).href;
  Object.defineProperty(navigator, "serviceWorker", {
    configurable: true,
    value: { getRegistration: async () => ({ scope, unregister }) },
  });
  const removed: string[] = [];
  vi.stubGlobal("caches", {
    keys: async () => [],
    open: async () => ({ keys: async () => [] }),
    delete: async (name: string) => removed.push(name),
  });
  await resetAt("/one/");
  Reflect.deleteProperty(navigator, "serviceWorker");
  expect(unregister).toHaveBeenCalledOnce();
  expect(removed).toEqual([`pyrt-site:${scope}`, "pyrt-files"]);
});

it("the address asks for it, and does not afterwards", async () => {
  history.replaceState(null, "", "/one/?x=1&pyrt=reset#part");
  const { addressWithoutReset, isResetAsked } = await import("../../src/offline/reset");
  expect(isResetAsked()).toBe(true);
  expect(addressWithoutReset()).toBe(new URL("/one/?x=1#part", location.href).href);
  history.replaceState(null, "", "/one/?pyrt=other");
  expect(isResetAsked()).toBe(false);
});
