/** Applies changes of the document that callbacks and the router request (S-113, S-151, S-152). */

import { writeCookie } from "../browser/cookie";
import type { WorkerMessage } from "../wire/protocol";

type SetDocument = Extract<WorkerMessage, { type: "SetDocument" }>;

export function applyToDocument({ title, description, cookie, replaceUrl }: SetDocument): void {
  if (title != null) document.title = title;
  if (description != null) setDescription(description);
  if (cookie != null) writeCookie(cookie);
  if (replaceUrl != null) history.replaceState(history.state, "", replaceUrl);
}

function setDescription(text: string): void {
  let element = document.head.querySelector<HTMLMetaElement>('meta[name="description"]');
  if (!element) {
    element = document.createElement("meta");
    element.name = "description";
    document.head.append(element);
  }
  element.content = text;
}
