/**
 * Finds the element of React's tree that corresponds to an element of the preview. Both trees are drawn from the same
 * layout, so the counterpart is below the same id at the same child positions.
 */

import { addressOf, type ElementAddress, elementAt } from "../saved_state/element_address";

const pollMs = 50;
/** Number of polls for missing elements, for all elements together. */
const maxPolls = 100;

export class ElementMatcher {
  readonly #preview: HTMLElement;
  readonly #entry: HTMLElement;
  readonly #addresses = new Map<Element, ElementAddress>();
  #pollsLeft = maxPolls;

  constructor(preview: HTMLElement, entry: HTMLElement) {
    this.#preview = preview;
    this.#entry = entry;
  }

  /** Stores the address of an element before the preview is removed. */
  remember(element: Element): void {
    this.#addresses.set(element, addressOf(element, this.#preview));
  }

  /** The counterpart in React's tree; undefined if it does not exist yet. */
  counterpartOf(element: Element): HTMLElement | undefined {
    return elementAt(this.#addresses.get(element) ?? addressOf(element, this.#preview), this.#entry);
  }

  /** Waits for the counterpart: the code of its component may still be loading. */
  async waitFor(element: Element): Promise<HTMLElement | undefined> {
    let found = this.counterpartOf(element);
    while (!found && this.#pollsLeft > 0) {
      this.#pollsLeft -= 1;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      found = this.counterpartOf(element);
    }
    return found;
  }
}
