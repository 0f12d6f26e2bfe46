/** The page's address and cookies, which callbacks can read. */

import { readCookie } from "../browser/cookie";
import { findPlace } from "../browser/place";
import type { PageEnvironment } from "../session/outbox";
import { describeLocation } from "../wire/manifest";

/** Returns a function that returns what has changed since its last call. */
export function watchEnvironment(): () => PageEnvironment | undefined {
  let href = findPlace().href;
  let cookie = readCookie();
  return () => {
    const changes: PageEnvironment = {};
    if (findPlace().href !== href) {
      href = findPlace().href;
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
