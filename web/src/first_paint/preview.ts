/**
 * The still: the rehearsed page as plain HTML, in the page's own file, for the very first frame. React draws the real
 * thing out of sight, of the same width; when that stands as the still does, or as soon as somebody touches the still,
 * it takes its container within one frame. What was clicked and typed until then is done again on the same elements.
 *
 *     body   div#react-entry-point  (out of sight)      <- React
 *            div#react-entry-point[data-pyrt-preview]     <- the file; listens, and goes
 */

import type { EarlyEvents, EarlyWindow } from "./early";
import { ElementMatcher } from "./element_matching";
import { EventReplay } from "./event_replay";

/** Nothing may have changed for so long, in ms, before what is drawn counts as finished; or so often it was polls. */
const pollMs = 50;
/** A button that is held for longer was released elsewhere. */
const maxPressMs = 2000;
/** How long the still stays when somebody has used it, in ms: a click takes a while. */
const removalDelayMs = 100;
const maxPolls = 100;

/** A part of the still for which there is nothing yet, and the element that is there. */
interface MissingRegion {
  readonly part: Element;
  readonly container: HTMLElement;
}

export class Preview {
  readonly #element: HTMLElement;
  readonly #entry: HTMLElement;
  readonly #matcher: ElementMatcher;
  readonly #early: EarlyEvents;
  readonly #overlays: { readonly container: HTMLElement; readonly overlay: HTMLElement; readonly rect: DOMRect }[] = [];
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

  /** The still of this page, if it has one. */
  static find(entry: HTMLElement): Preview | undefined {
    const element = document.querySelector<HTMLElement>("[data-pyrt-preview]");
    return element ? new Preview(element, entry) : undefined;
  }

  /** React has drawn. `finished`: what comes late has come, as far as it is known. */
  async drawn(finished: Promise<unknown>): Promise<void> {
    this.#isDrawn = true;
    if (this.#hasUserInput) this.#scheduleRemoval();
    await finished;
    await domIdle(this.#entry);
    this.remove();
    while (!this.#isRemoved) await delay();
    this.#removeOverlays();
  }

  /** Gives its container to what React has drawn; over what that still lacks, its own stays to be seen. */
  remove(): void {
    if (this.#isRemoved) return;
    if (this.#isMidGesture) {
      setTimeout(() => this.remove(), pollMs);
      return;
    }
    this.#isRemoved = true;
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

  #revealEntry(used: ReadonlySet<Element>, replay: EventReplay): void {
    for (const region of findMissingRegions(this.#element, this.#entry)) this.#overlay(region);
    // What has a transition of all it has would come into sight with the next frame, and take no focus before.
    this.#entry.classList.add("pyrt-arriving");
    this.#entry.removeAttribute("style");
    for (const element of used) {
      const counterpart = this.#matcher.counterpartOf(element);
      if (counterpart) replay.replace(element, counterpart);
    }
    this.#element.remove();
    for (const { container, rect } of this.#overlays) Object.assign(container.style, { minHeight: `${rect.height}px` });
    this.#entry.getBoundingClientRect(); // Styles are computed now.
    this.#entry.classList.remove("pyrt-arriving");
  }

  /** Shows a part of the still over the container that stays empty for a while. */
  #overlay({ part, container }: MissingRegion): void {
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
    this.#overlays.push({ container, overlay, rect });
  }

  #removeOverlays(): void {
    for (const { container, overlay } of this.#overlays) {
      container.style.minHeight = "";
      overlay.remove();
    }
    for (const style of document.querySelectorAll('[data-pyrt="preview"]')) style.remove();
  }

  /** A label that names its box by id would tick the first of that id in the document: React's, out of its turn. */
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

  /** A click that has begun on the still is to end there, and so is a word that is composed of several keys. */
  get #isMidGesture(): boolean {
    const last = (kinds: RegExp): Event | undefined =>
      this.#early.events.findLast(({ event }) => kinds.test(event.type))?.event;
    const press = last(/^mouse(down|up)$/);
    const isButtonDown = press?.type === "mousedown" && performance.now() - press.timeStamp < maxPressMs;
    const word = last(/^composition/);
    return isButtonDown || (word?.type === "compositionstart" && word.target === document.activeElement);
  }

  /** The elements of the still that somebody has done something to. */
  get #usedElements(): Set<Element> {
    const targets = [document.activeElement, ...this.#early.events.map(({ event }) => event.target)];
    return new Set(targets.filter((each): each is Element => each instanceof Element && this.#element.contains(each)));
  }

  /** What was used is to be there to answer. */
  #scheduleRemoval(): void {
    if (this.#isRemovalScheduled) return;
    this.#isRemovalScheduled = true;
    setTimeout(() => {
      this.#isRemovalScheduled = false;
      if (this.#isRemoved) return;
      if ([...this.#usedElements].every((target) => this.#matcher.counterpartOf(target))) this.remove();
      else this.#scheduleRemoval();
    }, removalDelayMs);
  }
}

/** Where the two trees part. */
function findMissingRegions(part: Element, container: Element): MissingRegion[] {
  const pairs = pairChildren(part, container);
  if (pairs) return pairs.flatMap(([child, other]) => findMissingRegions(child, other));
  return container instanceof HTMLElement ? [{ part, container }] : [];
}

/** What stands for what among the children; undefined when something is missing. There may be more than in the still. */
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

/** Until nothing changes any more: figures draw themselves in steps. */
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
