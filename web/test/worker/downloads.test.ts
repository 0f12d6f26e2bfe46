// @vitest-environment node
/** Everything the worker fetches is checked, and a failure says which file and why. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Boot, Manifest } from "../../src/wire/manifest";
import { Downloads } from "../../src/worker/downloads";
import { frameOf, madeByTheBuilder } from "../support/zstd_frame";

const text = "the content of a file";
const sha256 = "8d4c7dcb4e9d9a37dc49fd39a2f3a2bff1c1a5d3ba5f8ad56a1f5f8a3a1c8a00";
const root = "https://site.test/sub/";
const original = globalThis.fetch;

let answers: Record<string, () => Response>;
let asked: string[];

async function digestOf(content: string | Uint8Array): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const hash = await crypto.subtle.digest("SHA-256", bytes as BufferSource);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function begin(file: { name?: string; url?: string; size?: number; sha256?: string } = {}): Promise<Downloads> {
  const known = { name: "a.zip", size: text.length, sha256: await digestOf(text), ...file };
  const manifest = {
    runtime: { url: "pyrt/runtime/", lockUrl: "", files: [known] },
    images: [{ ...known, url: "pyrt/app.img", mount: "/app" }],
  } as unknown as Manifest;
  const downloads = new Downloads({ manifest, root } as Boot, { progress: () => {} });
  // What fails is asked for below; here it would count as unhandled.
  downloads.failed.catch(() => {});
  return downloads;
}

beforeEach(() => {
  asked = [];
  answers = {
    [`${root}pyrt/runtime/a.zip`]: () => new Response(text),
    [`${root}pyrt/app.img`]: () => new Response(text),
  };
  const fake = async (input: RequestInfo | URL): Promise<Response> => {
    const url = String(input);
    asked.push(url);
    return answers[url]?.() ?? new Response("", { status: 404 });
  };
  Object.assign(globalThis, { self: globalThis, fetch: fake, location: { href: root } });
});

afterEach(() => {
  vi.useRealTimers();
  globalThis.fetch = original;
});

describe("Downloads", () => {
  it("requests everything at once, and answers the request for the same file", async () => {
    const downloads = await begin();
    expect(asked.sort()).toEqual(Object.keys(answers).sort());
    await downloads.verifyRuntime();
    expect(await (await fetch(`${root}pyrt/runtime/a.zip`)).text()).toBe(text);
    expect(asked).toHaveLength(2);
    // Another start, after one that has failed.
    expect(await (await fetch(`${root}pyrt/runtime/a.zip`)).text()).toBe(text);
    expect(asked).toHaveLength(3);
  });

  it("gives the bytes of an image", async () => {
    const bytes = await (await begin()).take("pyrt/app.img");
    expect(new TextDecoder().decode(bytes)).toBe(text);
  });

  it.each([
    [
      "altered",
      { sha256 },
      "pyrt/runtime/a.zip: the content is not what was built (its sha256 differs). Reload the page.",
    ],
    ["cut off", { size: 99 }, "pyrt/runtime/a.zip: only 21 of 99 bytes arrived."],
    ["too long", { size: 5 }, "pyrt/runtime/a.zip: longer than the 5 bytes expected."],
    ["missing in the name that the host knows", { url: "pyrt/c.zst" }, "pyrt/c.zst: the server answered 404."],
    ["missing", { name: "b.zip" }, "pyrt/runtime/b.zip: the server answered 404."],
  ])("says what is wrong with a file that is %s", async (_name, file, message) => {
    answers[`${root}pyrt/app.img`] = () => new Response(new ReadableStream());
    vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });
    const { failed } = await begin(file);
    await vi.advanceTimersByTimeAsync(10_000);
    vi.useRealTimers();
    await expect(failed).rejects.toThrow(message);
  });

  describe("of the site's snapshot", () => {
    const url = "pyrt/snapshot.bin";

    async function beginWith(changes: Partial<Boot>): Promise<Downloads> {
      const packed = frameOf(text);
      answers[root + url] = () => new Response(packed as BodyInit);
      const snapshot = { url, size: packed.length, sha256: await digestOf(packed), unpacked: text.length };
      const manifest = { runtime: { url: "", files: [] }, images: [], snapshot } as unknown as Manifest;
      return new Downloads({ manifest, root, ...changes } as Boot, { progress: () => {} });
    }

    it("gives its bytes", async () => {
      expect(new TextDecoder().decode(await (await beginWith({})).take(url))).toBe(text);
    });

    it("does not fail the start when it fails", async () => {
      vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });
      const downloads = await beginWith({ root: "https://elsewhere.test/" });
      let hasFailed = false;
      downloads.failed.catch(() => {
        hasFailed = true;
      });
      const content = downloads.take(url);
      content.catch(() => {});
      await vi.advanceTimersByTimeAsync(10_000);
      vi.useRealTimers();
      await expect(content).rejects.toThrow("pyrt/snapshot.bin: the server answered 404.");
      expect(hasFailed).toBe(false);
    });

    it("is not asked for where one is taken", async () => {
      const downloads = await beginWith({ rehearsal: { imports: [] } });
      expect(asked).toEqual([]);
      await expect(downloads.take(url)).rejects.toThrow("is no part of this site");
    });
  });

  it("fetches a file again if the cached content is wrong", async () => {
    const caches: (RequestCache | undefined)[] = [];
    const kept = globalThis.fetch;
    Object.assign(globalThis, {
      fetch: async (input: RequestInfo | URL, init?: RequestInit) => {
        if (!String(input).endsWith("app.img")) return kept(input, init);
        caches.push(init?.cache);
        return new Response(init?.cache === "reload" ? text : "the content of a life");
      },
    });
    const bytes = await (await begin()).take("pyrt/app.img");
    expect(new TextDecoder().decode(bytes)).toBe(text);
    expect(caches).toEqual(["force-cache", "reload"]);
  });

  it.each([
    ["is cut each time", false, () => true],
    ["is whole at the second request", true, (request: number) => request === 1],
  ])("starts anew after a runtime file that %s: %s", async (_what, expected, isCut) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });
    let requests = 0;
    answers[`${root}pyrt/runtime/a.zip`] = () => {
      requests += 1;
      return new Response(isCut(requests) ? text.slice(0, -1) : text);
    };
    const downloads = await begin();
    const verified = downloads.verifyRuntime().then(
      () => true,
      () => false,
    );
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await verified).toBe(expected);
    expect(requests).toBe(expected ? 2 : 4);
    expect(downloads.needsNewStart).toBe(expected);
  });

  describe("where there are no digests", () => {
    const { packed, text: unpacked } = madeByTheBuilder;
    const url = "pyrt/app.img";
    let caches: (RequestCache | undefined)[];
    let checked: (string | undefined)[];

    beforeEach(() => {
      vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });
      caches = [];
      checked = [];
    });

    /** Requests an image; the host answers with `content`. The reason if it cannot be had, else nothing. */
    async function take(
      file: object,
      content: (signal: AbortSignal) => BodyInit,
      isIntact: boolean,
    ): Promise<string | undefined> {
      const images = [{ url, mount: "/app", sha256, ...file }];
      vi.stubGlobal("crypto", {});
      globalThis.fetch = async (_input, init) => {
        if (init?.integrity) {
          checked.push(init.integrity);
          if (!isIntact) throw new TypeError("Failed to fetch");
        } else caches.push(init?.cache);
        return new Response(content(init?.signal as AbortSignal));
      };
      const manifest = { runtime: { url: "", files: [] }, images } as unknown as Manifest;
      const downloads = new Downloads({ manifest, root } as Boot, { progress: () => {} });
      let reason: string | undefined;
      downloads.failed.catch((error: Error) => {
        reason = error.message;
      });
      await vi.advanceTimersByTimeAsync(30_000);
      vi.useRealTimers();
      vi.unstubAllGlobals();
      return reason;
    }

    it.each([true, false])("lets the browser check what is not compressed, once it is there (%s)", async (isIntact) => {
      const reason = await take({ size: text.length }, () => text, isIntact);
      expect(reason?.includes("the content is not what was built") ?? false).toBe(!isIntact);
      expect(caches).toEqual(isIntact ? ["force-cache"] : ["force-cache", "reload"]);
      expect(new Set(checked)).toEqual(new Set([expect.stringMatching(/^sha256-/)]));
    });

    it.each([true, false])("compares what is compressed with its checksum (%s)", async (isIntact) => {
      const content = packed.slice();
      if (!isIntact) content[54] = 0;
      const file = { size: packed.length, unpacked: unpacked.length };
      const reason = await take(file, () => content as Uint8Array<ArrayBuffer>, true);
      expect(reason?.includes("the content is not what was built") ?? false).toBe(!isIntact);
      expect(checked).toEqual([]);
    });

    it("requests a file again that is stalled", async () => {
      const stalled = (signal: AbortSignal): BodyInit =>
        new ReadableStream({
          start: (controller) => signal.addEventListener("abort", () => controller.error(new Error("aborted"))),
        });
      await take({ size: text.length }, stalled, true);
      expect(caches).toEqual(["force-cache", "reload", "reload"]);
    });
  });

  it("decompresses the interpreter that Pyodide requests", async () => {
    const packed = frameOf(text);
    answers[`${root}pyrt/interpreter.zst`] = () => new Response(packed as BodyInit);
    const file = {
      name: "a.wasm",
      url: "pyrt/interpreter.zst",
      size: packed.length,
      sha256: await digestOf(packed),
      unpacked: text.length,
    };
    const manifest = { runtime: { url: "pyrt/runtime/", files: [file] }, images: [] } as unknown as Manifest;
    const downloads = new Downloads({ manifest, root } as Boot, { progress: () => {} });
    await downloads.verifyRuntime();
    const answer = await fetch(`${root}pyrt/runtime/a.wasm`);
    expect(answer.headers.get("Content-Type")).toBe("application/wasm");
    expect(await answer.text()).toBe(text);
    expect(asked).toEqual([`${root}pyrt/interpreter.zst`]);
  });

  it("returns at once the content of a deferred file that was fetched", async () => {
    const packed = frameOf(text);
    answers[`${root}pyrt/rest.img`] = () => new Response(packed as BodyInit);
    const downloads = await begin();
    const sha256 = await digestOf(packed);
    const deferred = downloads.deferred({ url: "pyrt/rest.img", size: packed.length, sha256, unpacked: text.length });
    expect(asked).not.toContain(`${root}pyrt/rest.img`);
    await deferred.fetch();
    expect(new TextDecoder().decode(deferred.contentSync())).toBe(text);
  });
});
