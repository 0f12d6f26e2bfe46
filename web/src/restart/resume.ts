/**
 * How a page goes on with a new worker. What is drawn stays as it is, and is the layout of the new engine: values that
 * callbacks have made, Stores, what was typed and chosen, the address and its history. Components are not drawn again.
 *
 *     interruptPage    the worker has ended: what the page sends is kept in the journal
 *     resumePage       Python is up again: the engine gets the layout, and what has not begun
 */

import type { Page } from "../session/page";
import { isDictionary } from "../wire/json";
import type { ChildrenProps, Resume, Unnumbered } from "../wire/protocol";
import type { Journal } from "./journal";

/** Whether the page can go on with another worker: its engine has served the layout. */
export function canResume(page: Page): boolean {
  return page.hasLayout;
}

/** The worker has ended. What was called there has ended, too; what the page calls itself goes on. */
export function interruptPage(page: Page): void {
  page.outbox.cut();
  page.goLive();
  page.clientside.cut();
  page.remote.cut();
  page.lazy.cut();
  page.activity.stop();
}

/** A new worker has run the app's script: gives it the page. */
export function resumePage(page: Page, journal: Journal, packages: ChildrenProps): void {
  const describe = (): Unnumbered<Resume> => {
    const { run, journal: entries, kept } = journal.takeUnfinished();
    page.activity.setPending(entries.length + kept.length > 0 ? 1 : 0);
    const layout = asJson(page.store.root.components);
    const lazy = page.lazy.watch(packages);
    return { type: "Resume", layout, lazy, updateSeq: page.outbox.seen, run, journal: entries, kept };
  };
  page.outbox.reconnect(describe, (id, prop) => page.store.propsOf(id)?.[prop] ?? null);
}

/** The same value without the parts that JSON cannot hold, which a component may have put there. */
function asJson(value: unknown): unknown {
  try {
    JSON.stringify(value);
    return value;
  } catch {
    return withoutCircles(value, []);
  }
}

function withoutCircles(value: unknown, above: readonly unknown[]): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (above.includes(value)) return null;
  const inside = [...above, value];
  if (Array.isArray(value)) return value.map((item) => withoutCircles(item, inside));
  if (!isDictionary(value)) return null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutCircles(item, inside)]));
}
