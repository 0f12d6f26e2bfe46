/** What callbacks can ask about the page besides its layout: its address and cookies, told when they change. */

import type { PageEnvironment } from "../session/outbox";
import { describeLocation } from "../wire/manifest";

/** Returns a function that gives what has changed since it was last called. */
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
