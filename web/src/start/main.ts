/** Entry of the page: starts the worker first, because it takes longest. */

import { pageWorker } from "../browser/page_worker";
import { findTranslation } from "../browser/translation";
import { trustBundles, trustUrl } from "../browser/trusted_types";
import { installStorage } from "../contract/storage";
import { addEmptyIcon } from "../document/document";
import { requestIdle } from "../document/idle";
import { readPrerendered } from "../first_paint/prerendered";
import { findRehearsal } from "../first_paint/recorder";
import { HotReload } from "../hot_reload/hot_reload";
import { beginInTurn } from "../in_frame/host_page";
import { hideFailure } from "../shell/failure_box";
import { watchServerRoutes } from "../shell/server_routes";
import { installStyles } from "../shell/styles";
import { type Boot, bridgeUrl, describeEnvironment, readManifest, sharedFolder, siteRoot } from "../wire/manifest";
import { checkBrowser, type StartState } from "./browser_check";
import { Milestones } from "./milestones";
import { keepOfflineCopy } from "./offline_copy";
import { PageStart } from "./page_start";
import { NoPython, type PythonHost, PythonWorker } from "./python_worker";
import { failStart } from "./watchdog";

/** What has failed is the file that the page stands in: it has said so (embedded/page.ts). */
const stageOfSingleFile = "file";

function start({ canRunPython }: StartState): void {
  installStyles();
  installStorage();
  const manifest = readManifest();
  const root = siteRoot();
  trustBundles(sharedFolder(manifest, root));
  addEmptyIcon();
  watchServerRoutes(manifest.routes ?? [], root, bridgeUrl(manifest, root));
  const boot: Boot = {
    type: "Boot",
    manifest,
    root: root.href,
    environment: describeEnvironment(manifest, root),
    translation: findTranslation(),
    ...(findRehearsal() ? { rehearsal: {} } : {}),
  };
  const hotReload = import.meta.env.PYRT_DEV ? new HotReload(boot, (next) => worker.replace(next)) : undefined;
  const worker: PythonHost = canRunPython
    ? new PythonWorker({ script: new URL(manifest.worker, root), integrity: manifest.workerIntegrity }, (address) => {
        const made = new Worker(trustUrl(address), pageWorker);
        return hotReload ? hotReload.noteWorker(made) : made;
      })
    : new NoPython();
  const milestones = new Milestones();
  milestones.reach("worker");
  const entry = document.getElementById("react-entry-point");
  if (!entry) throw new Error("The page has no element with the id react-entry-point.");
  const page = new PageStart(boot, worker, entry, milestones, hotReload);
  if (!canRunPython) {
    void page.drawWithoutPython(readPrerendered());
    return;
  }
  void milestones.api.ready.then(() => requestIdle(() => worker.idle()));
  void milestones.api.failed.then(({ stage }) => {
    if (stage === stageOfSingleFile) worker.end();
    else keepOfflineCopy(manifest, root);
  });
  let isStarted = false;
  void page.drawPrerendered(readPrerendered(), () => {
    if (!isStarted) worker.boot(boot);
    isStarted = true;
  });
}

function begin(): void {
  const state = checkBrowser();
  if (state.hasBegun) return;
  state.hasBegun = state.canRun;
  const startOrFail = (): void => {
    hideFailure();
    try {
      start(state);
    } catch (error) {
      void failStart(state, error);
    }
  };
  beginInTurn(state.api, () => readManifest().embedOrigins ?? [], state.canRun ? startOrFail : undefined);
}

begin();
