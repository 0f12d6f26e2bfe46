/** The page's address and cookies, which callbacks can read. */

import { watchCookie } from "../browser/cookie";
import { findPlace } from "../browser/place";
import type { PageEnvironment } from "../session/outbox";
import { describeLocation } from "../wire/manifest";

/** Returns a function that returns what has changed since its last call. */
export function watchEnvironment(): () => PageEnvironment | undefined {
  const readCookie = watchCookie();
  let href = findPlace().href;
  let cookie = readCookie();
  return () => {
    const changes: PageEnvironment = {};
    const shown = findPlace().href;
    if (shown !== href) {
      href = shown;
      changes.location = describeLocation();
    }
    const now = readCookie();
    if (now !== cookie) {
      cookie = now;
      changes.cookie = cookie;
    }
    return Object.keys(changes).length > 0 ? changes : undefined;
  };
}

/**
 * Without Python, only the pages themselves know what is on them: an address that the app changes to is opened. The
 * events are those of the browser and of dcc.Location.
 */
export function openChangedAddresses(): void {
  const { pathname } = location;
  const look = (): void => {
    if (location.pathname !== pathname) location.reload();
  };
  for (const kind of ["popstate", "_dashprivate_pushstate", "_dashprivate_historychange"]) addEventListener(kind, look);
}
