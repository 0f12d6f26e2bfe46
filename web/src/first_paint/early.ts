/**
 * The first script of a painted page, run before anything is seen: writes down what is done to the still, so that
 * nothing is lost until the page's own script takes over (replay.ts). Small, because the first frame waits for it.
 */

/** What a visitor has done, and what stood in the field then. */
export interface EarlyEvent {
  readonly event: Event;
  readonly text: string | undefined;
}

export interface EarlyEvents {
  readonly events: EarlyEvent[];
  /** Whether all that is done in the page is written down, or nothing of it any more. */
  isBlocking?: boolean;
  /** Hears of each recorded while its event is on its way. */
  notify?: (recorded: EarlyEvent) => void;
}

export interface EarlyWindow {
  __pyrt_early__?: EarlyEvents;
}

const early: EarlyEvents = { events: [] };
(window as EarlyWindow).__pyrt_early__ = early;

const kinds =
  "pointerdown pointermove pointerup pointercancel mousedown mousemove mouseup click dblclick keydown keypress keyup " +
  "input change focusin focusout compositionstart compositionend";

// On the window, before all others: what is held is heard by nobody else.
for (const kind of kinds.split(" ")) {
  addEventListener(
    kind,
    (event) => {
      const { target, type, isTrusted, ctrlKey, metaKey, button, buttons } = event as MouseEvent;
      if (!isTrusted || !(target instanceof Element)) return;
      // Keys go to the body where nothing has the focus yet.
      if (!(early.isBlocking ?? (target === document.body || target.closest("[data-pyrt-preview]")))) return;
      // Menus and new tabs are the browser's; a pointer that only passes by does nothing.
      if (button > 0 || (button === 0 && (ctrlKey || metaKey)) || (/move/.test(type) && !buttons)) return;
      if (type === "click" && target.closest("a")) event.preventDefault();
      const recorded = { event, text: (target as HTMLInputElement).value };
      early.events.push(recorded);
      early.notify?.(recorded);
    },
    true,
  );
}
