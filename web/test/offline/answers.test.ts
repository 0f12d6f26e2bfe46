// @vitest-environment node
/** What a page of a kept site gets: of its own version, whatever the host has by now. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { answer, isOfSite } from "../../src/offline/answers";
import { KeptSite } from "../../src/offline/kept_site";
import { update } from "../../src/offline/update";
import { FakeOrigin, origin } from "../support/fake_origin";

const files = {
  "index.html": "page 1",
  "404.html": "not found",
  "reports/index.html": "reports",
  "pyrt/worker-0123456789ab.js": "worker",
  "pyrt/engine-0123456789ab.img": "engine",
  "assets/größe 1.js": "a 1",
};
const scope = `${origin}/one/`;

let host: FakeOrigin;
let site: KeptSite;

interface Given {
  readonly client?: string;
  readonly becomes?: string;
  readonly navigates?: boolean;
  readonly range?: string;
  readonly method?: string;
}

function request(path: string, { navigates = false, range, method = "GET" }: Given = {}): Request {
  const headers = new Headers(range ? { Range: range } : {});
  return { url: new URL(path, scope).href, method, mode: navigates ? "navigate" : "cors", headers } as Request;
}

function ask(path: string, given: Given = {}): Promise<Response> {
  const { client = "", becomes = "" } = given;
  return answer(site, { request: request(path, given), clientId: client, resultingClientId: becomes });
}

async function read(path: string, given: Given = {}): Promise<string> {
  return (await ask(path, given)).text();
}

const open = (path: string, tab: string): Promise<string> => read(path, { navigates: true, becomes: tab });

beforeEach(async () => {
  host = new FakeOrigin().install();
  host.headers["Content-Security-Policy"] = "default-src 'self'";
  site = new KeptSite(scope);
  await host.publish("/one/", files);
  await update(site, async () => new Set());
  host.isOnline = false;
});

afterEach(() => {
  vi.unstubAllGlobals();
});

it.each([
  ["pyrt/engine-0123456789ab.img", true],
  ["assets/x.css", true],
  ["favicon.ico", true],
  ["pyrt-offline.json", false],
  ["_dash-update-component", false],
  ["../two/assets/x.css", false],
  ["assets/%E0", false],
])("whether a request for %s may be one of the site: %s", (path, expected) => {
  expect(isOfSite(scope, request(path))).toBe(expected);
  expect(isOfSite(scope, request(path, { method: "POST" }))).toBe(false);
});

it("pages are found as hosts find them", async () => {
  expect(await open("", "a")).toBe("page 1");
  expect(await open("index.html?x=1", "a")).toBe("page 1");
  expect(await open("reports/", "a")).toBe("reports");
  const moved = await ask("reports?x=1", { navigates: true });
  expect([moved.status, moved.headers.get("Location")]).toEqual([301, `${scope}reports/?x=1`]);
  const missing = await ask("no/such", { navigates: true });
  expect([missing.status, await missing.text()]).toEqual([404, "not found"]);
});

it("what the site does not have, the network may", async () => {
  host.isOnline = true;
  host.files.set("/one/others/index.html", "of others");
  expect(await open("others/", "a")).toBe("of others");
});

it("types are those of the names, and pages and the worker obey the host's policies", async () => {
  const page = await ask("", { navigates: true, becomes: "a" });
  expect(page.headers.get("Content-Type")).toBe("text/html");
  expect(page.headers.get("Content-Security-Policy")).toBe("default-src 'self'");
  const worker = await ask("pyrt/worker-0123456789ab.js", { client: "a" });
  expect(worker.headers.get("Content-Security-Policy")).toBe("default-src 'self'");
  const script = await ask("assets/größe%201.js", { client: "a" });
  expect([script.headers.get("Content-Type"), await script.text()]).toEqual(["text/javascript", "a 1"]);
  expect(script.headers.get("Content-Security-Policy")).toBeNull();
});

it("a tab and its worker keep their version, and a new tab gets the new one", async () => {
  await open("", "old");
  await read("pyrt/worker-0123456789ab.js", { client: "old", becomes: "worker of old" });
  host.isOnline = true;
  await host.publish("/one/", { ...files, "index.html": "page 2", "assets/größe 1.js": "a 2" });
  await update(site, async () => new Set(["old", "worker of old"]));
  expect(await open("", "new")).toBe("page 2");
  host.isOnline = false;
  // Also after the worker has slept.
  for (const each of [site, new KeptSite(scope)]) {
    site = each;
    expect(await read("assets/größe 1.js", { client: "old" })).toBe("a 1");
    expect(await read("assets/größe 1.js", { client: "worker of old" })).toBe("a 1");
    expect(await read("assets/größe 1.js", { client: "new" })).toBe("a 2");
  }
});

it("a page that was there before the worker gets the host's files, and kept ones without a network", async () => {
  host.isOnline = true;
  host.files.set("/one/assets/größe 1.js", "newer");
  host.asked = [];
  expect(await read("assets/größe%201.js", { client: "unknown" })).toBe("newer");
  expect(await read("pyrt/engine-0123456789ab.img", { client: "unknown" })).toBe("engine");
  expect(host.asked).toHaveLength(1);
  host.isOnline = false;
  expect(await read("assets/größe%201.js", { client: "unknown" })).toBe("a 1");
});

it("parts of a file", async () => {
  await open("", "a");
  const part = await ask("pyrt/engine-0123456789ab.img", { client: "a", range: "bytes=1-3" });
  expect([part.status, part.headers.get("Content-Range"), await part.text()]).toEqual([206, "bytes 1-3/6", "ngi"]);
  expect(await read("pyrt/engine-0123456789ab.img", { client: "a", range: "bytes=-2" })).toBe("ne");
  expect((await ask("pyrt/engine-0123456789ab.img", { client: "a", range: "bytes=9-" })).status).toBe(416);
});

it("a damaged content is fetched again, checked, and kept", async () => {
  await open("", "a");
  const kept = host.caches.get("pyrt-files")?.entries ?? new Map<string, ArrayBuffer>();
  for (const address of kept.keys()) kept.set(address, new TextEncoder().encode("damaged").buffer);
  host.isOnline = true;
  expect(await read("pyrt/engine-0123456789ab.img", { client: "a" })).toBe("engine");
  host.isOnline = false;
  expect(await read("pyrt/engine-0123456789ab.img", { client: "a" })).toBe("engine");
  await expect(read("pyrt/worker-0123456789ab.js", { client: "a" })).rejects.toThrow("Failed to fetch");
});

it("a reset is asked of the host, whatever is kept", async () => {
  host.isOnline = true;
  host.files.set("/one/index.html", "of the host");
  expect(await open("?pyrt=reset", "a")).toBe("of the host");
});
