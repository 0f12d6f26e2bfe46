// @vitest-environment node
/** Requests that block: given up after a time that grows, the last one never. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { requestSync } from "../../src/worker/sync_requests";

const address = "https://a.test/pyrt/rest.img";

let limits: number[];
let answers: (() => number)[];

class FakeRequest {
  timeout = 0;
  responseType = "";
  status = 0;
  response = new ArrayBuffer(4);
  open(): void {}
  setRequestHeader(): void {}
  getResponseHeader(): string {
    return "";
  }
  send(): void {
    limits.push(this.timeout);
    this.status = answers.shift()?.() ?? 200;
  }
}

const stalled = (): number => {
  throw new Error("TimeoutError");
};

beforeEach(() => {
  limits = [];
  answers = [];
  Object.assign(globalThis, { XMLHttpRequest: FakeRequest });
});

afterEach(() => {
  Reflect.deleteProperty(globalThis, "XMLHttpRequest");
});

it("requests a file again that does not come", () => {
  answers = [stalled];
  expect(requestSync(address, 4).bytes).toHaveLength(4);
  expect(limits).toHaveLength(2);
});

it("gives a slow line more time for a large file, and any time in the end", () => {
  answers = [stalled, stalled];
  requestSync(address, 4);
  const small = limits.splice(0);
  answers = [stalled, stalled, () => 206];
  requestSync(address, 5_000_000, [0, 4]);
  expect(limits[0]).toBeGreaterThan(small[0] as number);
  expect(limits[1]).toBeGreaterThan(limits[0] as number);
  expect([small[2], limits[2]]).toEqual([0, 0]);
});

it("names the file if none of the requests has brought it", () => {
  answers = [() => 503, () => 503, () => 503];
  expect(() => requestSync(address, 4)).toThrow(`${address}: the server answered 503`);
});
