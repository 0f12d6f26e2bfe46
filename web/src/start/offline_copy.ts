/**
 * Lets the browser keep the site for use without a network, if it was built with `--offline`. The page needs none of it:
 * where a browser, a frame or a private window refuses, it goes on without.
 */

import { isSingleFile } from "../browser/place";
import { trustUrl } from "../browser/trusted_types";
import { requestIdle } from "../document/idle";
import type { KeptReport, OpenedVersion } from "../offline/messages";
import type { Manifest } from "../wire/manifest";

let isAsked = false;

/** To be called when the page has started and nothing more is fetched for that, or when it has failed. */
export function keepOfflineCopy({ offline }: Manifest, root: URL): void {
  if (!offline || isAsked || isSingleFile()) return;
  isAsked = true;
  requestIdle(() => {
    register(new URL(offline.worker, root), root, offline.version).catch((error: unknown) =>
      tell(false, String(error)),
    );
  });
}

/** Rejects where the browser has no service workers, or refuses this one. */
async function register(script: URL, root: URL, version: string): Promise<void> {
  const { serviceWorker } = navigator;
  serviceWorker.addEventListener("message", ({ data }: MessageEvent<KeptReport>) => {
    if (data.type !== "KeptReport") return;
    if (data.version !== undefined) performance.mark("pyrt:offline", { detail: data.version });
    if (data.problem !== undefined) tell(data.version !== undefined, data.problem);
  });
  // Messages wait until this is called, or the document is complete.
  serviceWorker.startMessages();
  const active = isControlledBy(script) ? serviceWorker.controller : await registerAnew(script, root);
  active?.postMessage({ type: "OpenedVersion", version } satisfies OpenedVersion);
}

/** Whether the page has come from the worker. One that removes itself must not be registered again. */
function isControlledBy(script: URL): boolean {
  return navigator.serviceWorker.controller?.scriptURL === script.href;
}

async function registerAnew(script: URL, root: URL): Promise<ServiceWorker | null> {
  const { serviceWorker } = navigator;
  await serviceWorker.register(trustUrl(script.href), { scope: root.pathname, updateViaCache: "none" });
  return (await serviceWorker.ready).active;
}

function tell(isKept: boolean, problem: string): void {
  const what = isKept ? "the newest version of the site" : "the site";
  console.info(`pyrt: ${what} is not kept for use without a network. ${problem}`);
}
