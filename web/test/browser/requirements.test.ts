/** Which browsers can run an app, and what the others are told. */
import { expect, it } from "vitest";
import { type Abilities, hasLittleMemory } from "../../src/browser/abilities";
import { describeObstacle } from "../../src/browser/requirements";

const able: Abilities = {
  isServed: true,
  moduleWorkers: true,
  webAssembly: true,
  webAssemblyFeatures: true,
  pageFeatures: true,
  digests: true,
  sharedMemory: false,
  isPhone: false,
  memoryGb: null,
  cores: 2,
  switching: null,
  switchingObstacle: "",
};
const chrome =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/92.0.4515.0 Safari/537.36";

it("a browser without shared memory, digests or stack switching can run an app", () => {
  expect(describeObstacle({ ...able, digests: false, switching: false }, chrome)).toBeUndefined();
});

it.each(["moduleWorkers", "webAssemblyFeatures", "pageFeatures"])("without %s the line names a version", (name) => {
  const line = describeObstacle({ ...able, [name]: false }, chrome);
  expect(line).toBe("This app needs Chrome 98 or newer; this is Chrome 92.");
});

it.each([
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 15_6_1 like Mac OS X) AppleWebKit/605.1.15 Version/15.6.1 Mobile/15E148 Safari/604.1",
    "iOS 16.4 or newer; this is iOS 15.6.1.",
  ],
  [
    "Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X) AppleWebKit/605.1.15 CriOS/120.0 Mobile/15E148 Safari/604.1",
    "iOS 16.4 or newer; this is iOS 16.1.",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.1 Safari/605.1.15",
    "Safari 16.4 or newer; this is Safari 15.1.",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; rv:102.0) Gecko/20100101 Firefox/102.0",
    "Firefox 114 or newer; this is Firefox 102.",
  ],
  [`${chrome} Edg/92.0.902.55`, "Edge 98 or newer; this is Edge 92."],
  [`${chrome} OPR/78.0`, "Opera 84 or newer; this is Opera 78."],
  [
    "Mozilla/5.0 (Linux; Android 11) AppleWebKit/537.36 SamsungBrowser/15.0 Chrome/92.0 Mobile Safari/537.36",
    "Samsung Internet 18 or newer; this is Samsung Internet 15.0.",
  ],
])("the browser is named: %s", (userAgent, end) => {
  expect(describeObstacle({ ...able, moduleWorkers: false }, userAgent)).toBe(`This app needs ${end}`);
});

it("a browser that is new enough is told what is switched off in it", () => {
  const line = describeObstacle({ ...able, moduleWorkers: false }, chrome.replace("92", "156"));
  expect(line).toMatch(/^This app needs module workers. Chrome 156 has that, but here it is switched off/);
});

it("an unknown browser is told all names", () => {
  expect(describeObstacle({ ...able, pageFeatures: false }, "Lynx")).toMatch(
    /Chrome or Edge 98, Firefox 114, Safari 16.4/,
  );
});

it("WebAssembly that is switched off in a new browser is not a matter of versions", () => {
  const off = { ...able, webAssembly: false, webAssemblyFeatures: false };
  expect(describeObstacle(off, chrome)).toMatch(/switched off.*Lockdown Mode/);
  expect(describeObstacle({ ...off, pageFeatures: false }, chrome)).toMatch(/Chrome 98/);
});

it("a page that was opened as a file says how to serve it", () => {
  const line = describeObstacle({ ...able, isServed: false, moduleWorkers: false }, chrome);
  expect(line).toMatch(/opened as a file.*python -m http.server/);
});

it("phones and devices with at most 2 GB have little memory", () => {
  expect(hasLittleMemory(able)).toBe(false);
  expect(hasLittleMemory({ ...able, memoryGb: 8 })).toBe(false);
  expect(hasLittleMemory({ ...able, memoryGb: 2 })).toBe(true);
  expect(hasLittleMemory({ ...able, isPhone: true })).toBe(true);
});
