/** The record exists while the page is hidden; only a page that the browser has discarded finds it. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepRecord, takeRecord } from "../../src/saved_state/record";

const state = { edits: { i: { value: ["typed", ""] } }, fields: [] } as const;

let isHidden = false;
let listeners: [EventTarget, string, EventListener][] = [];

function keep(described: Parameters<typeof keepRecord>[0] = () => state): void {
  for (const target of [window, document]) {
    const add = target.addEventListener.bind(target);
    vi.spyOn(target, "addEventListener").mockImplementation((kind: string, listener: unknown) => {
      listeners.push([target, kind, listener as EventListener]);
      add(kind, listener as EventListener);
    });
  }
  keepRecord(described);
}

function show(isShown: boolean): void {
  isHidden = !isShown;
  document.dispatchEvent(new Event("visibilitychange"));
}

const leave = (): boolean => window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));

beforeEach(() => {
  sessionStorage.clear();
  isHidden = false;
  vi.spyOn(document, "hidden", "get").mockImplementation(() => isHidden);
});

afterEach(() => {
  for (const [target, kind, listener] of listeners) target.removeEventListener(kind, listener);
  listeners = [];
  vi.restoreAllMocks();
  Reflect.deleteProperty(document, "wasDiscarded");
});

it("a page that was hidden and never shown again is found once", () => {
  keep();
  show(false);
  expect(takeRecord()).toEqual(state);
  expect(takeRecord()).toBeUndefined();
});

it("a page that is loaded in the background is found though it was never shown", () => {
  isHidden = true;
  keep();
  expect(takeRecord()).toEqual(state);
});

it("what callbacks have changed in the background is found when the page was frozen", () => {
  let described: { edits: typeof state.edits | object; fields: [] } = { edits: state.edits, fields: [] };
  keep(() => described as typeof state & { fields: [] });
  show(false);
  const later = { edits: { i: { value: ["", ""] } }, fields: [] as [] };
  described = later;
  document.dispatchEvent(new Event("freeze"));
  document.dispatchEvent(new Event("resume"));
  expect(takeRecord()).toEqual(later);
});

it("a page that is frozen and resumed in the back/forward cache is still one that was left", () => {
  keep();
  leave();
  show(false);
  document.dispatchEvent(new Event("freeze"));
  document.dispatchEvent(new Event("resume"));
  expect(takeRecord()).toBeUndefined();
});

it("a page that is shown again needs none", () => {
  keep();
  show(false);
  show(true);
  expect(sessionStorage).toHaveLength(0);
});

it("a page that the user leaves or loads again starts anew", () => {
  keep();
  leave();
  show(false);
  expect(takeRecord()).toBeUndefined();
});

it("unless the browser says that it has discarded it", () => {
  keep();
  leave();
  show(false);
  Object.assign(document, { wasDiscarded: true });
  expect(takeRecord()).toEqual(state);
});

it("a page that comes back from the back/forward cache goes on", () => {
  keep();
  leave();
  window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
  expect(sessionStorage).toHaveLength(0);
  show(false);
  expect(takeRecord()).toEqual(state);
});

it("nothing is written of a page in which nothing was changed", () => {
  keep(() => ({ edits: {}, fields: [] }));
  show(false);
  expect(sessionStorage).toHaveLength(0);
});

it.each([
  "{",
  "null",
  "[]",
  '{"version":1}',
  '{"version":1,"edits":[],"fields":3}',
  '{"version":0,"edits":{},"fields":[]}',
])("a record that cannot be read counts as absent: %s", (text) => {
  sessionStorage.setItem(`pyrt.state:${location.pathname}`, text);
  expect(takeRecord()).toBeUndefined();
  expect(sessionStorage).toHaveLength(0);
});

it("a storage that is forbidden or full is no obstacle", () => {
  const denied = (): never => {
    throw new DOMException("denied", "SecurityError");
  };
  vi.spyOn(window, "sessionStorage", "get").mockImplementation(denied);
  keep();
  expect(() => show(false)).not.toThrow();
  expect(takeRecord()).toBeUndefined();
});
