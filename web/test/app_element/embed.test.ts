/** `<pyrt-app>`: what it says to the frame, and what it does with the answers. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { AppApi } from "../../src/app_element/protocol";
import "../../src/app_element/main";

type Element = HTMLElement & AppApi;

const site = "https://me.github.io";
let isPhone = false;

beforeEach(() => {
  vi.useFakeTimers();
  isPhone = false;
  vi.stubGlobal(
    "CSSStyleSheet",
    class {
      replaceSync(): void {}
    },
  );
  vi.stubGlobal("matchMedia", () => ({ matches: isPhone }));
});

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const frameOf = (element: Element): HTMLIFrameElement =>
  element.shadowRoot?.querySelector("iframe") as HTMLIFrameElement;

/** What elements have posted to their frames. */
const sent = new WeakMap<Element, Record<string, unknown>[]>();

function listen(element: Element): void {
  const posted: Record<string, unknown>[] = [];
  sent.set(element, posted);
  // In jsdom, a frame below a shadow root has no window.
  const value = { postMessage: (message: object, origin: unknown) => posted.push({ ...message, origin }) };
  Object.defineProperty(frameOf(element), "contentWindow", { value });
}

function add(attributes: Record<string, string> = {}): Element {
  const element = document.createElement("pyrt-app") as Element;
  for (const [name, value] of Object.entries({ src: `${site}/tides/`, ...attributes })) {
    element.setAttribute(name, value);
  }
  document.body.append(element);
  listen(element);
  return element;
}

const types = (element: Element): unknown[] => sent.get(element)?.map(({ type }) => type) ?? [];

/** A message of the app in the frame. */
function say(element: Element, data: object, from: { origin?: string; source?: unknown } = {}): void {
  const { contentWindow: source } = frameOf(element);
  dispatchEvent(Object.assign(new Event("message"), { data: { pyrtApp: 1, ...data }, origin: site, source, ...from }));
}

const state = (name: string, message?: string): object => ({ type: "state", state: name, message });

it("an app shows its first frame, is measured, and starts when it says that it waits", () => {
  const element = add();
  expect(frameOf(element)).toMatchObject({ name: "pyrt:held", src: `${site}/tides/` });
  say(element, state("held"));
  expect(sent.get(element)).toEqual([
    { pyrtApp: 1, type: "measure", origin: site },
    { pyrtApp: 1, type: "start", origin: site },
  ]);
  say(element, { type: "height", height: 321 });
  expect(frameOf(element).style.height).toBe("321px");
  const fixed = add({ height: "400" });
  say(fixed, { type: "height", height: 321 });
  expect(frameOf(fixed).style.height).toBe("400px");
});

it("of three apps one starts at a time; one that is removed, fails or takes long lets the next begin", () => {
  const [one, two, three, four] = [add(), add(), add(), add()];
  for (const app of [one, two, three, four]) say(app, state("held"));
  const started = (): number => [one, two, three, four].filter((app) => types(app).includes("start")).length;
  expect(started()).toBe(1);
  one.remove();
  expect(types(two)).toContain("start");
  say(two, state("failed", "ModuleNotFoundError"));
  expect(types(three)).toContain("start");
  expect(started()).toBe(3);
  vi.advanceTimersByTime(60_000);
  expect(types(four)).toContain("start");
});

it("on a phone an app runs when its button is pressed, or if the author says so", () => {
  isPhone = true;
  const [phone, auto] = [add(), add({ run: "auto" })];
  say(phone, state("held"));
  say(auto, state("held"));
  expect([types(phone), types(auto)]).toEqual([["measure"], ["measure", "start"]]);
  say(auto, state("ready"));
  phone.shadowRoot?.querySelector<HTMLButtonElement>(".run")?.click();
  expect(types(phone)).toContain("start");
  expect(phone.shadowRoot?.querySelector(".run")).toBeNull();
});

it("props are asked for when the app is ready, and answers go to their callers", async () => {
  const element = add();
  const value = element.get("count", "children");
  const refused = element.set({ type: "row", index: 1 }, { value: 2 });
  expect(types(element)).toEqual([]);
  say(element, state("ready"));
  await vi.advanceTimersByTimeAsync(0);
  expect(sent.get(element)).toMatchObject([
    { type: "get", id: "count", prop: "children", request: 1 },
    { type: "set", id: { type: "row", index: 1 }, props: { value: 2 }, request: 2 },
  ]);
  say(element, { type: "refused", request: 2, value: "There is no component" });
  say(element, { type: "answer", request: 1, value: "7" });
  expect(await value).toBe("7");
  await expect(refused).rejects.toThrow("There is no component");
});

it("a prop is observed until that is ended", async () => {
  const element = add();
  const values: unknown[] = [];
  const observing = element.observe("count", "children", (value) => values.push(value));
  say(element, state("ready"));
  await vi.advanceTimersByTimeAsync(0);
  say(element, { type: "answer", request: 1, value: "0" });
  const end = await observing;
  say(element, { type: "changed", request: 1, value: "1" });
  end();
  say(element, { type: "changed", request: 1, value: "2" });
  expect(values).toEqual(["0", "1"]);
  expect(sent.get(element)?.at(-1)).toMatchObject({ type: "unobserve", request: 1 });
});

it("messages of other windows, of other origins and of other programs are none of the app", () => {
  const element = add();
  say(element, state("ready"), { source: window });
  say(element, state("ready"), { origin: "https://evil.example.org" });
  say(element, { ...state("ready"), pyrtApp: 2 });
  expect(element.getAttribute("state")).toBeNull();
});

it("an app that is removed while it starts rejects what waits for it, and starts anew elsewhere", async () => {
  const element = add();
  say(element, state("held"));
  const { ready } = element;
  const asked = element.get("count", "children");
  element.remove();
  await expect(ready).rejects.toThrow("Element removed");
  await expect(asked).rejects.toThrow("Element removed");
  document.body.append(element);
  listen(element);
  expect(element.getAttribute("state")).toBeNull();
  say(element, state("held"));
  expect(types(element)).toContain("start");
  element.setAttribute("src", `${site}/moon/`);
  expect(element.shadowRoot?.querySelectorAll("iframe")).toHaveLength(1);
  expect(frameOf(element).src).toBe(`${site}/moon/`);
});

it("a frame that is loaded and says nothing is said to hold no app", async () => {
  const element = add();
  const failed = vi.fn();
  element.addEventListener("pyrt:failed", failed);
  frameOf(element).dispatchEvent(new Event("load"));
  vi.advanceTimersByTime(5000);
  const text = `${site}/tides/: no app of pyrt, or not allowed in a frame`;
  expect(element.shadowRoot?.querySelector("[role=alert]")?.textContent).toBe(text);
  expect(failed.mock.lastCall?.[0].detail).toEqual({ message: text });
  await expect(element.ready).rejects.toThrow("no app of pyrt");
});

it.each(["held", "starting"])("an app that is %s when its frame is loaded may be silent", (name) => {
  isPhone = true;
  const element = add();
  say(element, state(name));
  frameOf(element).dispatchEvent(new Event("load"));
  vi.advanceTimersByTime(60_000);
  expect(element.getAttribute("state")).toBe(name);
  expect(element.shadowRoot?.querySelector("[role=alert]")).toBeNull();
});

it("a picture stands in the place of the app until its first frame is there", () => {
  const element = add({ poster: "tides.png" });
  expect(frameOf(element).style.backgroundImage).toContain("tides.png");
  say(element, state("held"));
  expect(frameOf(element).style.backgroundImage).toBe("");
});
