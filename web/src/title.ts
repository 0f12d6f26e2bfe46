/** The document's title while the page is busy (S-160): `update_title` stands in for the app's own. */

import type { Activity } from "./activity";

export class BusyTitle {
  readonly #updateTitle: string;
  readonly #activity: Activity;
  #own = document.title;

  private constructor(updateTitle: string, activity: Activity) {
    this.#updateTitle = updateTitle;
    this.#activity = activity;
  }

  /** Keeps the title for the life of the page. Off when `update_title` is empty. */
  static install(updateTitle: string | null | undefined, activity: Activity): void {
    if (!updateTitle) return;
    const title = new BusyTitle(updateTitle, activity);
    activity.subscribe(() => title.#refresh());
    const element = document.querySelector("title");
    // The app may set a title of its own at any time: it is shown when the page is quiet.
    const observer = new MutationObserver(() => title.#refresh());
    if (element) observer.observe(element, { subtree: true, childList: true, characterData: true });
    title.#refresh();
  }

  #refresh(): void {
    const isShown = document.title === this.#updateTitle;
    if (!isShown) this.#own = document.title;
    if (this.#activity.isBusy !== isShown) document.title = isShown ? this.#own : this.#updateTitle;
  }
}
