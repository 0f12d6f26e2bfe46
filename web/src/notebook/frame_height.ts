/**
 * The height that a frame asks for: that of its content, and of the developer tools. Content that is as high as its frame
 * and more (`100vh` and a margin) would grow with it for ever: it gets the height of `app.run()`.
 */

const usualHeight = 650;
/** So many equal growths, each so soon after the one before, are of such content. */
const mostEqual = 4;
const pauseMs = 300;

/** Room for the bar of the developer tools below the content, and for what opens above the bar. */
export const roomForTools = `
  html:has(.dash-debug-menu__outer--expanded) { padding-bottom: 44px }
  html:has(.dash-debug-menu__popup > *) { min-height: 400px }
`;

export class FrameHeight {
  #content = 0;
  #growth = 0;
  #equal = 0;
  #time = 0;
  #isFixed = false;

  /** The height to ask for, when the content has one; undefined if the frame keeps its own. `time` is in ms. */
  next(content: number, time: number): number | undefined {
    if (this.#isFixed || content === this.#content) return undefined;
    const growth = content - this.#content;
    const isEqual = growth > 0 && growth === this.#growth && time - this.#time < pauseMs;
    this.#equal = isEqual ? this.#equal + 1 : 0;
    this.#growth = growth;
    this.#content = content;
    this.#time = time;
    this.#isFixed = this.#equal === mostEqual;
    return this.#isFixed ? usualHeight : content;
  }
}
