/**
 * A user in jsdom: dispatches events that count as trusted, and performs the default actions that jsdom lacks. jsdom
 * itself clicks and toggles the boxes of labels; it types nothing and moves no focus.
 */

import { vi } from "vitest";
import { type EarlyEvents, type EarlyWindow, recordEarlyEvents } from "../../src/first_paint/early";

const trusted = new WeakSet<Event>();

/** jsdom cannot create trusted events: listeners on the window get a proxy whose `isTrusted` is true. */
function asTrusted(event: Event): Event {
  const get = (target: Event, name: string): unknown => {
    if (name === "isTrusted") return trusted.has(target) || target.isTrusted;
    const value: unknown = Reflect.get(target, name, target);
    return typeof value === "function" && name !== "constructor" ? value.bind(target) : value;
  };
  return new Proxy(event, { get: get as ProxyHandler<Event>["get"] } as ProxyHandler<Event>);
}

/** Records events as the first script of a page does; `stop` removes its listeners. */
export function recordEarly(): { early: EarlyEvents; stop: () => void } {
  const added: [string, (event: Event) => void][] = [];
  const add = window.addEventListener.bind(window);
  const spy = vi.spyOn(window, "addEventListener").mockImplementation((kind, listener) => {
    const shown = (event: Event): void => (listener as (event: Event) => void)(asTrusted(event));
    added.push([kind, shown]);
    add(kind, shown, true);
  });
  recordEarlyEvents();
  spy.mockRestore();
  const early = (window as EarlyWindow).__pyrt_early__ as EarlyEvents;
  return { early, stop: () => added.forEach(([kind, shown]) => void window.removeEventListener(kind, shown, true)) };
}

/** Returns false if its default is prevented. */
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

/** Returns false if its default is prevented. */
export function click(target: Element, init: MouseEventInit = {}): boolean {
  press(target, init);
  return release(target, init);
}

/** Types one key at the end of a field. */
export function type(field: HTMLInputElement, key: string): void {
  fire(field, new KeyboardEvent("keydown", { ...common, key }));
  write(field, field.value + key);
  fire(field, new InputEvent("input", { bubbles: true, data: key }));
  fire(field, new KeyboardEvent("keyup", { ...common, key }));
}

/** Sets the value like a browser or a controlled component: without an event. */
export function write(field: HTMLInputElement | HTMLSelectElement, value: string): void {
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set?.call(field, value);
}

export function choose(field: HTMLSelectElement, value: string): void {
  write(field, value);
  fire(field, new Event("input", { bubbles: true }));
  fire(field, new Event("change", { bubbles: true }));
}
