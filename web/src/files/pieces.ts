/** Reads a file of the site piece by piece. What a broken request has delivered is not delivered again. */

import { translate } from "../browser/translation";
import { type Attempt, type AttemptOptions, FileFailure, withAttempts } from "./attempts";

/** A file, and its size in bytes. */
export interface SizedFile {
  readonly name: string;
  readonly size: number;
}

export interface PieceOptions extends AttemptOptions {
  readonly init?: RequestInit;
  /** What requests the file, if `fetch` is something else in this thread. */
  readonly send?: typeof fetch;
  /** Gets the answer to each request, and returns what is to be read of it. */
  readonly onResponse?: (response: Response) => Response;
}

/** Gives the bytes of a file in order to `take`, whatever number of requests that needs. */
export async function readPieces(
  address: string,
  { name, size }: SizedFile,
  take: (piece: Uint8Array<ArrayBuffer>) => void,
  { init, send, onResponse = (response) => response, ...options }: PieceOptions = {},
): Promise<void> {
  let taken = 0;
  const request = async (attempt: Attempt): Promise<void> => {
    let position = 0;
    const answer = await fetchFile(address, name, attempt, init, send);
    const html = findHtml(answer, name);
    if (html) throw html;
    const response = onResponse(answer);
    await readBody(response, name, attempt, (piece) => {
      const start = Math.max(0, taken - position);
      position += piece.length;
      if (position > size) throw new FileFailure(name, translate("longer than the {size} bytes expected.", { size }));
      if (start >= piece.length) return;
      taken = position;
      take(piece.subarray(start));
    });
    if (position < size)
      throw new FileFailure(name, translate("only {position} of {size} bytes arrived.", { position, size }));
  };
  await withAttempts(name, request, options);
}

/** The response of a host that has the file. */
export async function fetchFile(
  address: string,
  name: string,
  { signal, cache, received }: Pick<Attempt, "signal" | "cache" | "received">,
  init: RequestInit = {},
  send: typeof fetch = fetch,
): Promise<Response> {
  let response: Response;
  try {
    response = await send(address, { ...init, cache, signal });
  } catch (error) {
    const reason = translate("no answer from the host ({reason}).", { reason: describe(error) });
    throw new FileFailure(name, `${reason} ${hint()}`);
  }
  received();
  const { ok, status } = response;
  if (!ok) throw new FileFailure(name, translate("the server answered {status}.", { status }), status);
  return response;
}

/** The failure of a host that answers with a page for what it does not have; undefined if the answer is no HTML. */
export function findHtml(response: Response, name: string): FileFailure | undefined {
  const isHtml = /^text\/html\b/i.test(response.headers.get("Content-Type") ?? "");
  return isHtml
    ? new FileFailure(name, translate("the server answered with an HTML page in its place."), 404)
    : undefined;
}

/** Reads the content of an answer. What `take` throws ends the reading. */
export async function readBody(
  response: Response,
  name: string,
  { received }: Pick<Attempt, "received">,
  take: (piece: Uint8Array<ArrayBuffer>) => void,
): Promise<void> {
  if (!response.body) throw new FileFailure(name, translate("the server's answer has no content."), response.status);
  const reader = response.body.getReader();
  for (;;) {
    const chunk = await reader.read().catch((error: unknown) => {
      const reason = translate("the connection broke off ({reason}).", { reason: describe(error) });
      throw new FileFailure(name, `${reason} ${checkConnection()}`);
    });
    if (chunk.done) return;
    received();
    take(chunk.value);
  }
}

function checkConnection(): string {
  return translate("Check the connection, and try again.");
}

/** A frame without an origin gets no file of a host that does not allow it, and is not told why. */
function hint(): string {
  if (typeof self !== "object" || self.origin !== "null") return checkConnection();
  return translate(
    "This page is in a frame without an origin of its own (sandbox). The host must send the header " +
      "`Access-Control-Allow-Origin: *` with the site's files, or the frame must have `allow-same-origin`.",
  );
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
