/** How the page's own script was delivered: what that tells of the way to the site's host. */

const fastBitsPerMs = 50_000;

/** Whether the script has come so fast, or from the cache, that its neighbours need not wait for each other. */
export function hasFastConnection(script: URL): boolean {
  const [timing] = performance.getEntriesByName(script.href, "resource");
  if (!(timing instanceof PerformanceResourceTiming)) return true;
  const { encodedBodySize, transferSize, requestStart, responseEnd } = timing;
  return transferSize < encodedBodySize || (8 * encodedBodySize) / (responseEnd - requestStart) > fastBitsPerMs;
}
