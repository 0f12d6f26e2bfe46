/** The rehearsed page's side of the build's rehearsal: what it records for the builder. */

import { Store } from "../mirror/store";
import { ComponentProps } from "../mirror/tree";
import type { Page } from "../session/page";
import type { Executor } from "../session/remote_calls";
import { isDictionary } from "../wire/json";
import type { DocumentMessage, Precompute, Precomputed, UsedParts } from "../wire/protocol";
import { recordAnswers, recordPrerendered } from "./prerendered";

/** Set by build/pyrt_build/templates/rehearsal.js before all other scripts. */
export interface Rehearsal {
  record?: () => object | null;
  /** Computes results of callbacks, if the page can have a prerendered layout. */
  precompute?: (request: Omit<Precompute, "type" | "seq">) => Promise<object | null>;
  /** Takes the answer to `Precompute`; set while Python computes it. */
  precomputed?: ((message: Precomputed) => void) | undefined;
  /** What the start has used; set after the initial callbacks. */
  used?: UsedParts;
}

export function findRehearsal(): Rehearsal | undefined {
  const found = (window as unknown as { __pyrt_rehearsal__?: unknown }).__pyrt_rehearsal__;
  return isDictionary(found) ? (found as Rehearsal) : undefined;
}

/**
 * Gives the rehearsal a function that returns the data to prerender, and returns the mirror of the layout
 * from which it is recorded.
 *
 * `getPage` returns the page if it exists and has no hooks of a renderer. Hooks wrap each call of the engine, so a
 * prerendered page would miss calls. `address` is the page's address after Python has changed it.
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
  rehearsal.precompute = async (request) => {
    const page = getPage();
    if (!page) return null;
    return new Promise((resolve) => {
      rehearsal.precomputed = (found) => {
        rehearsal.precomputed = undefined;
        resolve(recordAnswers(found));
      };
      page.outbox.send({ type: "Precompute", ...request });
    });
  };
  return recording;
}

/** Replaces the server during a build: its results would be out of date when the page is opened. */
export const stubServer: Executor = {
  call: ({ run }, report) => report({ type: "RemoteResult", run, outcome: "prevented" }),
  end: () => {},
};
