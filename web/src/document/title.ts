/** The document's title while the page is busy (S-160): `update_title` replaces the app's own. */

import type { Activity } from "../session/activity";

/**
 * Delay before the title changes, in milliseconds. A shorter change could not be read, and costs more than a
 * callback.
 */
const showDelayMs = 30;

export class BusyTitle {
  readonly #updateTitle: string;
  readonly #activity: Activity;
  #own = document.title;
  #timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(updateTitle: string, activity: Activity) {
    this.#updateTitle = updateTitle;
    this.#activity = activity;
  }

  /** Installs the title for the life of the page. Does nothing if `update_title` is empty. */
  static install(updateTitle: string | null | undefined, activity: Activity): void {
    if (!updateTitle) return;
    const title = new BusyTitle(updateTitle, activity);
    activity.subscribe(() => title.#refresh());
    // The app may set its own title at any time. It is stored, and shown when the page is no longer busy.
    const observer = new MutationObserver(() => title.#recordOwn());
    const element = document.querySelector("title");
    if (element) observer.observe(element, { subtree: true, childList: true, characterData: true });
    title.#refresh();
  }

  #refresh(): void {
    if (this.#activity.isBusy) {
      this.#timer ??= setTimeout(() => this.#show(), showDelayMs);
    } else if (this.#timer !== undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      if (document.title === this.#updateTitle) document.title = this.#own;
    }
  }

  #show(): void {
    if (document.title === this.#updateTitle) return; // already shown by #recordOwn
    this.#own = document.title;
    document.title = this.#updateTitle;
  }

  #recordOwn(): void {
    if (document.title === this.#updateTitle) return;
    this.#own = document.title;
    if (this.#activity.isBusy && this.#timer !== undefined) document.title = this.#updateTitle;
  }
}
