/**
 * Workers of an embedded site. A worker gets the files with its first message, before any of its own, and those that come
 * later as they come. Its script runs behind the same code that the page has. The page's worker is started before the
 * page's script asks for it: it takes its files while the browser reads them.
 */

import { pageWorker } from "../browser/page_worker";
import { Archive, type Contents, type EmbeddedFile } from "./archive";
import { answerRequests } from "./requests";
import { globalName } from "./rewriting";
import { EmbeddedSite } from "./site";

/** The first message to a worker, and a later one. */
interface Delivery {
  readonly pyrtEmbedded: {
    readonly root: string;
    readonly files: readonly EmbeddedFile[];
    readonly contents: Contents;
  };
}
interface LaterDelivery {
  readonly pyrtEmbedded: { readonly contents: Contents };
}

/** `code`: this script as text, for workers. `early`: the file of the page's worker, to be started at once. */
export function hookWorkers(site: EmbeddedSite, code: string, early?: string): void {
  const { root, archive } = site;
  const workers = new Set<Worker>();
  const deliver = (worker: Worker): void => {
    worker.postMessage({ pyrtEmbedded: { root, files: archive.files, contents: archive.contents } } satisfies Delivery);
    if (!archive.isWhole) workers.add(worker);
  };
  archive.watch((read) => {
    for (const worker of workers) worker.postMessage({ pyrtEmbedded: { contents: read() } } satisfies LaterDelivery);
    if (archive.isWhole) workers.clear();
  });
  const Native = globalThis.Worker;
  const start = (name: string, options?: WorkerOptions): Worker => {
    const text = `${code}\n${String(site.content(name))}`;
    const worker = new Native(addressOfScript(text), options);
    deliver(worker);
    return worker;
  };
  let started = early === undefined ? undefined : startEarly(() => start(early, pageWorker));
  globalThis.Worker = new Proxy(Native, {
    construct(_, [address, options]: [string | URL, WorkerOptions?]) {
      const name = site.nameOf(String(address));
      if (name === undefined) return new Native(address, options);
      if (name !== early || options?.name !== pageWorker.name) return start(name, options);
      const worker = started?.();
      started = undefined;
      return worker ?? start(name, options);
    },
  });
}

/** Returns what gives the worker; nothing if it could not be started: whoever starts another one hears why. */
function startEarly(start: () => Worker): () => Worker | undefined {
  let worker: Worker | undefined;
  try {
    worker = start();
  } catch {
    return () => undefined;
  }
  worker.addEventListener("error", () => {
    worker = undefined;
  });
  return () => worker;
}

/** Of a file, browsers run no worker from a blob if it is a module; they do from an address with the script in it. */
function addressOfScript(text: string): string {
  if (/^https?:/.test(self.location.protocol) && self.origin !== "null") {
    return URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  }
  return dataAddress(text);
}

function dataAddress(script: string): string {
  return `data:text/javascript;charset=utf-8,${encodeURIComponent(script)}`;
}

/** What scripts of the site use in place of `import(...)` and `import.meta.url`. `from`: number of the script's file. */
export function makeImports(site: EmbeddedSite): object {
  return {
    address: (from: number): string => site.addressAt(from),
    import: async (from: number, address: unknown): Promise<unknown> => {
      const name = site.nameOf(String(address), site.addressAt(from));
      if (name === undefined) return import(/* @vite-ignore */ String(address));
      await site.archive.arrived(name);
      return importFile(site, name);
    },
  };
}

/** Where a worker has no origin, WebKit imports no blob, not even its own. */
async function importFile(site: EmbeddedSite, name: string): Promise<unknown> {
  try {
    return await import(/* @vite-ignore */ site.blobOf(name));
  } catch (error) {
    if (self.origin !== "null" || !(error instanceof TypeError)) throw error;
    return import(/* @vite-ignore */ dataAddress(String(site.content(name))));
  }
}

/**
 * In a worker: takes the files, and answers from them before anything else is told. It starts no workers of the site. As
 * long as it has nothing else to do, it decodes them.
 */
export function beginWorker(): void {
  let archive: Archive | undefined;
  let isIdle = true;
  const take = (event: MessageEvent<Partial<Delivery | LaterDelivery>>): void => {
    const delivery = event.data?.pyrtEmbedded;
    if (!delivery) {
      isIdle = false;
      return;
    }
    event.stopImmediatePropagation();
    if ("root" in delivery) archive = installSite(delivery);
    else for (const [name, content] of delivery.contents) archive?.put(name, content);
    if (isIdle) for (const [name] of delivery.contents) archive?.decode(name);
    if (archive?.isWhole) removeEventListener("message", take);
  };
  addEventListener("message", take);
}

function installSite({ root, files, contents }: Delivery["pyrtEmbedded"]): Archive {
  const archive = new Archive(files, contents);
  const site = new EmbeddedSite(root, archive);
  answerRequests(site, self);
  hookImportScripts(site);
  Object.assign(self, { [globalName]: makeImports(site) });
  return archive;
}

function hookImportScripts(site: EmbeddedSite): void {
  const scope = self as { importScripts?: (...addresses: string[]) => void };
  const native = scope.importScripts?.bind(self);
  if (!native) return;
  scope.importScripts = (...addresses) => {
    native(
      ...addresses.map((address) => {
        const name = site.nameOf(address);
        return name === undefined ? address : site.blobOf(name);
      }),
    );
  };
}
