/** What a Store finds: keys of its own site, and storage in memory where the browser denies it. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";

const native = Object.getOwnPropertyDescriptor(window, "localStorage");

class Store {
  static defaultProps = { storage_type: "memory" };
  readonly items: Storage;

  constructor() {
    this.items = window.localStorage;
  }
}

function open(root: string): Promise<typeof import("../../src/contract/storage")> {
  vi.resetModules();
  document.documentElement.dataset.root = root;
  return import("../../src/contract/storage");
}

beforeEach(() => {
  localStorage.clear();
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.stubGlobal("dash_core_components", Object.freeze({ Store, Input: "input" }));
});

afterEach(() => {
  delete document.documentElement.dataset.root;
  if (native) Object.defineProperty(window, "localStorage", native);
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

type Bundle = Record<string, unknown> & { Store: typeof Store };
const bundle = () => (window as unknown as { dash_core_components: Bundle }).dash_core_components;

it("leaves all as it is for a site at the root", async () => {
  const { installStorage, giveStoresOwnKeys } = await open("/");
  installStorage();
  giveStoresOwnKeys();
  expect(bundle().Store).toBe(Store);
  new Store().items.setItem("a", "1");
  expect(localStorage.getItem("a")).toBe("1");
});

it("gives a Store of another site keys of its own, and scripts of the app the browser's storage", async () => {
  const { installStorage, giveStoresOwnKeys } = await open("/reports/");
  installStorage();
  giveStoresOwnKeys();
  giveStoresOwnKeys();
  const made = new (bundle().Store)();
  made.items.setItem("a", "1");
  expect(made.items.getItem("a")).toBe("1");
  expect(localStorage.getItem("a")).toBeNull();
  expect(localStorage.getItem("pyrt:/reports/:a")).toBe("1");
  expect(bundle().Store.defaultProps).toBe(Store.defaultProps);
  expect(bundle().Input).toBe("input");
});

it("lets a Store be drawn where the browser denies storage", async () => {
  const { installStorage } = await open("/");
  Object.defineProperty(window, "localStorage", {
    configurable: true,
    get: () => {
      throw new DOMException("denied", "SecurityError");
    },
  });
  installStorage();
  const { items } = new Store();
  items.setItem("a", "1");
  expect(new Store().items.getItem("a")).toBe("1");
});
