/** The page's address and cookies, which callbacks can read. */

import type { PageEnvironment } from "../session/outbox";
import { describeLocation } from "../wire/manifest";

/** Returns a function that returns what has changed since its last call. */
export function watchEnvironment(): () => PageEnvironment | undefined {
  let href = window.location.href;
  let cookie = document.cookie;
  return () => {
    const changes: PageEnvironment = {};
    if (window.location.href !== href) {
      href = window.location.href;
      changes.location = describeLocation();
    }
    if (document.cookie !== cookie) {
      cookie = document.cookie;
      changes.cookie = cookie;
    }
    return Object.keys(changes).length > 0 ? changes : undefined;
  };
}
