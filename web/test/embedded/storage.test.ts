import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { guardStorage } from "../../src/embedded/storage";

const natives = {
  localStorage: Object.getOwnPropertyDescriptor(window, "localStorage"),
  sessionStorage: Object.getOwnPropertyDescriptor(window, "sessionStorage"),
};
const nativeCookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie") as PropertyDescriptor;

function refuse(): never {
  throw new DOMException("refused", "SecurityError");
}

beforeEach(() => {
  localStorage.clear();
});

afterEach(() => {
  for (const [name, native] of Object.entries(natives)) {
    if (native) Object.defineProperty(window, name, native);
  }
  Object.defineProperty(Document.prototype, "cookie", nativeCookie);
  vi.unstubAllGlobals();
});

it("of a host, storage and cookies stay the browser's", () => {
  const before = localStorage;
  guardStorage();
  expect(localStorage).toBe(before);
  // biome-ignore lint/suspicious/noDocumentCookie: what the app does
  document.cookie = "a=1";
  expect(document.cookie).toBe("a=1");
});

it("where they are refused, they last as long as the page", () => {
  for (const name of ["localStorage", "sessionStorage"]) {
    Object.defineProperty(window, name, { configurable: true, get: refuse });
  }
  Object.defineProperty(Document.prototype, "cookie", { configurable: true, get: refuse, set: refuse });
  guardStorage();
  localStorage.setItem("a", "1");
  localStorage.setItem("b", "2");
  expect([localStorage.length, localStorage.key(1), localStorage.getItem("a")]).toEqual([2, "b", "1"]);
  expect(sessionStorage.getItem("a")).toBeNull();
  localStorage.removeItem("a");
  localStorage.clear();
  expect(localStorage.length).toBe(0);
  for (const text of ["a=1; Path=/", "b=x=y", "a=; Max-Age=0", "c=3; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]) {
    // biome-ignore lint/suspicious/noDocumentCookie: what the app does
    document.cookie = text;
  }
  expect(document.cookie).toBe("b=x=y");
});

it("files of one disk have each their own part of what the browser keeps for all", () => {
  vi.stubGlobal("location", { protocol: "file:", pathname: "/home/a/app.html" });
  const shared = localStorage;
  shared.setItem("of another", "1");
  guardStorage();
  localStorage.setItem("store", "2");
  expect([localStorage.length, localStorage.getItem("of another")]).toEqual([1, null]);
  expect(shared.getItem("pyrt:/home/a/app.html:store")).toBe("2");
  localStorage.clear();
  expect(shared.getItem("of another")).toBe("1");
});
