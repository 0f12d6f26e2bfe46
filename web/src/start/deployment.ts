/**
 * A page that was opened before a deploy finds its files gone. It loads itself anew, once. As watchdog.ts, this runs
 * before the page's own script.
 */

import { isSingleFile } from "../browser/place";
import { parseHtml } from "../browser/trusted_types";

interface ReloadedState {
  /** For what the page has been loaded anew. In the history, because storage may be denied; a reload keeps it. */
  readonly pyrtReloaded?: readonly string[];
}

/** Loads the page anew, unless that was done for this reason before. Returns whether it does. */
export function reloadOnce(reason: string): boolean {
  const state = history.state as ReloadedState | null;
  const known = state?.pyrtReloaded ?? [];
  if (known.includes(reason)) return false;
  history.replaceState({ ...state, pyrtReloaded: [...known, reason] }, "");
  location.reload();
  return true;
}

/** The start has succeeded: later, the page may be loaded anew for the same reasons. */
export function forgetReloads(): void {
  const state = history.state as ReloadedState | null;
  if (!state?.pyrtReloaded) return;
  const { pyrtReloaded: _, ...rest } = state;
  history.replaceState(Object.keys(rest).length > 0 ? rest : null, "");
}

/** Reloads the page if the host has another version of it by now. Returns whether it does. */
export async function reloadIfReplaced(): Promise<boolean> {
  if (isSingleFile()) return false;
  const current = await readHostedManifest();
  if (current === undefined || current === manifestOf(document)) return false;
  console.warn("pyrt: this page is an old version, whose files are gone from the host.");
  return reloadOnce(`version ${hash(current)}`);
}

/** A failure is told after so many ms, whatever the host answers. */
const patienceMs = 3000;

async function readHostedManifest(): Promise<string | undefined> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patienceMs);
  try {
    const response = await fetch(location.href, { cache: "no-store", signal: abort.signal });
    if (!response.ok && response.status !== 404) return undefined;
    return manifestOf(parseHtml(await response.text()));
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
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
