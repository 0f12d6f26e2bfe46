/**
 * Entry of the service worker of a site that was built with `--offline`. It is the same for all sites and all of their
 * versions: everything that differs is in Cache storage. So a newer one may take over at any moment.
 */

import { type Asked, answer, isOfSite } from "./answers";
import { KeptSite } from "./kept_site";
import type { KeptReport, OpenedVersion } from "./messages";
import { type Outcome, update } from "./update";

/** The parts of a service worker's events that are used; TypeScript has them in a library that excludes the DOM. */
interface WaitingEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}

interface AskingEvent extends WaitingEvent, Asked {
  respondWith(response: Promise<Response>): void;
}

interface Client {
  readonly id: string;
  postMessage(report: KeptReport): void;
}

interface TellingEvent extends WaitingEvent {
  readonly data: OpenedVersion;
  readonly source: Client | null;
}

interface ServiceWorkerScope {
  readonly registration: { readonly scope: string; unregister(): Promise<boolean> };
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { includeUncontrolled: boolean; type: "all" }): Promise<readonly Client[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: WaitingEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: AskingEvent) => void): void;
  addEventListener(type: "message", listener: (event: TellingEvent) => void): void;
}

const worker = self as unknown as ServiceWorkerScope;
const site = new KeptSite(worker.registration.scope);
let running: Promise<Outcome> | undefined;
/** Tab -> the look for an update that its own request has begun. */
const looks = new Map<string, Promise<Outcome>>();
const problems: Partial<Record<Outcome, string>> = {
  missing: "The host does not have pyrt-offline.json.",
  gone: "The host does not have pyrt-offline.json any more.",
};

/** One update at a time: who asks meanwhile gets the result of that one. */
function updateOnce(): Promise<Outcome> {
  running ??= update(site, openClients).finally(() => {
    running = undefined;
  });
  return running;
}

async function openClients(): Promise<ReadonlySet<string>> {
  const found = await worker.clients.matchAll({ includeUncontrolled: true, type: "all" });
  return new Set(found.map(({ id }) => id));
}

/** Looks for a new version. A site that is gone from the host takes its worker along. */
async function lookForUpdate(): Promise<Outcome> {
  const outcome = await updateOnce();
  if (outcome === "gone") await worker.registration.unregister();
  return outcome;
}

async function report(client: Client, version: string): Promise<void> {
  let problem: string | undefined;
  try {
    problem = problems[await (looks.get(client.id) ?? lookForUpdate())];
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  // After a removal nothing is kept again.
  if (await site.exists()) await site.setVersionOf(client.id, version);
  client.postMessage({ type: "KeptReport", version: (await site.readState())?.current, problem });
}

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (event) => {
  if (!isOfSite(site.scope, event.request)) return;
  event.respondWith(answer(site, event));
  if (event.request.mode !== "navigate") return;
  const looking = lookForUpdate();
  looks.set(event.resultingClientId, looking);
  event.waitUntil(looking.catch(() => undefined));
});

worker.addEventListener("message", (event) => {
  const { data, source } = event;
  if (data.type !== "OpenedVersion" || !source) return;
  event.waitUntil(report(source, data.version));
});
