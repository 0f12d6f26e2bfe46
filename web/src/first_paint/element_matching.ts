/**
 * Finds the element of React's tree that corresponds to an element of the preview. Both trees are drawn from the same
 * layout, so the counterpart is below the same id at the same child positions.
 */

const pollMs = 50;
/** Number of polls for missing elements, for all elements together. */
const maxPolls = 100;

interface Address {
  readonly id: string;
  readonly childIndexes: readonly number[];
}

export class ElementMatcher {
  readonly #preview: HTMLElement;
  readonly #entry: HTMLElement;
  readonly #addresses = new Map<Element, Address>();
  #pollsLeft = maxPolls;

  constructor(preview: HTMLElement, entry: HTMLElement) {
    this.#preview = preview;
    this.#entry = entry;
  }

  /** Stores the address of an element before the preview is removed. */
  remember(element: Element): void {
    this.#addresses.set(element, this.#addressOf(element));
  }

  /** The counterpart in React's tree; undefined if it does not exist yet. */
  counterpartOf(element: Element): HTMLElement | undefined {
    const { id, childIndexes } = this.#addresses.get(element) ?? this.#addressOf(element);
    let at: Element | null | undefined = id ? this.#entry.querySelector(`#${CSS.escape(id)}`) : this.#entry;
    for (const index of childIndexes) at = at?.children[index];
    return (at as HTMLElement | null) ?? undefined;
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

  /** The nearest ancestor with an id, and the child positions from there to the element. */
  #addressOf(element: Element): Address {
    const childIndexes: number[] = [];
    let at: Element = element;
    while (at !== this.#preview && !at.id && at.parentElement) {
      childIndexes.unshift(Array.prototype.indexOf.call(at.parentElement.children, at));
      at = at.parentElement;
    }
    return { id: at === this.#preview ? "" : at.id, childIndexes };
  }
}
