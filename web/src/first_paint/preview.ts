/**
 * The still: the rehearsed page as plain HTML, in the page's own file, for the very first frame. React draws the real
 * thing out of sight, of the same width; when that stands as the still does, or as soon as somebody touches the still,
 * it takes its place within one frame. What was clicked and typed until then is done again on the same elements.
 *
 *     body   div#react-entry-point  (out of sight)      <- React
 *            div#react-entry-point[data-pyrt-still]     <- the file; listens, and goes
 */

import type { Early, EarlyWindow } from "./early";
import { Successors } from "./element_matching";
import { Replay } from "./event_replay";

/** Nothing may have changed for so long, in ms, before what is drawn counts as finished; or so often it was asked. */
const calmMs = 50;
/** A button that is held for longer was released elsewhere. */
const longestPressMs = 2000;
/** How long the still stays when somebody has touched it, in ms: a click takes a while. */
const touchedMs = 100;
const patience = 100;

/** A part of the still for which there is nothing yet, and the element that is there. */
interface Gap {
  readonly part: Element;
  readonly place: HTMLElement;
}

export class Still {
  readonly #element: HTMLElement;
  readonly #entry: HTMLElement;
  readonly #successors: Successors;
  readonly #early: Early;
  readonly #covers: { readonly place: HTMLElement; readonly cover: HTMLElement; readonly rect: DOMRect }[] = [];
  #isTouched = false;
  #isDrawn = false;
  #isLeaving = false;
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
    this.#successors = new Successors(element, entry);
    this.#early = (window as EarlyWindow).__pyrt_early__ ?? { deeds: [] };
    if (this.#early.deeds.length > 0) this.#isTouched = true;
    this.#early.notify = ({ event }) => {
      if (event.type === "click") this.#keepLabel(event);
      this.#onTouch();
    };
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
    const touched = this.#touched;
    for (const element of touched) this.#successors.note(element);
    const replay = new Replay(this.#early, async (target) => {
      if (touched.has(target)) return this.#successors.find(target);
      return target.isConnected ? target : undefined;
    });
    replay.hold();
    replay.unheard(() => {
      this.#makeWay(touched, replay);
    });
    void replay.run();
  }

  #makeWay(touched: ReadonlySet<Element>, replay: Replay): void {
    for (const gap of findGaps(this.#element, this.#entry)) this.#cover(gap);
    // What has a transition of all it has would come into sight with the next frame, and take no focus before.
    this.#entry.classList.add("pyrt-arriving");
    this.#entry.removeAttribute("style");
    for (const element of touched) {
      const successor = this.#successors.of(element);
      if (successor) replay.replace(element, successor);
    }
    this.#element.remove();
    for (const { place, rect } of this.#covers) Object.assign(place.style, { minHeight: `${rect.height}px` });
    this.#entry.getBoundingClientRect(); // Styles are computed now.
    this.#entry.classList.remove("pyrt-arriving");
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

  /** A label that names its box by id would tick the first of that id in the document: React's, out of its turn. */
  #keepLabel(event: Event): void {
    const label = (event.target as Element).closest("label");
    if (!label?.control || this.#element.contains(label.control)) return;
    event.preventDefault();
    this.#element.querySelector<HTMLElement>(`#${CSS.escape(label.htmlFor)}`)?.click();
  }

  #onTouch(): void {
    this.#isTouched = true;
    if (this.#isDrawn) this.#leaveSoon();
  }

  /** A click that has begun on the still is to end there, and so is a word that is composed of several keys. */
  get #isPressed(): boolean {
    const last = (kinds: RegExp): Event | undefined =>
      this.#early.deeds.findLast(({ event }) => kinds.test(event.type))?.event;
    const press = last(/^mouse(down|up)$/);
    const isHeld = press?.type === "mousedown" && performance.now() - press.timeStamp < longestPressMs;
    const word = last(/^composition/);
    return isHeld || (word?.type === "compositionstart" && word.target === document.activeElement);
  }

  /** The elements of the still that somebody has done something to. */
  get #touched(): Set<Element> {
    const targets = [document.activeElement, ...this.#early.deeds.map(({ event }) => event.target)];
    return new Set(targets.filter((each): each is Element => each instanceof Element && this.#element.contains(each)));
  }

  /** What was touched is to be there to answer. */
  #leaveSoon(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    setTimeout(() => {
      this.#isLeaving = false;
      if (this.#isGone) return;
      if ([...this.#touched].every((target) => this.#successors.of(target))) this.leave();
      else this.#leaveSoon();
    }, touchedMs);
  }
}

/** Where the two trees part. */
function findGaps(part: Element, place: Element): Gap[] {
  const pairs = pairChildren(part, place);
  if (pairs) return pairs.flatMap(([child, other]) => findGaps(child, other));
  return place instanceof HTMLElement ? [{ part, place }] : [];
}

/** What stands for what among the children; undefined when something is missing. There may be more than in the still. */
function pairChildren(part: Element, place: Element): [Element, Element][] | undefined {
  const [children, others] = [[...part.children], [...place.children]];
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
