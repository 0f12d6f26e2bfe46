/** Where an element is below a root: the nearest ancestor with an id, and the child positions from there. */

export interface ElementAddress {
  /** Empty: the root itself. */
  readonly id: string;
  readonly childIndexes: readonly number[];
}

export function addressOf(element: Element, root: Element): ElementAddress {
  const childIndexes: number[] = [];
  let at = element;
  while (at !== root && !at.id && at.parentElement) {
    childIndexes.unshift(Array.prototype.indexOf.call(at.parentElement.children, at));
    at = at.parentElement;
  }
  return { id: at === root ? "" : at.id, childIndexes };
}

/** The element at that address; undefined if there is none. */
export function elementAt({ id, childIndexes }: ElementAddress, root: Element): HTMLElement | undefined {
  let at: Element | null | undefined = id ? root.querySelector(`#${CSS.escape(id)}`) : root;
  for (const index of childIndexes) at = at?.children[index];
  return (at as HTMLElement | null) ?? undefined;
}
