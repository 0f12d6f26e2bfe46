/** The executors of Python functions outside the page's own worker: job workers, and a server. */

import { findAbilities, hasLittleMemory } from "../browser/abilities";
import { readCookie, writeCookie } from "../browser/cookie";
import { trustUrl } from "../browser/trusted_types";
import { requestIdle } from "../document/idle";
import { type Boot, bridgeUrl, describeEnvironment, describeLocation, type Manifest, siteRoot } from "../wire/manifest";
import type { HostMessage, JobMessage, JobReport } from "../wire/protocol";
import { WorkerEndpoint } from "../wire/transport";
import { Bridge, type BridgeOptions } from "./bridge";
import { JobPool, type JobPoolOptions, type JobWorker, jobLimit } from "./job_pool";
import { ResultCache } from "./result_cache";

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
  const worker = new Worker(trustUrl(new URL(boot.manifest.worker, root).href), { type: "module", name: "pyrt job" });
  const endpoint = new WorkerEndpoint<JobMessage, JobReport | HostMessage>(worker);
  const environment = { ...describeEnvironment(boot.manifest, root), jobs: false, bridge: false };
  worker.postMessage({ ...boot, environment, role: "job" } satisfies Boot);
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
