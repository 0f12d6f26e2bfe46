/** Input methods on phones: their keyboards compose each word, and end that only when the user goes on to the next. */

/** How long a composition on a phone may be without an event before it counts as done, in milliseconds. */
const maxPauseMs = 1000;

/** Whether the user of a phone has stopped typing: the last event of the composition is old. */
export function isIdleOnPhone(last: Event | undefined): boolean {
  if (!last || performance.now() - last.timeStamp < maxPauseMs) return false;
  return typeof matchMedia === "function" && matchMedia("(pointer: coarse)").matches;
}
