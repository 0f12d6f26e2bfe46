// @vitest-environment node
/** What is kept of a site, when the host has a new version, none, or nothing at all. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { KeptSite } from "../../src/offline/kept_site";
import { removeSite, update } from "../../src/offline/update";
import { FakeOrigin, origin } from "../support/fake_origin";
import { waitFor } from "../support/waiting";

const first = { "index.html": "page 1", "pyrt/engine-0123456789ab.img": "engine", "assets/a.css": "a" };
const second = { ...first, "index.html": "page 2", "assets/b.css": "b" };
const closed = async (): Promise<ReadonlySet<string>> => new Set();

let host: FakeOrigin;
let site: KeptSite;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  host = new FakeOrigin().install();
  site = new KeptSite(`${origin}/one/`);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The test's origin runs timers at once. */
const realTimeout = globalThis.setTimeout;
const turnOfLoop = (): Promise<void> => new Promise((resolve) => void realTimeout(resolve, 0));

it("keeps all files of the list, and asks for each once", async () => {
  const { version } = await host.publish("/one/", first);
  expect(await update(site, closed)).toBe("updated");
  expect(host.contents).toEqual(["a", "engine", "page 1"]);
  expect(host.asked.sort()).toEqual([
    "/one/",
    "/one/assets/a.css",
    "/one/pyrt-offline.json",
    "/one/pyrt/engine-0123456789ab.img",
  ]);
  expect(await site.readState()).toMatchObject({ current: version, missing: 0 });
});

it("fetches what a new version has changed, and nothing else", async () => {
  const before = await host.publish("/one/", first);
  await update(site, closed);
  const after = await host.publish("/one/", second);
  host.asked = [];
  expect(await update(site, closed)).toBe("updated");
  expect(host.asked.sort()).toEqual(["/one/", "/one/assets/b.css", "/one/pyrt-offline.json"]);
  expect(await site.readState()).toMatchObject({ current: after.version, previous: before.version });
  host.asked = [];
  expect(await update(site, closed)).toBe("current");
  expect(host.asked).toEqual(["/one/pyrt-offline.json"]);
});

it("goes back to the version before without fetching more than its page", async () => {
  const before = await host.publish("/one/", first);
  await update(site, closed);
  await host.publish("/one/", second);
  await update(site, closed);
  await host.publish("/one/", first);
  host.asked = [];
  expect(await update(site, closed)).toBe("updated");
  expect(host.asked.sort()).toEqual(["/one/", "/one/pyrt-offline.json"]);
  expect((await site.readState())?.current).toBe(before.version);
});

it("keeps versions that tabs use, and the one before; others go with their contents", async () => {
  const versions = [];
  for (const page of ["page 1", "page 2", "page 3", "page 4"]) {
    versions.push((await host.publish("/one/", { "index.html": page })).version);
    await update(site, async () => new Set(["tab"]));
    if (page === "page 1") await site.setVersionOf("tab", versions[0] ?? "");
  }
  expect(host.contents).toEqual(["page 1", "page 3", "page 4"]);
  // As after the worker has slept: the tab is known from the cache.
  await update(new KeptSite(site.scope), closed);
  expect(host.contents).toEqual(["page 3", "page 4"]);
});

it("a half update leaves the version before, and the next one fetches only the rest", async () => {
  const before = await host.publish("/one/", first);
  await update(site, closed);
  await host.publish("/one/", second);
  host.files.set("/one/assets/b.css", 503);
  await expect(update(site, closed)).rejects.toThrow("assets/b.css: the host answered 503.");
  expect((await site.readState())?.current).toBe(before.version);
  host.files.set("/one/assets/b.css", "b");
  host.asked = [];
  expect(await update(site, closed)).toBe("updated");
  expect(host.asked).toContain("/one/assets/b.css");
  expect(host.asked).not.toContain("/one/assets/a.css");
});

it("takes nothing that is not what was listed", async () => {
  await host.publish("/one/", first);
  host.files.set("/one/assets/a.css", "of another version");
  await expect(update(site, closed)).rejects.toThrow("assets/a.css: the content is not what was built.");
  expect((await site.readState())?.current).toBeUndefined();
});

it("fetches what the browser has lost", async () => {
  await host.publish("/one/", first);
  await update(site, closed);
  host.caches.get("pyrt-files")?.entries.clear();
  expect(await update(site, closed)).toBe("current");
  expect(host.contents).toEqual(["a", "engine", "page 1"]);
});

it("is gone when the host says so twice in a row, and a network error is only offline", async () => {
  await host.publish("/one/", first);
  await update(site, closed);
  host.files.set("/one/pyrt-offline.json", 404);
  expect(await update(site, closed)).toBe("missing");
  host.isOnline = false;
  expect(await update(site, closed)).toBe("offline");
  host.isOnline = true;
  host.files.set("/one/pyrt-offline.json", 410);
  expect(await update(site, closed)).toBe("gone");
  expect([...host.caches.keys()]).toEqual([]);
  // A tab that is still open asks once more.
  expect(await update(site, closed)).toBe("missing");
  expect([...host.caches.keys()]).toEqual([]);
});

it("an answer in between counts", async () => {
  const list = await host.publish("/one/", first);
  await update(site, closed);
  host.files.set("/one/pyrt-offline.json", 404);
  expect(await update(site, closed)).toBe("missing");
  host.files.set("/one/pyrt-offline.json", JSON.stringify(list));
  expect(await update(site, closed)).toBe("current");
  host.files.set("/one/pyrt-offline.json", 404);
  expect(await update(site, closed)).toBe("missing");
  expect(host.contents).toEqual(["a", "engine", "page 1"]);
});

it.each([
  ["a login", "<html>Sign in</html>", "offline"],
  ["a host that is busy", 503, "offline"],
  ["a page of the site, for what the host does not have", '<script id="pyrt-manifest">{}</script>', "missing"],
])("%s in place of the list is no list", async (_, content, outcome) => {
  await host.publish("/one/", first);
  await update(site, closed);
  host.files.set("/one/pyrt-offline.json", content);
  expect(await update(site, closed)).toBe(outcome);
  expect(host.contents).toEqual(["a", "engine", "page 1"]);
});

it("two sites of an origin share what is equal, and each takes only its own along", async () => {
  const two = new KeptSite(`${origin}/two/`);
  await host.publish("/one/", first);
  await host.publish("/two/", { ...first, "index.html": "page of two" });
  await update(site, closed);
  host.asked = [];
  await update(two, closed);
  expect(host.asked.sort()).toEqual(["/two/", "/two/pyrt-offline.json"]);
  await removeSite(site);
  expect(host.contents).toEqual(["a", "engine", "page of two"]);
  await removeSite(two);
  expect([...host.caches.keys()]).toEqual([]);
});

it("where there is no room, the sites that were not opened for the longest time go first", async () => {
  const sizes = { large: "x".repeat(2000), old: "y".repeat(2000), newer: "z".repeat(2000) };
  vi.setSystemTime(1000);
  await host.publish("/old/", { "index.html": sizes.old });
  await update(new KeptSite(`${origin}/old/`), closed);
  vi.setSystemTime(2000);
  await host.publish("/newer/", { "index.html": sizes.newer });
  await update(new KeptSite(`${origin}/newer/`), closed);
  host.quota = 6500;
  vi.setSystemTime(3000);
  await host.publish("/one/", { "index.html": sizes.large });
  expect(await update(site, closed)).toBe("updated");
  expect(host.contents).toEqual([sizes.large, sizes.newer]);
});

it("without any room the version before stays, and nothing of the new one", async () => {
  const before = await host.publish("/one/", first);
  await update(site, closed);
  host.quota = 3000;
  await host.publish("/one/", { ...second, "assets/large.bin": "x".repeat(5000) });
  await expect(update(site, closed)).rejects.toThrow("full");
  expect((await site.readState())?.current).toBe(before.version);
  expect(host.contents).toEqual(["a", "engine", "page 1"]);
});

it("a file that comes after there was no room does not stay", async () => {
  await host.publish("/one/", {
    "index.html": "page",
    "assets/large.bin": "x".repeat(5000),
    "assets/late.bin": "late",
  });
  host.quota = 3000;
  const answer = fetch;
  let lateAnswered = false;
  vi.stubGlobal("fetch", async (input: string | URL) => {
    const isLate = String(input).endsWith("late.bin");
    for (let turn = 0; isLate && turn < 20; turn++) await turnOfLoop();
    lateAnswered ||= isLate;
    return answer(input);
  });
  await expect(update(site, closed)).rejects.toThrow("full");
  await waitFor(() => expect(lateAnswered).toBe(true));
  for (let turn = 0; turn < 20; turn++) await turnOfLoop();
  expect(host.contents).toEqual([]);
});

it("keeps the policies of the host", async () => {
  Object.assign(host.headers, { "Content-Security-Policy": "default-src 'self'", Server: "x" });
  const { version } = await host.publish("/one/", first);
  await update(site, closed);
  expect((await site.readVersion(version))?.headers).toEqual({ "Content-Security-Policy": "default-src 'self'" });
});

it("is not brought back by what its worker notes of a tab while it is removed", async () => {
  const { version } = await host.publish("/one/", first);
  await update(site, closed);
  const noting = site.setVersionOf("a", version);
  await removeSite(site);
  await noting;
  await site.setVersionOf("b", version);
  await site.prune(new Set(["a", "b"]));
  expect(await caches.keys()).toEqual([]);
  expect(await update(site, closed)).toBe("updated");
  expect(await site.readState()).toMatchObject({ current: version });
});
