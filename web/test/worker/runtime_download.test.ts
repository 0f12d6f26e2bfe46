// @vitest-environment node
/** What Pyodide requests by itself is used while it loads, can be requested again, and is given back. */
import { describe, expect, it } from "vitest";
import { PackedWasmDownload, PlainDownload, type Read } from "../../src/worker/runtime_download";
import { frameOf } from "../support/zstd_frame";

const text = "not really WebAssembly";

/** Reads an answer in pieces of five bytes. */
function reads(answer: () => Response): Read {
  return async (take, onResponse) => {
    const bytes = new Uint8Array(await onResponse(answer()).arrayBuffer());
    for (let at = 0; at < bytes.length; at += 5) take(bytes.subarray(at, at + 5));
    return bytes;
  };
}

describe("compressed WebAssembly", () => {
  const packed = frameOf(text);
  const readAll = reads(() => new Response(packed as BodyInit));
  const begin = (read = readAll, size = text.length) => new PackedWasmDownload(size, read);

  it("is a response that a browser compiles while it loads, and another one later", async () => {
    const download = begin();
    for (const _ of [1, 2]) {
      const response = await download.answer();
      expect(response.headers.get("Content-Type")).toBe("application/wasm");
      expect(await response.text()).toBe(text);
    }
    await download.checked;
  });

  it("is whole before its hash is known", async () => {
    let finish = (): void => {};
    const hashed = new Promise<void>((resolve) => (finish = resolve));
    const download = begin(async (take, onResponse) => {
      const bytes = await readAll(take, onResponse);
      await hashed;
      return bytes;
    });
    expect(await (await download.answer()).text()).toBe(text);
    finish();
    await download.checked;
  });

  it("is given again to one who has thrown the first response away", async () => {
    const download = begin();
    await (await download.answer()).body?.cancel();
    expect(await (await download.answer()).text()).toBe(text);
  });

  it.each([
    ["damaged", text.length + 1, readAll, `has only ${text.length} bytes`],
    ["not what was built", text.length, () => Promise.reject(new Error("another hash")), "another hash"],
  ] as const)("fails where it is used when it is %s", async (_, size, read, message) => {
    const download = begin(read, size);
    await expect(download.checked).rejects.toThrow(message);
    const response = await download.answer();
    if (read !== readAll) await expect(response.text()).rejects.toThrow(message);
    await expect(download.answer()).rejects.toThrow(message);
  });
});

describe("a plain file", () => {
  const readAll = reads(() => new Response(text));

  it("is requested once as long as it is asked for once", async () => {
    let requests = 0;
    const download = new PlainDownload(async () => {
      requests++;
      return new Response(text);
    }, readAll);
    await download.checked;
    expect(await (await download.answer()).text()).toBe(text);
    expect(requests).toBe(0);
    expect(await (await download.answer()).text()).toBe(text);
    expect(requests).toBe(1);
  });

  it("fails where it is used when no request has succeeded", async () => {
    const download = new PlainDownload(
      async () => new Response(text),
      () => Promise.reject(new Error("a.whl: the server answered 404.")),
    );
    await expect(download.checked).rejects.toThrow("404");
    await expect(download.answer()).rejects.toThrow("404");
  });

  it("is let go when nothing has asked for it", async () => {
    const response = new Response(text);
    const download = new PlainDownload(
      async () => new Response(text),
      reads(() => response),
    );
    await download.checked;
    expect(response.bodyUsed).toBe(false);
    download.release();
    await new Promise((resolve) => setTimeout(resolve));
    expect(response.bodyUsed).toBe(true);
  });
});
