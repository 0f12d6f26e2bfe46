/**
 * Records what the user does to the preview, until the page's own script replays it (event_replay.ts). Part of the
 * first script (start/early.ts): it is small because the first frame waits for it.
 */

/** An event of the user, and the value of its field at that moment. */
export interface EarlyEvent {
  readonly event: Event;
  readonly text: string | undefined;
}

export interface EarlyEvents {
  readonly events: EarlyEvent[];
  /** True: all events of the page are recorded. False: none. Undefined: those of the preview. */
  isBlocking?: boolean;
  /** Called with each recorded event while it is dispatched. */
  notify?: (recorded: EarlyEvent) => void;
}

export interface EarlyWindow {
  __pyrt_early__?: EarlyEvents;
}

const kinds =
  "pointerdown pointermove pointerup pointercancel mousedown mousemove mouseup click dblclick keydown keypress keyup " +
  "input change focusin focusout compositionstart compositionend";

/** Starts to record. */
export function recordEarlyEvents(): void {
  const early: EarlyEvents = { events: [] };
  (window as EarlyWindow).__pyrt_early__ = early;
  // Capturing listeners on the window run first, so a blocked event reaches no other listener.
  for (const kind of kinds.split(" ")) addEventListener(kind, (event) => record(event, early), true);
}

function record(event: Event, early: EarlyEvents): void {
  const { target, type, isTrusted, ctrlKey, metaKey, button, buttons } = event as MouseEvent;
  if (!isTrusted || !(target instanceof Element)) return;
  // The body receives keys while nothing has the focus.
  if (!(early.isBlocking ?? (target === document.body || target.closest("[data-pyrt-preview]")))) return;
  // Leave menus, new tabs and pointer moves without a button to the browser.
  if (button > 0 || (button === 0 && (ctrlKey || metaKey)) || (/move/.test(type) && !buttons)) return;
  if (type === "click" && target.closest("a")) event.preventDefault();
  const recorded = { event, text: (target as HTMLInputElement).value };
  early.events.push(recorded);
  early.notify?.(recorded);
}
