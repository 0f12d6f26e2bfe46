/** The site's files that are fetched when an app needs them: each once. */

import type { AddedPackage } from "../wire/playground";
import type { PackageInfo } from "./config";

const known = new Map<string, Promise<ArrayBuffer>>();

/** Calls `progress` with the bytes that have come, while it does. */
export function download(url: string, progress: (loaded: number) => void = () => {}): Promise<ArrayBuffer> {
  const found = known.get(url);
  if (found) return found;
  const made = read(url, progress);
  made.catch(() => known.delete(url));
  known.set(url, made);
  return made;
}

async function read(url: string, progress: (loaded: number) => void): Promise<ArrayBuffer> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch {
    throw new Error(`${url} could not be fetched. Check the connection, and run the app again.`);
  }
  if (!response.ok || !response.body) throw new Error(`The host has no ${url} (${response.status}).`);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    loaded += value.length;
    progress(loaded);
  }
  return new Blob(parts).arrayBuffer();
}

export async function readPackage({ name, image, unpacked, page }: PackageInfo): Promise<AddedPackage> {
  const [content, ...files] = await Promise.all([image, ...page.map(([, url]) => url)].map((url) => download(url)));
  return {
    name,
    image: content as ArrayBuffer,
    unpacked,
    page: page.map(([path], index) => [path, files[index] as ArrayBuffer] as const),
  };
}
