/** Requests that block this worker: Python reads files synchronously. Each error names the address. */

type Bytes = Uint8Array<ArrayBuffer>;

const OK = 200;
const NO_SUCH_RANGE = 416;
const FIRST_ERROR = 400;

export interface SyncAnswer {
  readonly status: number;
  readonly bytes: Bytes;
}

/**
 * When each request is given up: after a time, and so many bytes in a ms. Whether bytes arrive cannot be seen, so a
 * slow line gets more time with each request, and any time with the last one. The page says what is waited for.
 */
const limits = [{ ms: 10_000, rate: 50 }, { ms: 20_000, rate: 10 }, undefined];

/** As `requestOnce`; a request that fails is made again. */
export function requestSync(address: string, size: number, range?: readonly [number, number]): SyncAnswer {
  for (let number = 0; ; number += 1) {
    const limit = limits[number];
    try {
      return requestOnce(address, size, range, limit && limit.ms + size / limit.rate);
    } catch (error) {
      if (!limit) throw error;
    }
  }
}

/** Requests a file of `size` bytes, or a range of it, of which the end is not included. 0 ms: no limit. */
function requestOnce(
  address: string,
  size: number,
  range: readonly [number, number] | undefined,
  limitMs = 0,
): SyncAnswer {
  const request = new XMLHttpRequest();
  request.open("GET", address, false);
  request.responseType = "arraybuffer";
  request.timeout = limitMs;
  if (range) request.setRequestHeader("Range", `bytes=${range[0]}-${range[1] - 1}`);
  try {
    request.send();
  } catch {
    throw new Error(`${address}: the network cannot be reached`);
  }
  const { status } = request;
  const bytes = new Uint8Array((request.response as ArrayBuffer | null) ?? new ArrayBuffer(0));
  if (range && status === NO_SUCH_RANGE) return { status, bytes };
  if (status >= FIRST_ERROR || status < OK) throw new Error(`${address}: the server answered ${status}`);
  if (status === OK && bytes.length !== size) throw new Error(`${address}: ${describeOther(request, bytes, size)}`);
  return { status, bytes };
}

function describeOther(request: XMLHttpRequest, { length }: Bytes, size: number): string {
  const isPage = (request.getResponseHeader("Content-Type") ?? "").startsWith("text/html");
  const page = isPage ? " (a page of HTML, as some hosts send for files that they do not have)" : "";
  return `the server sent ${length} bytes${page} in place of ${size}`;
}
