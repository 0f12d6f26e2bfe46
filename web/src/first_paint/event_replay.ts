/**
 * Dispatches recorded events again, in order, once React has drawn the page. Each event is dispatched in a
 * separate task, so Python receives its effects separately, as in a page that is ready. Events that arrive during the
 * replay are recorded behind the others.
 *
 *     events   pointerdown .. click | keydown input "12" | click | keydown input "123"      <- early.ts
 *              ^ next                         replayed value "1", value that the user sees "123"
 *
 * Typing, focus and selection are left to the browser. A field therefore shows its newest text; while an event is
 * dispatched it has the text of that event. Does not depend on previews.
 *
 * A tap is replayed as the pointer and mouse events that the browser makes of it. Touch events are only blocked
 * meanwhile: components that answer both would answer twice.
 */

import { isIdleOnPhone } from "./composition";
import type { EarlyEvent, EarlyEvents } from "./early";
import { PointerCapture } from "./pointer_capture";

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** The text of a field that the user edits. */
interface FieldText {
  /** The text after the events replayed so far. */
  replayed: string;
  newest: string;
  /** Number of input events that are not replayed yet. */
  pending: number;
}

/** Types of fields whose value is not text. */
const typesWithoutText = /^(button|checkbox|color|file|hidden|image|radio|reset|submit|select-multiple)$/;
const compositionPollMs = 50;
const touchKinds = ["touchstart", "touchmove", "touchend", "touchcancel"];

export class EventReplay {
  readonly #early: EarlyEvents;
  readonly #find: (target: Element) => Promise<Element | undefined>;
  readonly #fieldTexts = new Map<Field, FieldText>();
  /** Element of the preview -> the one that has replaced it. */
  readonly #replacedBy = new Map<EventTarget | null, Element>();
  readonly #capture = new PointerCapture();
  #focused: Element | null = null;
  #composed: Element | undefined;
  #lastInput: Event | undefined;
  #isDispatching = false;

  /** `find` returns the element to dispatch a recorded event to. Without one, the event is dropped. */
  constructor(early: EarlyEvents, find: (target: Element) => Promise<Element | undefined>) {
    this.#early = early;
    this.#find = find;
  }

  /** From now on, all events are recorded and blocked. */
  blockEvents(): void {
    dropDuplicateClicks(this.#early.events);
    this.#focused = document.activeElement;
    this.#early.isBlocking = true;
    this.#early.notify = (recorded) => this.#block(recorded);
    for (const kind of touchKinds) addEventListener(kind, stopEvent, { capture: true, passive: true });
  }

  /** Runs `change` and drops the events it causes, such as focus changes when elements are replaced. */
  ignoreEvents(change: () => void): void {
    const { events } = this.#early;
    const count = events.length;
    change();
    events.length = count;
  }

  /** `target` replaces `old`: it takes over the focus, the text and the caret. */
  replace(old: Element, target: Element): void {
    this.#replacedBy.set(old, target);
    const { activeElement, body } = document;
    const hasFocus = old === this.#focused && (activeElement === old || activeElement === body);
    if (hasFocus) this.ignoreEvents(() => (target as HTMLElement).focus({ preventScroll: true }));
    if (!isField(old) || !isField(target)) return;
    const pending = this.#early.events.filter(({ event }) => event.type === "input" && event.target === old).length;
    if (pending > 0) this.#fieldTexts.set(target, { replayed: target.value, newest: old.value, pending });
    showText(target, pending > 0 ? old.value : target.value, caretOf(old));
  }

  /** Resolves when all events are replayed. From then on events are no longer blocked. */
  async run(): Promise<void> {
    const { events } = this.#early;
    for (let recorded = events[0]; recorded; recorded = events[0]) {
      const old = targetOf(recorded.event);
      const target = await this.#find(old);
      if (target && target !== old && !this.#replacedBy.has(old)) this.replace(old, target);
      while (this.#isComposing) await new Promise((resolve) => setTimeout(resolve, compositionPollMs));
      events.shift();
      if (target) this.#replayOne(recorded, this.#capture.targetOf(recorded.event, target));
      await nextTask();
    }
    this.#capture.finish();
    for (const kind of touchKinds) removeEventListener(kind, stopEvent, { capture: true });
    this.#early.isBlocking = false;
    this.#early.notify = () => {};
  }

  /** Whether an input method is composing text; setting the field's value would interrupt it. */
  get #isComposing(): boolean {
    if (this.#composed === undefined || this.#composed !== document.activeElement) return false;
    return !isIdleOnPhone(this.#lastInput);
  }

  /**
   * A click on a label makes the browser click its field. That second click is replayed as the next event, after the
   * first has been drawn.
   */
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
    // The browser would also move the focus to the field: keys that the user types meanwhile would miss theirs.
    const keepFocus = (event: Event): void => {
      if (event.defaultPrevented || !box || box === target) return;
      event.preventDefault();
      box.click();
    };
    const isUsed = this.#isUsedSince(document.activeElement);
    // Browsers differ in whether the second click is trusted, and early.ts records trusted events only.
    addEventListener("click", later, true);
    if (isUsed) addEventListener("click", keepFocus);
    this.#isDispatching = true;
    for (const each of copies) this.#capture.dispatch(each, target);
    this.#isDispatching = false;
    removeEventListener("click", keepFocus);
    removeEventListener("click", later, true);
    events.unshift(...events.splice(count));
  }

  /** Whether the user has gone on to this element, or has used it, after the event that is being replayed. */
  #isUsedSince(element: Element | null): boolean {
    return this.#early.events.some(
      ({ event }) => event.target === element || this.#replacedBy.get(event.target) === element,
    );
  }

  /** Blocks an event. Prevents the default where the replay has the same effect: links, boxes, labels. */
  #block({ event }: EarlyEvent): void {
    const target = event.target as Element;
    if (this.#isDispatching && event.type !== "click") {
      this.#early.events.pop(); // Caused by the replay: an input event of a box, a focus change.
      return;
    }
    event.stopImmediatePropagation();
    if (event.type === "click" && !isField(target)) event.preventDefault();
    if (event.type.startsWith("composition")) this.#composed = event.type === "compositionstart" ? target : undefined;
    if (isField(target)) {
      this.#lastInput = event;
      this.#trackField(target, event.type);
    }
  }

  #trackField(field: Field, kind: string): void {
    const text = this.#fieldTexts.get(field) ?? { replayed: field.value, newest: field.value, pending: 0 };
    this.#fieldTexts.set(field, text);
    if (kind === "input") {
      text.newest = field.value;
      text.pending += 1;
    } else if (text.pending > 0 && !this.#isComposing && field.value !== text.newest) {
      showText(field, text.newest); // A callback has set an older text; the next key must extend the newest.
    }
  }

  #replayOne({ event, text }: EarlyEvent, target: Element): void {
    const typing = [...this.#fieldTexts].filter(([, { pending }]) => pending > 0);
    const carets = typing.map(([field]) => caretOf(field));
    for (const [field, { replayed }] of typing) setValue(field, replayed);
    if (event.type === "input" && isField(target)) {
      setValue(target, text ?? "");
      const own = this.#fieldTexts.get(target);
      if (own) own.pending -= 1;
    }
    this.#dispatch(eventsToDispatch(event, target), target);
    for (const [index, [field, each]] of typing.entries()) {
      each.replayed = field.value;
      if (each.pending > 0) showText(field, each.newest, carets[index]);
    }
  }
}

/**
 * The element that an event goes to. Keys on the body go to what has the focus now: an earlier event may have moved
 * it.
 */
function targetOf(event: Event): Element {
  const { activeElement, body } = document;
  return event instanceof KeyboardEvent && event.target === body ? (activeElement ?? body) : (event.target as Element);
}

/** The events to dispatch for a recorded one. */
function eventsToDispatch(event: Event, target: Element): Event[] {
  const { type } = event;
  // A click on a box causes its input and change events.
  const reportsItself = target instanceof HTMLInputElement && /^(checkbox|radio)$/.test(target.type);
  if (reportsItself && (type === "input" || type === "change")) return [];
  // Figures take the pointer's position from the last move.
  const kinds = type === "mousedown" ? ["mouseover", "mousemove", type] : [type];
  return kinds.map((kind) => copy(event, kind));
}

function copy(event: Event, kind = event.type): Event {
  const Kind = event.constructor as new (type: string, init: Event) => Event;
  return new Kind(kind, event);
}

/** Drops the browser's click on a label's field: the replayed click on the label causes it again. */
function dropDuplicateClicks(events: EarlyEvent[]): void {
  let label: HTMLLabelElement | null = null;
  const kept = events.filter(({ event: { type, target } }) => {
    if (type.startsWith("focus")) return true;
    // Compared by id too: at this point two elements have that id.
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

/** Bypasses the setter that React has put on the element, so that React sees the change with the next event. */
function setValue(field: Field, value: string): void {
  if (field.value === value) return;
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set?.call(field, value);
}

type Caret = readonly [start: number, end: number] | undefined;

/** Undefined if the field has no selection: numbers, dates. */
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

function stopEvent(event: Event): void {
  event.stopImmediatePropagation();
}

/** Resolves in a new task: sooner than a timeout, after all pending microtasks. */
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
