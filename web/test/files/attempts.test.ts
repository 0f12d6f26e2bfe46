// @vitest-environment node
/** How often a file is requested again, and what is said when it cannot be had. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type AttemptOptions, FileFailure, withAttempts } from "../../src/files/attempts";
import { readPieces } from "../../src/files/pieces";
import { hashOf, isAsBuilt, readScript } from "../../src/files/scripts";

type Answer = () => Response | Promise<Response>;

const name = "pyrt/a.img";
const original = globalThis.fetch;
let answers: Answer[];
let caches: (RequestCache | undefined)[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "setInterval", "clearTimeout", "clearInterval"] });
  answers = [];
  caches = [];
  globalThis.fetch = async (_input, init) => {
    caches.push(init?.cache);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    const given = Promise.resolve((answer as Answer)());
    const aborted = new Promise<never>((_, reject) => {
      init?.signal?.addEventListener("abort", () => reject(new Error("aborted")));
    });
    return Promise.race([given, aborted]);
  };
});

afterEach(() => {
  vi.useRealTimers();
  globalThis.fetch = original;
});

const never = (): Promise<Response> => new Promise(() => {});

/** An answer that sends these pieces, and then breaks off, ends or stalls. */
function sends(pieces: readonly string[], end: "break" | "end" | "stall" = "end"): Answer {
  return () => {
    const rest = [...pieces];
    const pull = (controller: ReadableStreamDefaultController): void | Promise<void> => {
      const piece = rest.shift();
      if (piece !== undefined) controller.enqueue(new TextEncoder().encode(piece));
      else if (end === "break") controller.error(new Error("connection reset"));
      else if (end === "end") controller.close();
      else return new Promise(() => {});
    };
    return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
  };
}

/** Reads a file of `size` bytes; the time that the reading may take passes. */
async function read(size: number, options: AttemptOptions = {}, waitMs = 20_000): Promise<string> {
  let text = "";
  const reading = readPieces("https://a.test/x", { name, size }, (p) => (text += new TextDecoder().decode(p)), options);
  const done = reading.then(() => text);
  done.catch(() => {});
  await vi.advanceTimersByTimeAsync(waitMs);
  return done;
}

it("reads a file with one request", async () => {
  answers = [sends(["ab", "cd"])];
  expect(await read(4)).toBe("abcd");
  expect(caches).toEqual(["default"]);
});

it("goes on after a broken connection, without the browser's cache, and gives no byte twice", async () => {
  answers = [sends(["ab"], "break"), sends(["a", "bc", "d"])];
  expect(await read(4, { cache: "force-cache" })).toBe("abcd");
  expect(caches).toEqual(["force-cache", "reload"]);
});

it("waits longer before each request", async () => {
  answers = [() => new Response("", { status: 503 })];
  const done = read(4, {}, 0);
  done.catch(() => {});
  const counts: number[] = [];
  for (const ms of [299, 1, 999, 1, 2499, 1]) {
    await vi.advanceTimersByTimeAsync(ms);
    counts.push(caches.length);
  }
  expect(counts).toEqual([1, 2, 2, 3, 3, 4]);
  await expect(done).rejects.toThrow("pyrt/a.img: the server answered 503. Try again in a minute.");
});

it.each([
  ["missing", () => new Response("", { status: 404 }), "the server answered 404. Reload the page"],
  ["cut", sends(["ab"]), "only 2 of 4 bytes arrived"],
  ["too long", sends(["abcde"]), "longer than the 4 bytes expected"],
  [
    "replaced by a page",
    () => new Response("<p>", { headers: { "Content-Type": "text/html; charset=utf-8" } }),
    "the server answered with an HTML page in its place",
  ],
  ["unreachable", () => Promise.reject(new TypeError("Failed to fetch")), "no answer from the host (Failed to fetch)"],
])("names a file that is %s", async (_what, answer, message) => {
  answers = [answer as Answer];
  await expect(read(4)).rejects.toThrow(message);
  expect(caches).toHaveLength(4);
});

it("requests a file again of which nothing arrives for four seconds", async () => {
  answers = [never, sends(["abcd"])];
  expect(await read(4, {}, 4300)).toBe("abcd");
});

it("leaves a slow line alone", async () => {
  let send: (text: string) => void = () => {};
  const stream = new ReadableStream({
    start: (controller) => {
      send = (text) => controller.enqueue(new TextEncoder().encode(text));
    },
  });
  answers = [() => new Response(stream)];
  const done = read(4, {}, 0);
  for (const letter of "abcd") {
    await vi.advanceTimersByTimeAsync(3400);
    send(letter);
    await vi.advanceTimersByTimeAsync(0);
  }
  expect(caches).toHaveLength(1);
  done.catch(() => {});
});

it("tells within 11 s of a file that stays stalled, and goes on when it comes", async () => {
  let finish: (response: Response) => void = () => {};
  answers = [
    never,
    never,
    () =>
      new Promise<Response>((resolve) => {
        finish = resolve;
      }),
  ];
  const told: (string | undefined)[] = [];
  const done = withAttempts(
    name,
    async ({ signal, received }) => {
      const response = await fetch("https://a.test/x", { signal });
      received();
      return response.text();
    },
    { onStall: (failure) => told.push(failure?.message) },
  );
  await vi.advanceTimersByTimeAsync(11_000);
  expect(told).toEqual(["pyrt/a.img: the host has sent nothing; waited 2 s."]);
  await vi.advanceTimersByTimeAsync(60_000);
  finish(new Response("late"));
  expect(await done).toBe("late");
  expect(told).toHaveLength(2);
  expect(told[1]).toBeUndefined();
});

describe("a script whose hash is known", () => {
  const right = "alert(1)";
  const name = "pyrt/page-x.js";

  it("is right if it has that hash, whatever type the host gives it", async () => {
    const integrity = await hashOf(new Blob([right]));
    answers = [() => new Response("<p>"), () => new Response(right, { headers: { "Content-Type": "text/html" } })];
    const content = readScript("https://a.test/x", name, { integrity });
    vi.useRealTimers();
    expect(await (await content).text()).toBe(right);
    expect(caches).toEqual(["default", "reload"]);
  }, 20_000);

  it("is named if it has not", async () => {
    answers = [() => new Response(right)];
    const wrong = readScript("https://a.test/x", name, { integrity: "sha256-x" });
    wrong.catch(() => {});
    // Digests take real time, which fake timers do not wait for.
    vi.useRealTimers();
    await expect(wrong).rejects.toThrow(FileFailure);
    await expect(wrong).rejects.toThrow("pyrt/page-x.js: the content is not what was built");
  }, 20_000);

  it("that the browser has run is compared with it", async () => {
    answers = [() => new Response(right)];
    expect(await isAsBuilt("https://a.test/x", await hashOf(new Blob([right])))).toBe(true);
    expect(await isAsBuilt("https://a.test/x", "sha256-x")).toBe(false);
    expect(await isAsBuilt("https://a.test/x", undefined)).toBe(true);
    answers = [() => new Response("", { status: 404 })];
    expect(await isAsBuilt("https://a.test/x", "sha256-x")).toBe(true);
    expect(caches).toEqual(["force-cache", "force-cache", "force-cache"]);
  });

  describe("on plain http, where there are no digests", () => {
    let hosted: string;
    let isGone: boolean;
    let compared: (string | undefined)[];

    beforeEach(() => {
      vi.stubGlobal("crypto", {});
      hosted = right;
      isGone = false;
      compared = [];
      // As browsers do: an answer that differs from `integrity` is none.
      globalThis.fetch = async (_input, { integrity } = {}) => {
        compared.push(integrity);
        if (isGone || (integrity && integrity !== `sha256-of ${hosted}`)) throw new TypeError("Failed to fetch");
        return new Response(hosted);
      };
    });

    afterEach(() => vi.unstubAllGlobals());

    it("is compared by the browser", async () => {
      const integrity = `sha256-of ${right}`;
      const content = readScript("http://a.test/x", name, { integrity });
      expect(await (await content).text()).toBe(right);
      expect(compared).toEqual([undefined, integrity]);
      expect(await isAsBuilt("http://a.test/x", integrity)).toBe(true);
      hosted = "alart(1)";
      expect(await isAsBuilt("http://a.test/x", integrity)).toBe(false);
      const wrong = readScript("http://a.test/x", name, { integrity });
      wrong.catch(() => {});
      await vi.advanceTimersByTimeAsync(15_000);
      await expect(wrong).rejects.toThrow("pyrt/page-x.js: the content is not what was built");
    });

    it("is right as far as can be told where the host is gone", async () => {
      isGone = true;
      expect(await isAsBuilt("http://a.test/x", "sha256-x")).toBe(true);
    });

    it("is right as far as can be told where the host does not answer in time", async () => {
      globalThis.fetch = (_input, init) =>
        new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(new Error("aborted"))));
      const found = isAsBuilt("http://a.test/x", "sha256-x");
      await vi.advanceTimersByTimeAsync(4100);
      expect(await found).toBe(true);
    });
  });
});
