/**
 * The still: the rehearsed page as plain HTML, in the page's own file, for the very first frame. React draws the real
 * thing out of sight, of the same width; when that stands as the still does, or as soon as somebody touches the still,
 * it takes its place within one frame. What was clicked and typed until then is done again on the same elements.
 *
 *     body   div#react-entry-point  (out of sight)      <- React
 *            div#react-entry-point[data-pyrt-still]     <- the file; listens, and goes
 */

import type { EarlyWindow } from "./early";

/** Nothing may have changed for so long, in ms, before what is drawn counts as finished; or so often it was asked. */
const calmMs = 50;
/** A button that is held for longer was released elsewhere. */
const longestPressMs = 2000;
/** How long the still stays when somebody has touched it, in ms: a click takes a while. */
const touchedMs = 100;
const patience = 100;

type Field = HTMLInputElement | HTMLTextAreaElement;

interface Address {
  readonly id: string;
  readonly way: readonly number[];
}

/** Something to be done to the element that stands for one of the still. */
interface Act {
  readonly address: Address;
  act(target: HTMLElement): void;
}

/** A part of the still for which there is nothing yet, and the element that is there. */
interface Gap {
  readonly part: Element;
  readonly place: HTMLElement;
}

export class Still {
  readonly #element: HTMLElement;
  readonly #entry: HTMLElement;
  readonly #early: EarlyWindow["__pyrt_early__"];
  readonly #covers: { readonly place: HTMLElement; readonly cover: HTMLElement; readonly rect: DOMRect }[] = [];
  #isTouched = false;
  #isDrawn = false;
  #isGone = false;

  private constructor(element: HTMLElement, entry: HTMLElement) {
    this.#element = element;
    this.#entry = entry;
    const { left, top, width } = element.getBoundingClientRect();
    Object.assign(entry.style, {
      position: "absolute",
      visibility: "hidden",
      left: `${left + scrollX}px`,
      top: `${top + scrollY}px`,
      width: `${width}px`,
    });
    this.#early = (window as EarlyWindow).__pyrt_early__;
    if (this.#early?.events.length) this.#isTouched = true;
    if (this.#early) this.#early.notify = () => this.#onTouch();
  }

  /** The still of this page, if it has one. */
  static find(entry: HTMLElement): Still | undefined {
    const element = document.querySelector<HTMLElement>("[data-pyrt-still]");
    return element ? new Still(element, entry) : undefined;
  }

  /** React has drawn. `finished`: what comes late has come, as far as it is known. */
  async drawn(finished: Promise<unknown>): Promise<void> {
    this.#isDrawn = true;
    if (this.#isTouched) this.#leaveSoon();
    await finished;
    await calm(this.#entry);
    this.leave();
    while (!this.#isGone) await pause();
    this.#clear();
  }

  /** Gives its place to what React has drawn; over what that still lacks, its own stays to be seen. */
  leave(): void {
    if (this.#isGone) return;
    if (this.#isPressed) {
      setTimeout(() => this.leave(), calmMs);
      return;
    }
    this.#isGone = true;
    const again = this.#list();
    const { activeElement } = document;
    const focused = this.#element.contains(activeElement) ? (activeElement as HTMLElement) : undefined;
    // First, because the next key may be on its way.
    if (focused) again.unshift(this.#makeAct(focused, (target) => target.focus({ preventScroll: true })));
    for (const gap of findGaps(this.#element, this.#entry)) this.#cover(gap);
    this.#entry.removeAttribute("style");
    this.#element.remove();
    for (const { place, rect } of this.#covers) Object.assign(place.style, { minHeight: `${rect.height}px` });
    void this.#doAll(again);
  }

  /** One after the other, as it was: each in a task of its own, so that Python hears of each by itself. */
  async #doAll(acts: readonly Act[]): Promise<void> {
    for (const { address, act } of acts) {
      const found = this.#follow(address) ?? (await this.#wait(address));
      if (found) act(found);
      await pause(0);
    }
  }

  /** Shows a part of the still over the place that stays empty for a while. */
  #cover({ part, place }: Gap): void {
    const rect = part.getBoundingClientRect();
    if (rect.height === 0) return;
    const cover = document.createElement("div");
    const { font, color } = getComputedStyle(part);
    Object.assign(cover.style, {
      position: "absolute",
      left: `${rect.left + scrollX}px`,
      top: `${rect.top + scrollY}px`,
      width: `${rect.width}px`,
      height: `${rect.height}px`,
      pointerEvents: "none",
      font,
      color,
    });
    cover.append(part);
    document.body.append(cover);
    this.#covers.push({ place, cover, rect });
  }

  #clear(): void {
    for (const { place, cover } of this.#covers) {
      place.style.minHeight = "";
      cover.remove();
    }
    for (const style of document.querySelectorAll('[data-pyrt="still"]')) style.remove();
  }

  #onTouch(): void {
    this.#isTouched = true;
    if (this.#isDrawn) this.#leaveSoon();
  }

  /** A click that has begun on the still is to end there. */
  get #isPressed(): boolean {
    const last = this.#early?.events.findLast(({ type }) => type === "mousedown" || type === "mouseup");
    return last?.type === "mousedown" && performance.now() - last.timeStamp < longestPressMs;
  }

  /** What was touched is to be there to answer. */
  #leaveSoon(): void {
    setTimeout(() => {
      if (this.#isGone) return;
      const targets = [document.activeElement, ...(this.#early?.events ?? []).map(({ target }) => target)];
      const touched = targets.filter(
        (target): target is Element => target instanceof Element && this.#element.contains(target),
      );
      if (touched.every((target) => this.#follow(this.#addressOf(target)))) this.leave();
      else this.#leaveSoon();
    }, touchedMs);
  }

  /** What was done, in order. Text goes into fields by itself, and is found there after its last key. */
  #list(): Act[] {
    const events = this.#early?.events ?? [];
    const typed = new Map(this.#findTyped());
    const isLast = (event: Event, index: number): boolean =>
      !events.slice(index + 1).some(({ type, target }) => type === event.type && target === event.target);
    const acts = events.flatMap((event, index) => {
      const text = event.type === "keyup" && isLast(event, index) ? typed.get(event.target as Field) : undefined;
      if (text) typed.delete(event.target as Field);
      return [...(text ? [text] : []), ...this.#repeat(event, events[index - 1])];
    });
    return [...acts, ...typed.values()];
  }

  #repeat(event: Event, before: Event | undefined): Act[] {
    const target = event.target as Element;
    if (event instanceof KeyboardEvent) {
      if (isText(target) && event.key !== "Enter") return [];
      return [this.#makeAct(target, (found) => found.dispatchEvent(new KeyboardEvent(event.type, event)))];
    }
    if (!(event instanceof MouseEvent) || isByLabel(event, before)) return [];
    // What is under the pointer counts for figures: they ask where it was last.
    const kinds = event.type === "mousedown" ? ["mouseover", "mousemove", "mousedown"] : [event.type];
    return kinds.map((kind) => this.#makeAct(target, (found) => found.dispatchEvent(repeated(kind, event))));
  }

  #findTyped(): [Field, Act][] {
    const fields = [...this.#element.querySelectorAll<Field>("input, textarea")];
    return fields
      .filter((field) => isText(field) && field.value !== field.defaultValue)
      .map((field) => [field, this.#makeAct(field, (found) => type(found as Field, field.value))]);
  }

  #makeAct(target: Element, act: Act["act"]): Act {
    return { address: this.#addressOf(target), act };
  }

  /** From the next element with an id down to this one: places among the children. */
  #addressOf(element: Element): Address {
    const way: number[] = [];
    let at: Element = element;
    while (at !== this.#element && !at.id && at.parentElement) {
      way.unshift(Array.prototype.indexOf.call(at.parentElement.children, at));
      at = at.parentElement;
    }
    return { id: at === this.#element ? "" : at.id, way };
  }

  /** Code of components may still be on its way. */
  async #wait(address: Address): Promise<HTMLElement | undefined> {
    for (let attempt = 0; attempt < patience; attempt++) {
      await pause();
      const found = this.#follow(address);
      if (found) return found;
    }
    return undefined;
  }

  /** React's element at an address of the still. */
  #follow({ id, way }: Address): HTMLElement | undefined {
    let at: Element | null | undefined = id ? this.#entry.querySelector(`#${CSS.escape(id)}`) : this.#entry;
    for (const index of way) at = at?.children[index];
    return (at as HTMLElement | null) ?? undefined;
  }
}

function repeated(kind: string, event: MouseEvent): Event {
  return event instanceof PointerEvent && kind === event.type
    ? new PointerEvent(kind, event)
    : new MouseEvent(kind, event);
}

/** A click on a label is followed by one on its field, now as then. */
function isByLabel({ type, target }: Event, before: Event | undefined): boolean {
  const label = before?.type === "click" && before.target instanceof Element ? before.target.closest("label") : null;
  return type === "click" && label !== null && label.control === target && before?.target !== target;
}

function isText(element: Element): element is Field {
  if (element instanceof HTMLTextAreaElement) return true;
  return element instanceof HTMLInputElement && !/checkbox|radio|button|submit|range|file/.test(element.type);
}

/** Where the two trees part. */
function findGaps(part: Element, place: Element): Gap[] {
  if (part.childElementCount === place.childElementCount) {
    return [...part.children].flatMap((child, index) => findGaps(child, place.children[index] as Element));
  }
  return place instanceof HTMLElement ? [{ part, place }] : [];
}

/** As a person would: React listens to the setter of the value. */
function type(field: Field, value: string): void {
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set?.call(field, value);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function pause(timeMs = calmMs): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, timeMs));
}

/** Until nothing changes any more: figures draw themselves in steps. */
async function calm(element: HTMLElement): Promise<void> {
  let isChanged = true;
  const observer = new MutationObserver(() => {
    isChanged = true;
  });
  observer.observe(element, { subtree: true, childList: true, attributes: true });
  for (let asked = 0; isChanged && asked < patience; asked++) {
    isChanged = false;
    await pause();
  }
  observer.disconnect();
}
