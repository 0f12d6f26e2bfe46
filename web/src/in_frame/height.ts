/** The height of an app's content, for the frame that it is in. */

/**
 * Which heights are told. Content that is always higher than its frame (`min-height: 100vh` and a margin) would make
 * the frame grow for ever: growth that only follows the frame is told twice and no more.
 */
export class Heights {
  #told = 0;
  #growth = 0;
  #repeats = 0;

  /** The height to tell, if it is one. Both are in CSS pixels; `frame` is that of the window. */
  next(content: number, frame: number): number | undefined {
    if (content === this.#told) return undefined;
    const growth = content - frame;
    const follows = frame === this.#told && growth > 0;
    this.#repeats = follows && growth === this.#growth ? this.#repeats + 1 : 0;
    this.#growth = follows ? growth : 0;
    if (this.#repeats > 1) return undefined;
    this.#told = content;
    return content;
  }

  /** The content itself has changed. */
  changed(): void {
    this.#repeats = 0;
  }
}

/** Calls `tell` with the height now and whenever it is another. */
export function watchHeight(tell: (height: number) => void): void {
  const heights = new Heights();
  let isScheduled = false;
  const measure = (): void => {
    isScheduled = false;
    const height = heights.next(contentHeight(), innerHeight);
    if (height !== undefined) tell(height);
  };
  const schedule = (): void => {
    if (!isScheduled) requestAnimationFrame(measure);
    isScheduled = true;
  };
  new ResizeObserver(schedule).observe(document.documentElement);
  // Menus and windows of components lie over the page, and do not change the size of its elements.
  new MutationObserver(() => {
    heights.changed();
    schedule();
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
  addEventListener("resize", schedule);
  schedule();
}

function contentHeight(): number {
  const root = document.documentElement;
  if (root.scrollHeight > root.clientHeight) return root.scrollHeight;
  return Math.ceil(root.getBoundingClientRect().height);
}
