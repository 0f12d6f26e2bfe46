/** Calls `begin` when the browser is idle. Safari has no requestIdleCallback; there it is called at once. */
export function requestIdle(begin: () => void): void {
  if ("requestIdleCallback" in window) window.requestIdleCallback(() => begin());
  else begin();
}
