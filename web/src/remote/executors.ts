/** The executors of Python functions outside the page's own worker: job workers, and a server. */

import { findAbilities, hasLittleMemory } from "../browser/abilities";
import { readCookie, writeCookie } from "../browser/cookie";
import { trustUrl } from "../browser/trusted_types";
import { requestIdle } from "../document/idle";
import { addressOfContent, hasNoOrigin, nameOfScript, readScript } from "../files/scripts";
import { type Boot, bridgeUrl, describeEnvironment, describeLocation, type Manifest, siteRoot } from "../wire/manifest";
import type { HostMessage, JobMessage, JobReport } from "../wire/protocol";
import { WorkerEndpoint } from "../wire/transport";
import { Bridge, type BridgeOptions } from "./bridge";
import { JobPool, type JobPoolOptions, type JobWorker, jobLimit } from "./job_pool";
import { ResultCache } from "./result_cache";

/** The job workers, for a hot reload, which ends those of the old run. */
export const jobWorkers: Worker[] = [];

/** Delay before a spare worker is started, in milliseconds. Most jobs end sooner, and their worker is free again. */
const spareDelayMs = 300;

export function makeJobPool(boot: Boot, log: JobPoolOptions["log"]): JobPool {
  const root = new URL(boot.root);
  const abilities = findAbilities();
  return new JobPool({
    start: () => startJobWorker(boot, root),
    describePage: () => ({ location: describeLocation(), cookie: readCookie() }),
    results: new ResultCache(boot.root),
    limit: jobLimit(abilities.cores, hasLittleMemory(abilities)),
    keepsSpare: !hasLittleMemory(abilities),
    whenIdle: (begin) => setTimeout(() => requestIdle(begin), spareDelayMs),
    log,
  });
}

function startJobWorker(boot: Boot, root: URL): JobWorker {
  const { href } = new URL(boot.manifest.worker, root);
  const environment = { ...describeEnvironment(boot.manifest, root), jobs: false, bridge: false };
  const first: Boot = { ...boot, environment, role: "job" };
  return hasNoOrigin() ? startFromContent(href, first) : startFrom(href, first);
}

/** In a frame without an origin, workers start from the content of their script only. */
function startFromContent(script: string, boot: Boot): JobWorker {
  const started = readScript(script, nameOfScript(script), { integrity: boot.manifest.workerIntegrity })
    .then(addressOfContent)
    .then((address) => startFrom(address, boot));
  started.catch(() => {}); // told to the listener
  return {
    send: (message) => void started.then((worker) => worker.send(message)).catch(() => {}),
    listen: (listener) => {
      const fail = (error: unknown): void => listener([{ type: "Failed", stage: "worker", message: String(error) }]);
      void started.then((worker) => worker.listen(listener), fail);
    },
    terminate: () => void started.then((worker) => worker.terminate()).catch(() => {}),
  };
}

function startFrom(address: string, boot: Boot): JobWorker {
  const worker = new Worker(trustUrl(address), { type: "module", name: "pyrt job" });
  if (import.meta.env.PYRT_DEV) jobWorkers.push(worker);
  const endpoint = new WorkerEndpoint<JobMessage, JobReport | HostMessage>(worker, boot.manifest.worker);
  worker.postMessage(boot);
  return {
    send: (message) => endpoint.send([message]),
    listen: (listener) => endpoint.listen(listener),
    terminate: () => endpoint.terminate(),
  };
}

/** The server of the bridge, if the page knows its address. */
export function findServer(
  manifest: Manifest,
  page: Pick<BridgeOptions, "readProp" | "whenShown">,
): Bridge | undefined {
  const url = bridgeUrl(manifest, siteRoot());
  if (!url) return undefined;
  const { timeoutMs, credentials } = manifest.bridge ?? { timeoutMs: 60_000, credentials: "same-origin" };
  return new Bridge({ url, timeoutMs, credentials, setCookie: writeCookie, ...page });
}
