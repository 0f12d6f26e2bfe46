/**
 * Does again what a visitor did before React could hear it: in order, each act in a task of its own, so that Python
 * hears of each by itself, as on a page that is ready. What is done meanwhile waits behind it in the same queue.
 *
 *     events    pointerdown .. click | keydown input "12" | click | keydown input "123"      <- early.ts
 *              ^ next                            field: "1" in Python's eyes, "123" in the visitor's
 *
 * Typing, focus and selection stay the browser's own. So a field shows its newest text, and during each act it has the
 * text of that moment. Knows nothing of stills.
 */

import type { EarlyEvent, EarlyEvents } from "./early";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** A field that somebody types into. */
interface FieldText {
  /** As far as it is done again. */
  now: string;
  newest: string;
  /** How many changes of it are still to be done. */
  pending: number;
}

/** What has no text that anybody types or chooses. */
const typesWithoutText = /^(button|checkbox|color|file|hidden|image|radio|reset|submit|select-multiple)$/;
const compositionPollMs = 50;

export class EventReplay {
  readonly #early: EarlyEvents;
  readonly #find: (target: Element) => Promise<Element | undefined>;
  readonly #fieldTexts = new Map<Field, FieldText>();
  readonly #replaced = new Set<Element>();
  #focused: Element | null = null;
  #composed: Element | undefined;
  #isDispatching = false;

  /** `find` gives the element that a recorded is to be done to; without one, it is dropped. */
  constructor(early: EarlyEvents, find: (target: Element) => Promise<Element | undefined>) {
    this.#early = early;
    this.#find = find;
  }

  /** From here on, whatever is done waits. */
  blockEvents(): void {
    dropDuplicateClicks(this.#early.events);
    this.#focused = document.activeElement;
    this.#early.isBlocking = true;
    this.#early.notify = (recorded) => this.#block(recorded);
  }

  /** What this brings about is nobody's recorded: a focus that comes and goes with elements. */
  ignoreEvents(change: () => void): void {
    const { events } = this.#early;
    const count = events.length;
    change();
    events.length = count;
  }

  /** `target` takes the place of an element: whoever is there goes on typing in this one. */
  replace(old: Element, target: Element): void {
    this.#replaced.add(old);
    const { activeElement, body } = document;
    const hasFocus = old === this.#focused && (activeElement === old || activeElement === body);
    if (hasFocus) this.ignoreEvents(() => (target as HTMLElement).focus({ preventScroll: true }));
    if (!isField(old) || !isField(target)) return;
    const pending = this.#early.events.filter(({ event }) => event.type === "input" && event.target === old).length;
    if (pending > 0) this.#fieldTexts.set(target, { now: target.value, newest: old.value, pending });
    showText(target, pending > 0 ? old.value : target.value, caretOf(old));
  }

  /** Resolves when all is done; then the page is React's alone. */
  async run(): Promise<void> {
    const { events } = this.#early;
    for (let recorded = events[0]; recorded; recorded = events[0]) {
      const old = targetOf(recorded.event);
      const target = await this.#find(old);
      if (target && target !== old && !this.#replaced.has(old)) this.replace(old, target);
      while (this.#isComposing) await new Promise((resolve) => setTimeout(resolve, compositionPollMs));
      events.shift();
      if (target) this.#replayOne(recorded, target);
      await nextTask();
    }
    this.#early.isBlocking = false;
    this.#early.notify = () => {};
  }

  /** Whether somebody makes a word of several keys: setting the text of a field would break it off. */
  get #isComposing(): boolean {
    return this.#composed !== undefined && this.#composed === document.activeElement;
  }

  /** The click that a label makes is the next act: the first has been drawn by then. */
  #dispatch(copies: readonly Event[], target: Element): void {
    const { events } = this.#early;
    const count = events.length;
    const box = target.closest("label")?.control;
    const later = (event: Event): void => {
      if (event.target !== box || box === target) return;
      event.stopImmediatePropagation();
      event.preventDefault();
      events.push({ event, text: undefined });
    };
    // Browsers do not agree on whether it is trusted, and early.ts writes down only what is.
    addEventListener("click", later, true);
    this.#isDispatching = true;
    for (const each of copies) target.dispatchEvent(each);
    this.#isDispatching = false;
    removeEventListener("click", later, true);
    events.unshift(...events.splice(count));
  }

  /** Without its default, where doing it again has the same effect: links, boxes, labels. */
  #block({ event }: EarlyEvent): void {
    const target = event.target as Element;
    if (this.#isDispatching && event.type !== "click") {
      this.#early.events.pop(); // A part of what is done again: a box that says so, a focus that is given on.
      return;
    }
    event.stopImmediatePropagation();
    if (event.type === "click" && !isField(target)) event.preventDefault();
    if (event.type.startsWith("composition")) this.#composed = event.type === "compositionstart" ? target : undefined;
    if (isField(target)) this.#trackField(target, event.type);
  }

  #trackField(field: Field, kind: string): void {
    const text = this.#fieldTexts.get(field) ?? { now: field.value, newest: field.value, pending: 0 };
    this.#fieldTexts.set(field, text);
    if (kind === "input") {
      text.newest = field.value;
      text.pending += 1;
    } else if (text.pending > 0 && !this.#isComposing && field.value !== text.newest) {
      showText(field, text.newest); // A callback has drawn an older one, and the next key goes there.
    }
  }

  #replayOne({ event, text }: EarlyEvent, target: Element): void {
    const typing = [...this.#fieldTexts].filter(([, { pending }]) => pending > 0);
    const carets = typing.map(([field]) => caretOf(field));
    for (const [field, { now }] of typing) setValue(field, now);
    if (event.type === "input" && isField(target)) {
      setValue(target, text ?? "");
      const own = this.#fieldTexts.get(target);
      if (own) own.pending -= 1;
    }
    this.#dispatch(eventsToDispatch(event, target), target);
    for (const [index, [field, each]] of typing.entries()) {
      each.now = field.value;
      if (each.pending > 0) showText(field, each.newest, carets[index]);
    }
  }
}

/** Where it was done. What was done before may have brought a focus where there was none. */
function targetOf(event: Event): Element {
  const { activeElement, body } = document;
  return event instanceof KeyboardEvent && event.target === body ? (activeElement ?? body) : (event.target as Element);
}

/** The events that do it again. */
function eventsToDispatch(event: Event, target: Element): Event[] {
  const { type } = event;
  // A box says so by itself when it is clicked.
  const reportsItself = target instanceof HTMLInputElement && /^(checkbox|radio)$/.test(target.type);
  if (reportsItself && (type === "input" || type === "change")) return [];
  // What is under the pointer counts for figures: they ask where it was last.
  const kinds = type === "mousedown" ? ["mouseover", "mousemove", type] : [type];
  return kinds.map((kind) => copy(event, kind));
}

function copy(event: Event, kind = event.type): Event {
  const Kind = event.constructor as new (type: string, init: Event) => Event;
  return new Kind(kind, event);
}

/** A click on a label was followed by one on its field, and will be again. */
function dropDuplicateClicks(events: EarlyEvent[]): void {
  let label: HTMLLabelElement | null = null;
  const kept = events.filter(({ event: { type, target } }) => {
    if (type.startsWith("focus")) return true;
    // By its id, because by now there are two of that id.
    const isItsOwn = label !== null && (label.control === target || label.htmlFor === (target as Element).id);
    const isDouble = type === "click" && isItsOwn;
    label = type === "click" && !isDouble ? (target as Element).closest("label") : null;
    return !isDouble;
  });
  events.splice(0, events.length, ...kept);
}

function isField(element: Element): element is Field {
  if (element instanceof HTMLTextAreaElement) return true;
  const isOne = element instanceof HTMLInputElement || element instanceof HTMLSelectElement;
  return isOne && !typesWithoutText.test(element.type);
}

/** React listens to the setter of the element itself, and is to notice with the event only. */
function setValue(field: Field, value: string): void {
  if (field.value === value) return;
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set?.call(field, value);
}

type Caret = readonly [start: number, end: number] | undefined;

/** Undefined where nobody may ask: numbers, dates. */
function caretOf(field: Field): Caret {
  if (field instanceof HTMLSelectElement) return undefined;
  const { selectionStart, selectionEnd } = field;
  return selectionStart === null || selectionEnd === null ? undefined : [selectionStart, selectionEnd];
}

function showText(field: Field, text: string, caret?: Caret): void {
  setValue(field, text);
  const hasFocus = document.activeElement === field && !(field instanceof HTMLSelectElement);
  if (caret && hasFocus && caretOf(field)) field.setSelectionRange(...caret);
}

/** Sooner than a time-out, and later than everything that has happened. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
