/**
 * A service worker of another app on the same origin: it answers the requests of this site's pages, and may answer them
 * wrongly. The first script uses this, in browsers of any age.
 */

import { sitePath } from "../browser/site_storage";

/** Of a site that was built with `--offline` (build/pyrt_build/offline/file_list.py). */
const ownName = "pyrt-offline.js";

/** The address of its script; undefined if no service worker answers, or the site's own. */
export function findForeignWorker(): string | undefined {
  try {
    const { controller } = navigator.serviceWorker;
    const own = new URL(sitePath() + ownName, location.href).href;
    return controller && controller.scriptURL !== own ? controller.scriptURL : undefined;
  } catch {
    return undefined; // The browser has none, or denies them to this page.
  }
}

/** Removes it. Its app registers it again when it is opened. */
export async function removeForeignWorker(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  await registration?.unregister();
}
