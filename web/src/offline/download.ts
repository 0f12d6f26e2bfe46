/** Fetches files of a site as the builder has listed them. */

import { type AttemptOptions, withAttempts } from "../files/attempts";
import { readBody } from "../files/pieces";
import { sha256Of } from "./contents";
import type { FileList } from "./kept_site";

/** `pyrt/packages-0123456789ab.img`: the content never changes. */
const immutable = /^pyrt\/[a-z-]+-[0-9a-f]{12}(\.|\/)/;
const listName = "pyrt-offline.json";
/** Policies: a page that the browser keeps must obey them as one that the host sends. */
const policies = [
  "Content-Security-Policy",
  "Cross-Origin-Embedder-Policy",
  "Cross-Origin-Opener-Policy",
  "Cross-Origin-Resource-Policy",
  "Permissions-Policy",
  "Referrer-Policy",
  "X-Frame-Options",
];

export function isImmutable(path: string): boolean {
  return immutable.test(path);
}

/**
 * The site's list, or why there is none. `missing`: the host says that it has none, or answers with a page of pyrt, as
 * some hosts do for what they do not have. `offline`: anything else; a login or a hotel's page says nothing of the site.
 */
export async function fetchList(scope: string): Promise<FileList | "missing" | "offline"> {
  try {
    const response = await fetch(new URL(listName, scope), { cache: "no-cache", credentials: "same-origin" });
    if (response.status === 404 || response.status === 410) return "missing";
    if (!response.ok) return "offline";
    const text = await response.text();
    if (text.includes('id="pyrt-manifest"')) return "missing";
    return parseList(text) ?? "offline";
  } catch {
    return "offline";
  }
}

function parseList(text: string): FileList | undefined {
  const list = JSON.parse(text) as Partial<FileList>;
  return typeof list.version === "string" && list.files && list.types ? (list as FileList) : undefined;
}

export interface Fetched {
  readonly bytes: ArrayBuffer;
  /** The policies that the host has sent with it. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Fetches one file, and checks it. What has a hash in its name may come from the browser's own cache: the page has just
 * loaded it. @throws Error that names the file.
 */
export async function fetchChecked(
  scope: string,
  path: string,
  sha256: string,
  options: AttemptOptions = { cache: isImmutable(path) ? "force-cache" : "no-cache" },
): Promise<Fetched> {
  // Hosts redirect `index.html` to its folder.
  const folder = path.replace(/(^|\/)index\.html$/, "$1");
  const address = scope + folder.split("/").map(encodeURIComponent).join("/");
  return withAttempts(
    path,
    async (attempt) => {
      const init = { cache: attempt.cache, signal: attempt.signal, credentials: "same-origin" } as const;
      const response = await fetch(address, init);
      attempt.received();
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      await readBody(response, path, attempt, (piece) => pieces.push(piece));
      const bytes = await new Blob(pieces).arrayBuffer();
      // 404.html may come with its own status: what counts is the content.
      if ((await sha256Of(bytes)) !== sha256) throw new Error(describe(path, response));
      return { bytes, headers: policiesOf(response) };
    },
    options,
  );
}

function describe(path: string, response: Response): string {
  if (!response.ok) return `${path}: the host answered ${response.status}.`;
  return `${path}: the content is not what was built. The site may be in the middle of an upload, or the host changes it.`;
}

function policiesOf(response: Response): Record<string, string> {
  const found = policies.map((name) => [name, response.headers.get(name)] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== null));
}
