/** The speed of the connection to the site's host, measured by the page's own script. */

const fastBitsPerMs = 50_000;

/**
 * Whether the script came from the cache or over a fast connection. Then Python's files need not wait for the page's.
 */
export function hasFastConnection(script: URL): boolean {
  const [timing] = performance.getEntriesByName(script.href, "resource");
  if (!(timing instanceof PerformanceResourceTiming)) return true;
  const { encodedBodySize, transferSize, requestStart, responseEnd } = timing;
  return transferSize < encodedBodySize || (8 * encodedBodySize) / (responseEnd - requestStart) > fastBitsPerMs;
}
