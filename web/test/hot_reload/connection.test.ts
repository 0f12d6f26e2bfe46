/** The page's connection to `pyrt dev`: one tab listens, and tells the others. */

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { VersionNotice } from "../../src/hot_reload/change_source";
import { DevServer } from "../../src/hot_reload/connection";

const root = new URL("http://localhost:3000/sub/");

class Events {
  static opened: Events[] = [];
  onmessage: ((event: { data: string }) => void) | undefined;
  readonly url: string;
  constructor(url: string) {
    this.url = url;
    Events.opened.push(this);
  }
}

/** Delivers at once, to all others of the same name. */
class Channel {
  static all: Channel[] = [];
  onmessage: ((event: { data: unknown }) => void) | undefined;
  readonly name: string;
  constructor(name: string) {
    this.name = name;
    Channel.all.push(this);
  }
  postMessage(data: unknown): void {
    for (const each of Channel.all) if (each !== this && each.name === this.name) each.onmessage?.({ data });
  }
}

/** Grants a lock to the first who asks. */
function makeLocks() {
  const taken = new Set<string>();
  return {
    request: (name: string, callback: () => Promise<void>) => {
      if (taken.has(name)) return new Promise(() => {});
      taken.add(name);
      return callback();
    },
  };
}

beforeEach(() => {
  Events.opened = [];
  Channel.all = [];
  vi.stubGlobal("EventSource", Events);
  vi.stubGlobal("BroadcastChannel", Channel);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

function listen(): VersionNotice[] {
  const heard: VersionNotice[] = [];
  new DevServer(root).listen((notice) => heard.push(notice));
  return heard;
}

const tell = (version: number) => Events.opened[0]?.onmessage?.({ data: JSON.stringify({ server: "s", version }) });

it("of several tabs one listens to the server, and all hear of each version", () => {
  vi.stubGlobal("navigator", { locks: makeLocks() });
  const [one, two] = [listen(), listen()];
  expect(Events.opened.map(({ url }) => url)).toEqual(["http://localhost:3000/sub/_pyrt/dev/events"]);
  tell(2);
  expect([one, two]).toEqual([[{ server: "s", version: 2 }], [{ server: "s", version: 2 }]]);
});

it("a tab that comes later hears of the version that there is", () => {
  vi.stubGlobal("navigator", { locks: makeLocks() });
  listen();
  tell(5);
  expect(listen()).toEqual([{ server: "s", version: 5 }]);
});

it("without locks each tab listens", () => {
  vi.stubGlobal("navigator", {});
  listen();
  listen();
  expect(Events.opened.length).toBe(2);
});

it("an answer with an error is one, with the server's words", async () => {
  vi.stubGlobal("fetch", async () => new Response("who are you", { status: 403 }));
  const server = new DevServer(root);
  await expect(server.changes(1, 2)).rejects.toThrow("403 who are you");
  await expect(server.content("_pyrt/dev/file/x")).rejects.toThrow("403 _pyrt/dev/file/x");
});

it("a report that does not arrive is no error", () => {
  vi.stubGlobal("fetch", () => Promise.reject(new Error("gone")));
  expect(() => new DevServer(root).report({ version: 1, ok: true, ms: 2, message: "" })).not.toThrow();
});
