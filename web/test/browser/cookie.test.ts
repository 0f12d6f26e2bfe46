import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watchCookie } from "../../src/browser/cookie";

let cookies: string[] = [];
let reads = 0;
/** As a response of a server adds one. */
const addSilently = (text: string): void => void cookies.push(text);

describe("the cookies that callbacks read", () => {
  beforeEach(() => {
    cookies = [];
    reads = 0;
    vi.stubGlobal("cookieStore", new EventTarget());
    Object.defineProperty(document, "cookie", {
      configurable: true,
      get() {
        reads += 1;
        return cookies.join("; ");
      },
      set: addSilently,
    });
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    delete (document as { cookie?: string }).cookie;
  });

  it("are not asked for again where there are none", () => {
    const read = watchCookie();
    expect([read(), read(), read()]).toEqual(["", "", ""]);
    expect(reads).toBe(1);
  });

  it("are read after a script has set one", () => {
    const read = watchCookie();
    read();
    // biome-ignore lint/suspicious/noDocumentCookie: what scripts of apps do
    document.cookie = "a=1";
    expect(read()).toBe("a=1");
    expect(document.cookie).toBe("a=1");
  });

  it("are read after the browser has told of one", () => {
    const read = watchCookie();
    read();
    addSilently("b=2");
    expect(read()).toBe("");
    cookieStore.dispatchEvent(new Event("change"));
    expect(read()).toBe("b=2");
  });

  it("are read each time where there are some: they may expire", () => {
    addSilently("c=3");
    const read = watchCookie();
    expect(read()).toBe("c=3");
    cookies = [];
    expect(read()).toBe("");
  });

  it("are read each time where the browser tells nothing", () => {
    vi.stubGlobal("cookieStore", undefined);
    const read = watchCookie();
    read();
    addSilently("d=4");
    expect(read()).toBe("d=4");
  });
});
