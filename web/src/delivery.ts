/** How the page's own script was delivered: what that tells of the site's host, and of the way to it. */

/**
 * Whether the host compresses what it sends. Where both are on one machine, bytes cost nothing, and what comes as it is
 * can be kept compiled.
 */
export function doesHostCompress(script: URL): boolean {
  if (["localhost", "127.0.0.1", "[::1]"].includes(script.hostname)) return true;
  const timing = timingOf(script);
  return timing === undefined || timing.encodedBodySize < timing.decodedBodySize;
}

const fastBitsPerMs = 50_000;

/** Whether the script has come so fast, or from the cache, that its neighbours need not wait for each other. */
export function hasFastLine(script: URL): boolean {
  const timing = timingOf(script);
  if (timing === undefined) return true;
  const { encodedBodySize, transferSize, requestStart, responseEnd } = timing;
  return transferSize < encodedBodySize || (8 * encodedBodySize) / (responseEnd - requestStart) > fastBitsPerMs;
}

function timingOf(script: URL): PerformanceResourceTiming | undefined {
  const [timing] = performance.getEntriesByName(script.href, "resource");
  return timing as PerformanceResourceTiming | undefined;
}
