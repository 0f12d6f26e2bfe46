/**
 * The first script of a painted page, run before anything is seen: writes down what is done to the still, so that
 * nothing is lost until the page's own script takes over. Small, because the first frame waits for it.
 */

export interface EarlyWindow {
  /** What was done to the still so far; `notify` hears of more. */
  __pyrt_early__?: { readonly events: Event[]; notify?: () => void };
}

const early: NonNullable<EarlyWindow["__pyrt_early__"]> = { events: [] };
(window as EarlyWindow).__pyrt_early__ = early;

for (const kind of ["pointerdown", "mousedown", "mouseup", "click", "keydown", "keyup", "focusin"]) {
  document.addEventListener(
    kind,
    (event) => {
      if (!(event.target instanceof Element) || !event.target.closest("[data-pyrt-still]")) return;
      const { ctrlKey, metaKey, button } = event as MouseEvent;
      if (event.type === "click" && (ctrlKey || metaKey || button !== 0)) return;
      if (event.type === "click" && event.target.closest("a")) event.preventDefault();
      early.events.push(event);
      early.notify?.();
    },
    true,
  );
}
