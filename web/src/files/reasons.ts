/**
 * What a failure says of itself. Bundles reject promises with any value; many with the event of the script, stylesheet or
 * worker that could not be loaded, whose text is "[object Event]". As attempts.ts, this is for browsers of any age.
 */

import { translate } from "../browser/translation";
import { failureOf } from "./failed";

/** The message of whatever was thrown, or was the reason of a rejected promise. */
export function messageOf(reason: unknown): string {
  return isEvent(reason) ? describeEvent(reason) : reason instanceof Error ? reason.message : String(reason);
}

/** The reason itself; for an event an error whose message names the file. */
export function withoutEvent(reason: unknown): unknown {
  return isEvent(reason) ? new Error(describeEvent(reason)) : reason;
}

function isEvent(reason: unknown): reason is Event {
  return typeof Event === "function" && reason instanceof Event;
}

/** `target` is no longer there in an event of a worker that has ended; a request of a database has an `error`. */
function describeEvent(event: Event & { readonly message?: string; readonly filename?: string }): string {
  const target = event.target as { src?: unknown; href?: unknown; error?: Error | null } | null;
  const address = [event.filename, target?.src, target?.href].find((each) => typeof each === "string" && each !== "");
  const reason = event.message || target?.error?.message;
  if (typeof address === "string") {
    const name = nameBelowRoot(address);
    return (
      (reason ? undefined : failureOf(name)) ?? `${name}: ${reason || translate("the browser could not load it.")}`
    );
  }
  if (typeof Worker === "function" && target instanceof Worker)
    return reason || translate("The script of a worker could not be loaded.");
  return reason || `An event "${event.type}" of ${target ? Object.prototype.toString.call(target) : "nothing"}.`;
}

/** As messages name files: `pkg/a/b.js`; the address itself if it is of another site. */
function nameBelowRoot(address: string): string {
  const root = new URL(document.documentElement.getAttribute("data-root") || "./", document.baseURI).href;
  return address.indexOf(root) === 0 ? decodeURI(address.slice(root.length)).replace(/[?#].*/, "") : address;
}
