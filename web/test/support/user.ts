/**
 * A visitor in jsdom: events that count as trusted, followed by what browsers do of themselves. jsdom clicks the boxes
 * of labels and ticks them; it types nothing and moves no focus.
 */

import { vi } from "vitest";
import type { EarlyEvents, EarlyWindow } from "../../src/first_paint/early";

const trusted = new WeakSet<Event>();

/** jsdom lets nobody make trusted events: whoever listens to the window is shown a likeness that says so. */
function likenessOf(event: Event): Event {
  const get = (target: Event, name: string): unknown => {
    if (name === "isTrusted") return trusted.has(target) || target.isTrusted;
    const value: unknown = Reflect.get(target, name, target);
    return typeof value === "function" && name !== "constructor" ? value.bind(target) : value;
  };
  return new Proxy(event, { get: get as ProxyHandler<Event>["get"] } as ProxyHandler<Event>);
}

/** Runs the first script of a painted page; `stop` takes its listeners away. */
export async function loadEarly(): Promise<{ early: EarlyEvents; stop: () => void }> {
  const added: [string, (event: Event) => void][] = [];
  const add = window.addEventListener.bind(window);
  const spy = vi.spyOn(window, "addEventListener").mockImplementation((kind, listener) => {
    const shown = (event: Event): void => (listener as (event: Event) => void)(likenessOf(event));
    added.push([kind, shown]);
    add(kind, shown, true);
  });
  vi.resetModules();
  await import("../../src/first_paint/early");
  spy.mockRestore();
  const early = (window as EarlyWindow).__pyrt_early__ as EarlyEvents;
  return { early, stop: () => added.forEach(([kind, shown]) => void window.removeEventListener(kind, shown, true)) };
}

/** False when its default is prevented. */
export function fire(target: Element, event: Event): boolean {
  trusted.add(event);
  return target.dispatchEvent(event);
}

const common = { bubbles: true, cancelable: true, composed: true };

export function press(target: Element, init: MouseEventInit = {}): void {
  fire(target, new MouseEvent("pointerdown", { ...common, buttons: 1, ...init }));
  fire(target, new MouseEvent("mousedown", { ...common, buttons: 1, ...init }));
}

export function release(target: Element, init: MouseEventInit = {}): boolean {
  fire(target, new MouseEvent("pointerup", { ...common, ...init }));
  fire(target, new MouseEvent("mouseup", { ...common, ...init }));
  return fire(target, new MouseEvent("click", { ...common, ...init }));
}

/** False when its default is prevented. */
export function click(target: Element, init: MouseEventInit = {}): boolean {
  press(target, init);
  return release(target, init);
}

/** One key in a field, at its end. */
export function type(field: HTMLInputElement, key: string): void {
  fire(field, new KeyboardEvent("keydown", { ...common, key }));
  write(field, field.value + key);
  fire(field, new InputEvent("input", { bubbles: true, data: key }));
  fire(field, new KeyboardEvent("keyup", { ...common, key }));
}

/** As a browser or a controlled component does: without an event. */
export function write(field: HTMLInputElement | HTMLSelectElement, value: string): void {
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set?.call(field, value);
}

export function choose(field: HTMLSelectElement, value: string): void {
  write(field, value);
  fire(field, new Event("input", { bubbles: true }));
  fire(field, new Event("change", { bubbles: true }));
}
