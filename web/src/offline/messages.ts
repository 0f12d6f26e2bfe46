/** What a page and the service worker of its site say to each other. */

/** From a page, when it has started. */
export interface OpenedVersion {
  readonly type: "OpenedVersion";
  readonly version: string;
}

/** To the page, when the host has been asked for its list. */
export interface KeptReport {
  readonly type: "KeptReport";
  /** The version that a new tab gets; undefined if none is kept. */
  readonly version: string | undefined;
  /** Why the host's version is not kept. */
  readonly problem: string | undefined;
}
