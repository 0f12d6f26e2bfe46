/** Apps on one page start one at a time: each has a Python of its own, and ten at once would be slower for all. */

/** The first one starts, the others wait. */
const turns = new Map<object, () => void>();

/** Calls `begin` when no other app starts. The turn lasts until `endTurn`. */
export function takeTurn(owner: object, begin: () => void): void {
  turns.set(owner, begin);
  if (turns.size === 1) begin();
}

/** Ends a turn, or the wait for it; does nothing for others. */
export function endTurn(owner: object): void {
  const [current] = turns.keys();
  turns.delete(owner);
  if (owner === current) [...turns.values()][0]?.();
}
