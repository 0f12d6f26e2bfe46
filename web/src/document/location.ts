/** The page's address and cookies, which callbacks can read. */

import { readCookie } from "../browser/cookie";
import type { PageEnvironment } from "../session/outbox";
import { describeLocation } from "../wire/manifest";

/** Returns a function that returns what has changed since its last call. */
export function watchEnvironment(): () => PageEnvironment | undefined {
  let href = window.location.href;
  let cookie = readCookie();
  return () => {
    const changes: PageEnvironment = {};
    if (window.location.href !== href) {
      href = window.location.href;
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
