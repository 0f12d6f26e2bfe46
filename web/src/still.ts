/**
 * The still: the rehearsed page as plain HTML, in the page's own file, for the very first frame. React draws the real
 * thing out of sight, of the same width; when that stands as the still does, or as soon as somebody touches the still,
 * it takes its place within one frame. What was clicked and typed until then is done again on the same elements.
 *
 *     body   div#react-entry-point  (out of sight)      <- React
 *            div#react-entry-point[data-pyrt-still]     <- the file; listens, and goes
 */

/** Nothing may have changed for so long, in ms, before what is drawn counts as finished; or so often it was asked. */
const calmMs = 50;
const patience = 40;

type Act = (target: HTMLElement) => void;

export class Still {
  readonly #element: HTMLElement;
  readonly #entry: HTMLElement;
  readonly #acts: { readonly way: readonly number[]; readonly id: string; readonly act: Act }[] = [];
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
    element.addEventListener("click", (event) => this.#onClick(event), true);
    element.addEventListener("focusin", () => this.#onTouch());
  }

  /** The still of this page, if it has one. */
  static find(entry: HTMLElement): Still | undefined {
    const element = document.querySelector<HTMLElement>("[data-pyrt-still]");
    return element ? new Still(element, entry) : undefined;
  }

  /** React has drawn. `finished`: what comes late has come, as far as it is known. */
  async drawn(finished: Promise<unknown>): Promise<void> {
    this.#isDrawn = true;
    if (this.#acts.length > 0 || this.#element.contains(document.activeElement)) this.leave();
    await finished;
    if (!this.#isGone) await calm(this.#entry);
    this.leave();
  }

  /** Gives its place to what React has drawn. */
  leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    const typed = this.#findTyped();
    const focused = this.#element.contains(document.activeElement) ? document.activeElement : undefined;
    this.#entry.removeAttribute("style");
    this.#element.remove();
    for (const style of document.querySelectorAll('[data-pyrt="still"]')) style.remove();
    for (const { way, id, act } of [...typed, ...this.#acts]) void this.#do(way, id, act);
    if (focused) void this.#do(this.#wayTo(focused), focused.id, (target) => target.focus({ preventScroll: true }));
  }

  #onTouch(): void {
    if (this.#isDrawn) queueMicrotask(() => this.leave());
  }

  #onClick(event: MouseEvent): void {
    if (!(event.target instanceof Element) || event.button !== 0 || event.ctrlKey || event.metaKey) return;
    const { target } = event;
    if (target.closest("a")) event.preventDefault();
    this.#acts.push({
      way: this.#wayTo(target),
      id: target.id,
      act: (found) => found.dispatchEvent(new MouseEvent("click", event)),
    });
    this.#onTouch();
  }

  #findTyped(): { way: readonly number[]; id: string; act: Act }[] {
    const fields = this.#element.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea");
    const typed = [...fields].filter(
      ({ type, value, defaultValue }) => !/checkbox|radio/.test(type) && value !== defaultValue,
    );
    return typed.map((field) => ({
      way: this.#wayTo(field),
      id: field.id,
      act: (found) => type(found as typeof field, field.value),
    }));
  }

  /** From the still down to an element: places among the children. */
  #wayTo(element: Element): readonly number[] {
    const way: number[] = [];
    let at: Element = element;
    while (at !== this.#element && at.parentElement) {
      way.unshift(Array.prototype.indexOf.call(at.parentElement.children, at));
      at = at.parentElement;
    }
    return way;
  }

  /** Does something again, as soon as the element is there: code of components may still be on its way. */
  async #do(way: readonly number[], id: string, act: Act): Promise<void> {
    for (let attempt = 0; attempt < patience; attempt++) {
      const found = this.#follow(way, id);
      if (found) {
        act(found);
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, calmMs));
    }
  }

  #follow(way: readonly number[], id: string): HTMLElement | undefined {
    const named = id ? document.getElementById(id) : null;
    if (named) return named;
    let at: Element | undefined = this.#entry;
    for (const index of way) at = at?.children[index];
    return at instanceof Element && !id ? (at as HTMLElement) : undefined;
  }
}

/** As a person would: React listens to the setter of the value. */
function type(field: HTMLInputElement | HTMLTextAreaElement, value: string): void {
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set?.call(field, value);
  field.dispatchEvent(new Event("input", { bubbles: true }));
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
    await new Promise((resolve) => setTimeout(resolve, calmMs));
  }
  observer.disconnect();
}
