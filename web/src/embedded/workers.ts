/**
 * Workers of an embedded site. A worker gets the files with its first message, before any of its own, and its script
 * runs behind the same code that the page has.
 */

import { Archive, type EmbeddedFile } from "./archive";
import { answerRequests } from "./requests";
import { globalName } from "./script_text";
import { EmbeddedSite } from "./site";

/** The first message to a worker. */
interface Delivery {
  readonly pyrtEmbedded: {
    readonly root: string;
    readonly files: readonly EmbeddedFile[];
    readonly contents: Archive["contents"];
  };
}

/** `code`: this script as text, for workers. */
export function hookWorkers(site: EmbeddedSite, code: string): void {
  const deliver = (worker: Worker): void => {
    const { root, archive } = site;
    worker.postMessage({ pyrtEmbedded: { root, files: archive.files, contents: archive.contents } } satisfies Delivery);
  };
  globalThis.Worker = new Proxy(globalThis.Worker, {
    construct(Native, [address, options]: [string | URL, WorkerOptions?]) {
      const name = site.nameOf(String(address));
      if (name === undefined) return new Native(address, options);
      const text = `${code}\n${String(site.content(name))}`;
      const worker = new Native(addressOfScript(text), options);
      deliver(worker);
      return worker;
    },
  });
}

/** Of a file, browsers run no worker from a blob if it is a module; they do from an address with the script in it. */
function addressOfScript(text: string): string {
  const type = "text/javascript";
  if (/^https?:/.test(self.location.protocol) && self.origin !== "null") {
    return URL.createObjectURL(new Blob([text], { type }));
  }
  return `data:${type};charset=utf-8,${encodeURIComponent(text)}`;
}

/** What scripts of the site use in place of `import(...)` and `import.meta.url`. `from`: number of the script's file. */
export function makeImports(site: EmbeddedSite): object {
  return {
    address: (from: number): string => site.addressAt(from),
    import: async (from: number, address: unknown): Promise<unknown> => {
      const name = site.nameOf(String(address), site.addressAt(from));
      return import(/* @vite-ignore */ name === undefined ? String(address) : site.blobOf(name));
    },
  };
}

/** In a worker: takes the files, and answers from them before anything else is told. It starts no workers of the site. */
export function beginWorker(): void {
  const take = (event: MessageEvent<Partial<Delivery>>): void => {
    const delivery = event.data?.pyrtEmbedded;
    if (!delivery) return;
    event.stopImmediatePropagation();
    removeEventListener("message", take);
    const { root, files, contents } = delivery;
    const site = new EmbeddedSite(root, new Archive(files, contents));
    answerRequests(site, self);
    hookImportScripts(site);
    Object.assign(self, { [globalName]: makeImports(site) });
  };
  addEventListener("message", take);
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
