/** Waiting until the page has nothing better to do. Safari has no requestIdleCallback. */
export function requestIdle(begin: () => void): void {
  if ("requestIdleCallback" in window) window.requestIdleCallback(() => begin());
  else begin();
}
