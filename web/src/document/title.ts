/** The document's title while the page is busy (S-160): `update_title` stands in for the app's own. */

import type { Activity } from "../session/activity";

/**
 * What takes less than this is over before anybody could read a title; and changing one costs more than a
 * whole callback.
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

  /** Keeps the title for the life of the page. Off when `update_title` is empty. */
  static install(updateTitle: string | null | undefined, activity: Activity): void {
    if (!updateTitle) return;
    const title = new BusyTitle(updateTitle, activity);
    activity.subscribe(() => title.#refresh());
    // The app may set a title of its own at any time: it is remembered, and shown when the page is quiet.
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
    if (document.title === this.#updateTitle) return; // the app's own title came while we waited, and is remembered
    this.#own = document.title;
    document.title = this.#updateTitle;
  }

  #recordOwn(): void {
    if (document.title === this.#updateTitle) return;
    this.#own = document.title;
    if (this.#activity.isBusy && this.#timer !== undefined) document.title = this.#updateTitle;
  }
}
