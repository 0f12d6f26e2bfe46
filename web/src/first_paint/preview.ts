/**
 * The preview: the rehearsed page as plain HTML in the page's own file, for the first frame. React draws the app
 * invisibly at the same width. When its tree is complete, or soon after the first user input, it replaces the preview
 * within one frame. Recorded events are then replayed on React's elements.
 *
 *     body   div#react-entry-point  (invisible)          <- React
 *            div#react-entry-point[data-pyrt-preview]    <- in the file; records events; removed
 */

import { isIdleOnPhone } from "./composition";
import type { EarlyEvents, EarlyWindow } from "./early";
import { ElementMatcher } from "./element_matching";
import { EventReplay } from "./event_replay";

/**
 * Interval between polls, in milliseconds. The tree counts as complete when nothing has changed for one interval, or
 * after `maxPolls`.
 */
const pollMs = 50;
/**
 * After so many polls a pressed button counts as released elsewhere, and a lifted finger as no tap: browsers make the
 * click of a tap up to 350 ms later. Polls, not time: behind a long task of React, releases and clicks still wait.
 */
const maxPressPolls = 40;
const maxTapPolls = 8;
/** Time between the first user input and the removal, in milliseconds: long enough for a whole click. */
const removalDelayMs = 100;
const maxPolls = 100;
/** So often the user's first input waits for what is partly drawn: 3 s. */
const maxPartPolls = 30;
/** After so many polls the preview is removed although React has not drawn all of it. */
const maxMissingPolls = 10;

/** An element of the preview with children that React has not drawn yet, and its counterpart. */
interface MissingRegion {
  readonly part: Element;
  readonly container: HTMLElement;
  /** Of the container when the region was found. */
  readonly childCount: number;
}

/** A part of the preview, shown over the container in which React has not drawn it yet. */
interface Overlay extends MissingRegion {
  readonly overlay: HTMLElement;
  readonly rect: DOMRect;
}

export class Preview {
  readonly #element: HTMLElement;
  readonly #entry: HTMLElement;
  readonly #matcher: ElementMatcher;
  readonly #early: EarlyEvents;
  readonly #overlays: Overlay[] = [];
  /** The press that is waited for, and for how many polls. */
  #polled: Event | undefined;
  #gesturePolls = 0;
  #partPolls = 0;
  #gestureTimer: ReturnType<typeof setTimeout> | undefined;
  #hasUserInput = false;
  #isDrawn = false;
  #isRemovalScheduled = false;
  #isRemoved = false;

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
    this.#matcher = new ElementMatcher(element, entry);
    this.#early = (window as EarlyWindow).__pyrt_early__ ?? { events: [] };
    if (this.#early.events.length > 0) this.#hasUserInput = true;
    this.#early.notify = ({ event }) => {
      if (event.type === "click") this.#redirectLabelClick(event);
      this.#onUserInput();
    };
  }

  /** The preview of this page, if it has one. Without one, nothing is recorded any more. */
  static find(entry: HTMLElement): Preview | undefined {
    const element = document.querySelector<HTMLElement>("[data-pyrt-preview]");
    if (element) return new Preview(element, entry);
    const early = (window as EarlyWindow).__pyrt_early__;
    if (early) Object.assign(early, { isBlocking: false, events: [] });
    return undefined;
  }

  /** Call this when React has drawn. `finished` resolves when all known lazy code has loaded. */
  async drawn(finished: Promise<unknown>): Promise<void> {
    this.#isDrawn = true;
    if (this.#hasUserInput) this.#scheduleRemoval();
    await finished;
    await domIdle(this.#entry);
    await this.#regionsDrawn(findMissingRegions(this.#element, this.#entry), maxMissingPolls, () => this.#isRemoved);
    this.remove();
    while (!this.#isRemoved) await delay();
    await this.#regionsDrawn(this.#overlays, maxPolls);
    this.#removeOverlays();
  }

  /** Removes the preview and shows React's tree. Regions that it lacks stay as overlays. */
  remove(): void {
    if (this.#isRemoved) return;
    if (this.#isMidGesture) {
      this.#pollGesture();
      return;
    }
    this.#isRemoved = true;
    this.#endComposition();
    const used = this.#usedElements;
    for (const element of used) this.#matcher.remember(element);
    const replay = new EventReplay(this.#early, async (target) => {
      if (used.has(target)) return this.#matcher.waitFor(target);
      return target.isConnected ? target : undefined;
    });
    replay.blockEvents();
    replay.ignoreEvents(() => {
      this.#revealEntry(used, replay);
    });
    void replay.run();
  }

  /** The browser ends a composition without an event when its field is removed; components wait for one. */
  #endComposition(): void {
    const word = this.#last(/^composition/);
    if (word?.type !== "compositionstart" || word.target !== document.activeElement) return;
    const field = word.target as HTMLInputElement;
    const event = new CompositionEvent("compositionend", { bubbles: true });
    field.dispatchEvent(event); // gives the event its target
    this.#early.events.push({ event, text: field.value });
  }

  #revealEntry(used: ReadonlySet<Element>, replay: EventReplay): void {
    for (const region of findMissingRegions(this.#element, this.#entry)) this.#overlay(region);
    // Elements with a transition on all properties would appear one frame late, and could not take the focus before.
    this.#entry.classList.add("pyrt-arriving");
    this.#entry.removeAttribute("style");
    for (const element of used) {
      const counterpart = this.#matcher.counterpartOf(element);
      if (counterpart) replay.replace(element, counterpart);
    }
    this.#element.remove();
    for (const { container, rect } of this.#overlays) Object.assign(container.style, { minHeight: `${rect.height}px` });
    this.#entry.getBoundingClientRect(); // forces style computation
    this.#entry.classList.remove("pyrt-arriving");
  }

  /** Shows a part of the preview over the container that is still empty. */
  #overlay(region: MissingRegion): void {
    const { part } = region;
    const rect = part.getBoundingClientRect();
    if (rect.height === 0) return;
    const overlay = document.createElement("div");
    const { font, color } = getComputedStyle(part);
    Object.assign(overlay.style, {
      position: "absolute",
      left: `${rect.left + scrollX}px`,
      top: `${rect.top + scrollY}px`,
      width: `${rect.width}px`,
      height: `${rect.height}px`,
      pointerEvents: "none",
      font,
      color,
    });
    overlay.append(part);
    document.body.append(overlay);
    this.#overlays.push({ ...region, overlay, rect });
  }

  /**
   * Resolves when React has drawn the regions, after so many polls, or when `isStopped`. On a slow processor a figure
   * comes later than one quiet interval; without its height everything below would jump up, and a click would miss.
   */
  async #regionsDrawn(regions: readonly MissingRegion[], limit: number, isStopped = () => false): Promise<void> {
    const isEmpty = ({ container, childCount }: MissingRegion): boolean =>
      container.isConnected && container.childElementCount === childCount;
    if (regions.length === 0) return;
    for (let polls = 0; regions.some(isEmpty) && polls < limit && !isStopped(); polls++) await delay();
    await domIdle(this.#entry);
  }

  #removeOverlays(): void {
    for (const { container, overlay } of this.#overlays) {
      container.style.minHeight = "";
      overlay.remove();
    }
    for (const style of document.querySelectorAll('[data-pyrt="preview"]')) style.remove();
  }

  /** A label with `for` would click the first element with that id, which is React's. The preview's own is clicked. */
  #redirectLabelClick(event: Event): void {
    const label = (event.target as Element).closest("label");
    if (!label?.control || this.#element.contains(label.control)) return;
    event.preventDefault();
    this.#element.querySelector<HTMLElement>(`#${CSS.escape(label.htmlFor)}`)?.click();
  }

  #onUserInput(): void {
    this.#hasUserInput = true;
    if (this.#isDrawn) this.#scheduleRemoval();
  }

  /** Whether a press, a tap or a composition in the preview is still in progress. */
  get #isMidGesture(): boolean {
    return this.#isPressed || this.#isComposing;
  }

  get #isPressed(): boolean {
    const last = this.#lastPress;
    if (!last) return false;
    const polls = last === this.#polled ? this.#gesturePolls : 0;
    if (last.type.endsWith("down")) return polls < maxPressPolls;
    return last.type === "pointerup" && (last as PointerEvent).pointerType === "touch" && polls < maxTapPolls;
  }

  get #lastPress(): Event | undefined {
    return this.#last(/^(pointer(down|up|cancel)|mouse(down|up)|click)$/);
  }

  /** Tries again to remove the preview after one interval, and counts the intervals since the last press. */
  #pollGesture(): void {
    this.#gestureTimer ??= setTimeout(() => {
      this.#gestureTimer = undefined;
      const press = this.#lastPress;
      this.#gesturePolls = press === this.#polled ? this.#gesturePolls + 1 : 1;
      this.#polled = press;
      this.remove();
    }, pollMs);
  }

  /** The keyboards of phones compose a word until the user goes on to the next one. */
  get #isComposing(): boolean {
    const word = this.#last(/^composition/);
    if (word?.type !== "compositionstart" || word.target !== document.activeElement) return false;
    return !isIdleOnPhone(this.#last(/^(composition|input|key)/));
  }

  #last(kinds: RegExp): Event | undefined {
    return this.#early.events.findLast(({ event }) => kinds.test(event.type))?.event;
  }

  /** The elements of the preview that the user has acted on. */
  get #usedElements(): Set<Element> {
    const targets = [document.activeElement, ...this.#early.events.map(({ event }) => event.target)];
    return new Set(targets.filter((each): each is Element => each instanceof Element && this.#element.contains(each)));
  }

  /**
   * Whether React has drawn only some of the children of an element. An overlay would show them where they are not, and
   * clicks would miss them. After some polls this counts no more: the code of the others may not come.
   */
  get #isPartlyDrawn(): boolean {
    if (this.#partPolls >= maxPartPolls) return false;
    this.#partPolls += 1;
    return findMissingRegions(this.#element, this.#entry).some(({ childCount }) => childCount > 0);
  }

  /** Removes the preview as soon as all elements that the user has acted on have counterparts. */
  #scheduleRemoval(): void {
    if (this.#isRemovalScheduled) return;
    this.#isRemovalScheduled = true;
    setTimeout(() => {
      this.#isRemovalScheduled = false;
      if (this.#isRemoved) return;
      const isThere = [...this.#usedElements].every((target) => this.#matcher.counterpartOf(target));
      if (isThere && !this.#isPartlyDrawn) this.remove();
      else this.#scheduleRemoval();
    }, removalDelayMs);
  }
}

/** The regions where React's tree lacks elements of the preview. */
function findMissingRegions(part: Element, container: Element): MissingRegion[] {
  const pairs = pairChildren(part, container);
  if (pairs) return pairs.flatMap(([child, other]) => findMissingRegions(child, other));
  if (hasSameContent(part, container)) return [];
  if (!(container instanceof HTMLElement)) return [];
  return [{ part, container, childCount: container.childElementCount }];
}

/** Where an app puts a block into a paragraph, the parser ends the paragraph before it, and React does not. */
function hasSameContent(part: Element, container: Element): boolean {
  const count = (element: Element): number => element.querySelectorAll(":not(p)").length;
  return part.textContent === container.textContent && count(part) === count(container);
}

/** Pairs the children of both elements; undefined if one is missing. The container may have more. */
function pairChildren(part: Element, container: Element): [Element, Element][] | undefined {
  const [children, others] = [[...part.children], [...container.children]];
  if (children.length === others.length) return children.map((child, index) => [child, others[index] as Element]);
  const pairs: [Element, Element][] = [];
  for (const child of children) {
    const index = others.findIndex(({ id, tagName }) => id === child.id && tagName === child.tagName);
    if (index < 0) return undefined;
    pairs.push([child, others[index] as Element]);
    others.splice(0, index + 1);
  }
  return pairs;
}

function delay(timeMs = pollMs): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, timeMs));
}

/** Resolves when nothing has changed for one interval: figures are drawn in steps. */
async function domIdle(element: HTMLElement): Promise<void> {
  let isChanged = true;
  const observer = new MutationObserver(() => {
    isChanged = true;
  });
  observer.observe(element, { subtree: true, childList: true, attributes: true });
  for (let polls = 0; isChanged && polls < maxPolls; polls++) {
    isChanged = false;
    await delay();
  }
  observer.disconnect();
}
