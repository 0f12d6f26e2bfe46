/** The build's rehearsal, as the page that is rehearsed sees it: what it gives away of itself. */

import { Store } from "../mirror/store";
import { ComponentProps } from "../mirror/tree";
import type { Page } from "../session/page";
import type { Executor } from "../session/remote_calls";
import { isDictionary } from "../wire/json";
import type { DocumentMessage, UsedParts } from "../wire/protocol";
import { recordPrerendered } from "./prerendered";

/** Asks for a record: set by build/pyrt_build/templates/rehearsal.js before anything else runs. */
export interface Rehearsal {
  record?: () => object | null;
  /** What the start has used; there once the initial callbacks have run. */
  used?: UsedParts;
}

export function findRehearsal(): Rehearsal | undefined {
  const found = (window as unknown as { __pyrt_rehearsal__?: unknown }).__pyrt_rehearsal__;
  return isDictionary(found) ? (found as Rehearsal) : undefined;
}

/**
 * Lets the rehearsal ask for what is to be painted, and gives the layout that this is taken from.
 *
 * `getPage` gives the page, once there is one without hooks of a renderer: these stand around each call of the engine, and
 * before there is an engine, they would miss it. `address` is what Python has made of the page's own.
 */
export function provideRecord(
  rehearsal: Rehearsal,
  message: DocumentMessage,
  address: string | null,
  getPage: () => Page | undefined,
): Store {
  const recording = new Store(new ComponentProps(message.childrenProps));
  rehearsal.record = () => {
    const page = getPage();
    if (!page) return null;
    const { callbacks } = page.callbacks;
    const layout = { type: "Layout", seq: 0, layout: recording.root.components } as const;
    return recordPrerendered([message, { type: "Callbacks", callbacks: [...callbacks] }, layout], address);
  };
  return recording;
}

/** What a build does not ask a server for: its answers belong to the day on which the page is opened. */
export const stubServer: Executor = {
  call: ({ run }, report) => report({ type: "RemoteResult", run, outcome: "prevented" }),
  end: () => {},
};
