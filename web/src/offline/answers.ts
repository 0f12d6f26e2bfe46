/**
 * Answers to the requests of pages. A tab gets the files of the version that it was opened with; what no version has, the
 * network answers: the bridge, uploads, files that others have put into the site's folder.
 */

import { keepContent, openContent, readContent } from "./contents";
import { fetchChecked, isImmutable } from "./download";
import type { KeptSite, KeptVersion } from "./kept_site";

/** What the worker is told of a request. */
export interface Asked {
  readonly request: Request;
  readonly clientId: string;
  /** The page or worker that the answer becomes; empty for other requests. */
  readonly resultingClientId: string;
}

const folders = /^(pyrt|pkg|assets)\//;
const files: ReadonlySet<string> = new Set(["favicon.ico", "app.webmanifest"]);
const missingPage = "404.html";
const once = { cache: "reload", lostMs: Number.POSITIVE_INFINITY } as const;

/** Whether a request may be one for a file of the site. This must be known at once; all else goes past the worker. */
export function isOfSite(scope: string, request: Request): boolean {
  const name = nameOf(scope, request);
  if (request.method !== "GET" || name === undefined) return false;
  return request.mode === "navigate" || folders.test(name) || files.has(name);
}

/** Path below the site's root; undefined if the address is not there. */
function nameOf(scope: string, request: Request): string | undefined {
  const { origin, pathname } = new URL(request.url);
  const address = origin + pathname;
  if (!address.startsWith(scope)) return undefined;
  try {
    return decodeURIComponent(address.slice(scope.length));
  } catch {
    return undefined;
  }
}

export async function answer(site: KeptSite, asked: Asked): Promise<Response> {
  const name = nameOf(site.scope, asked.request) ?? "";
  if (asked.request.mode === "navigate") return answerNavigation(site, asked, name);
  const own = await site.versionOf(asked.clientId);
  if (asked.resultingClientId && own) await site.setVersionOf(asked.resultingClientId, own);
  const version = own === undefined ? undefined : await site.readVersion(own);
  if (version) return (await answerFrom(site, version, name, asked.request)) ?? fetch(asked.request);
  return answerUnknown(site, name, asked.request);
}

/** A new tab gets the current version. */
async function answerNavigation(
  site: KeptSite,
  { request, resultingClientId }: Asked,
  name: string,
): Promise<Response> {
  const version = await currentVersion(site);
  if (!version || new URL(request.url).searchParams.get("pyrt") === "reset") return fetch(request);
  const page = name === "" || name.endsWith("/") ? `${name}index.html` : name;
  if (version.files[page]) {
    if (resultingClientId) await site.setVersionOf(resultingClientId, version.version);
    return (await answerFrom(site, version, page, request)) ?? fetch(request);
  }
  if (version.files[`${name}/index.html`]) return redirectToFolder(request.url);
  try {
    return await fetch(request);
  } catch (error) {
    if (resultingClientId) await site.setVersionOf(resultingClientId, version.version);
    const found = await answerFrom(site, version, missingPage, request, 404);
    if (found) return found;
    throw error;
  }
}

/**
 * A page that was opened before there was a worker, or whose version is gone. What has a hash in its name is the same in
 * all versions; of the rest the host has the version that such a page was most likely loaded with.
 */
async function answerUnknown(site: KeptSite, name: string, request: Request): Promise<Response> {
  if (isImmutable(name)) {
    for (const version of await site.versions()) {
      const found = await answerFrom(site, version, name, request);
      if (found) return found;
    }
    return fetch(request);
  }
  try {
    return await fetch(request);
  } catch (error) {
    const version = await currentVersion(site);
    const found = version && (await answerFrom(site, version, name, request));
    if (found) return found;
    throw error;
  }
}

async function currentVersion(site: KeptSite): Promise<KeptVersion | undefined> {
  const current = (await site.readState())?.current;
  return current === undefined ? undefined : site.readVersion(current);
}

/** A file of a version; undefined if it has none of that name, or neither it nor the host has what was built. */
async function answerFrom(
  site: KeptSite,
  version: KeptVersion,
  name: string,
  request: Request,
  status = 200,
): Promise<Response | undefined> {
  const [sha256] = version.files[name] ?? [];
  if (sha256 === undefined) return undefined;
  const headers = headersOf(version, name);
  const range = request.headers.get("Range");
  if (range) {
    const content = await openContent(sha256);
    return content && answerRange(content, range, headers);
  }
  const bytes = (await readContent(sha256)) ?? (await fetchAgain(site.scope, name, sha256));
  return bytes && new Response(bytes, { status, headers: { ...headers, "Content-Length": String(bytes.byteLength) } });
}

/** What the browser has lost or damaged, asked for once: the page tries again. undefined if the host has it no more. */
async function fetchAgain(scope: string, name: string, sha256: string): Promise<ArrayBuffer | undefined> {
  try {
    const { bytes } = await fetchChecked(scope, name, sha256, once);
    await keepContent(sha256, bytes.slice(0)).catch(() => undefined);
    return bytes;
  } catch {
    return undefined;
  }
}

/** Pages, and the worker that they start, obey the policies that the host has sent with the first page. */
function headersOf(version: KeptVersion, name: string): Record<string, string> {
  const type = version.types[/\.\w+$/.exec(name)?.[0] ?? ""] ?? "application/octet-stream";
  const hasPolicies = name.endsWith(".html") || name.startsWith("pyrt/worker-");
  return { ...(hasPolicies ? version.headers : {}), "Content-Type": type, "Accept-Ranges": "bytes" };
}

const rangeHeader = /^bytes=(\d*)-(\d*)$/i;

/** One range; for several, or what is none, the whole. */
function answerRange(content: Blob, range: string, headers: Record<string, string>): Response {
  const [, first = "", last = ""] = rangeHeader.exec(range) ?? [];
  if (!first && !last) return new Response(content, { headers });
  const start = first ? Number(first) : Math.max(content.size - Number(last), 0);
  const end = first && last ? Math.min(Number(last), content.size - 1) : content.size - 1;
  if (start > end) return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${content.size}` } });
  const part = content.slice(start, end + 1);
  return new Response(part, {
    status: 206,
    headers: {
      ...headers,
      "Content-Range": `bytes ${start}-${end}/${content.size}`,
      "Content-Length": String(part.size),
    },
  });
}

/** As hosts do: relative addresses in the page are relative to its folder. */
function redirectToFolder(url: string): Response {
  const address = new URL(url);
  address.pathname += "/";
  return Response.redirect(address.href, 301);
}
