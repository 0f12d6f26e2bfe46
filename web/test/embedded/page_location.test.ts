import { beforeEach, expect, it, vi } from "vitest";
import { PageLocation } from "../../src/embedded/page_location";

const root = "https://pyrt.invalid/";
const natives = { pushState: History.prototype.pushState, replaceState: History.prototype.replaceState };

/** The location of a page that was opened with this hash. */
function open(hash: string): PageLocation {
  Object.assign(History.prototype, natives);
  history.replaceState(null, "", `/app.html${hash}`);
  const location = new PageLocation(root);
  location.install();
  return location;
}

beforeEach(() => {
  Object.assign(History.prototype, natives);
});

it("a page that is opened without a hash is the first one", () => {
  const { href, pathname, origin, hash } = open("");
  expect([href, pathname, origin, hash]).toEqual([root, "/", "https://pyrt.invalid", ""]);
});

it("a hash with a path opens that page, with its query and its fragment", () => {
  const { pathname, search, hash } = open("#/reports/moons?x=1#top");
  expect([pathname, search, hash]).toEqual(["/reports/moons", "?x=1", "#top"]);
});

it("any other hash is the app's own", () => {
  const { pathname, hash } = open("#chapter");
  expect([pathname, hash]).toEqual(["/", "#chapter"]);
});

it("what cannot be an address is the first page", () => {
  expect(open("#//evil.example/x").href.startsWith(root)).toBe(true);
});

it("pushState and replaceState change the hash, and the app sees the path", () => {
  const location = open("");
  history.pushState({}, "", "/archive?year=2026");
  expect([location.pathname, location.search]).toEqual(["/archive", "?year=2026"]);
  expect(window.location.hash).toBe("#/archive?year=2026");
  history.replaceState({}, "", "moons");
  expect([location.href, window.location.hash]).toEqual([`${root}moons`, "#/moons"]);
  history.pushState({ a: 1 }, "");
  expect([location.pathname, history.state]).toEqual(["/moons", { a: 1 }]);
  history.pushState({}, "", "/");
  expect([location.pathname, window.location.hash]).toEqual(["/", ""]);
});

it("a hash of the app that looks like a path comes back as a hash", () => {
  const location = open("");
  history.pushState({}, "", "/#/tab");
  const again = new PageLocation(root);
  expect([location.pathname, location.hash]).toEqual(["/", "#/tab"]);
  expect([again.pathname, again.hash]).toEqual(["/", "#/tab"]);
});

it("addresses of others are refused as by a browser", () => {
  open("");
  expect(() => history.pushState({}, "", "https://example.org/")).toThrow("is not an address of this app");
});

it("going back shows the app its earlier path before the app hears of it", async () => {
  const location = open("#/a");
  history.pushState({}, "", "/b");
  const seen = new Promise((resolve) => {
    addEventListener("popstate", () => resolve(location.pathname), { once: true });
  });
  history.back();
  expect(await seen).toBe("/a");
});

it("addresses are relative to that of the app", () => {
  open("#/reports/moons");
  expect(document.baseURI).toBe(`${root}reports/moons`);
  expect(document.URL).toBe(`${root}reports/moons`);
  vi.restoreAllMocks();
});
