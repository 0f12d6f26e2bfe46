/**
 * A page that was opened before a deploy finds its files gone. It loads itself anew, once. As watchdog.ts, this runs
 * before the page's own script.
 */

import { isSingleFile } from "../browser/place";

interface ReloadedState {
  readonly pyrtReloaded?: string;
}

/** Reloads the page if the host has another version of it by now. Returns whether it does. */
export async function reloadIfReplaced(): Promise<boolean> {
  if (isSingleFile()) return false;
  const current = await readHostedManifest();
  if (current === undefined || current === manifestOf(document)) return false;
  const mark = String(hash(current));
  const state = history.state as ReloadedState | null;
  if (state?.pyrtReloaded === mark) return false;
  // In the history, because storage may be denied; it survives the reload.
  history.replaceState({ ...state, pyrtReloaded: mark }, "");
  console.warn("pyrt: this page is an old version, whose files are gone from the host; it is loaded anew.");
  location.reload();
  return true;
}

async function readHostedManifest(): Promise<string | undefined> {
  try {
    const response = await fetch(location.href, { cache: "no-store" });
    if (!response.ok && response.status !== 404) return undefined;
    return manifestOf(new DOMParser().parseFromString(await response.text(), "text/html"));
  } catch {
    return undefined;
  }
}

function manifestOf(page: Document): string | undefined {
  return page.getElementById("pyrt-manifest")?.textContent || undefined;
}

/** Tells texts apart; no digest is to be had everywhere. */
function hash(text: string): number {
  let value = 0;
  for (let index = 0; index < text.length; index++) value = (Math.imul(value, 31) + text.charCodeAt(index)) | 0;
  return value;
}
