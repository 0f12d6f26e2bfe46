/** What was written in this tab, for a reload. The app in the frame has no access to it. */

import type { Files } from "./config";
import { checkFiles } from "./files";

const key = "pyrt.playground";

export class Draft {
  write(files: Files): void {
    try {
      sessionStorage.setItem(key, JSON.stringify({ hash: location.hash, files }));
    } catch {
      // Storage may be forbidden or full: then a reload begins anew.
    }
  }

  /** Nothing if the page was opened with another link since then. */
  read(): Files | undefined {
    try {
      const kept = JSON.parse(sessionStorage.getItem(key) ?? "null") as { hash: string; files: Files } | null;
      return kept?.hash === location.hash ? checkFiles(kept.files) : undefined;
    } catch {
      return undefined;
    }
  }
}
