/**
 * The first code of a frame in a notebook. The widget gives it the files of the page and a port to the kernel; then the
 * page starts as in a site, with a worker that is the kernel.
 */

import { Archive } from "../embedded/archive";
import { ElementAddresses } from "../embedded/elements";
import { followLinks } from "../embedded/links";
import { PageLocation } from "../embedded/page_location";
import { answerRequests } from "../embedded/requests";
import { globalName } from "../embedded/rewriting";
import { EmbeddedSite } from "../embedded/site";
import { guardStorage } from "../embedded/storage";
import { makeImports } from "../embedded/workers";
import type { FrameMessage, FrameRequest, FrameStart, ToFrame } from "./channel";
import { FrameHeight, roomForTools } from "./frame_height";
import { KernelWorker } from "./kernel_worker";
import { LateFiles } from "./late_files";
import { takeSnapshot } from "./snapshot";

/** The page's state is kept when nothing has happened for so long. */
const quietMs = 1000;

class Frame {
  readonly #port: MessagePort;
  readonly #site: EmbeddedSite;
  readonly #late: LateFiles;
  /** Batches wait for the files that they name. */
  #order: Promise<void> = Promise.resolve();
  #quiet: ReturnType<typeof setTimeout> | undefined;
  #state = "";

  constructor({ root, files, contents, storage, page }: FrameStart["pyrtNotebook"], port: MessagePort) {
    this.#port = port;
    const location = new PageLocation(root);
    location.install();
    guardStorage(storage);
    const loaded = contents.map(([name, bytes]) => [name, new Uint8Array(bytes)] as const);
    const archive = new Archive(
      loaded.map(([name, bytes]) => ({ name, size: bytes.length })),
      loaded,
    );
    this.#site = new EmbeddedSite(root, archive, () => location.href);
    this.#late = new LateFiles(this.#site, (name) => this.#tell({ kind: "need", name }));
    this.#late.list(files.filter(({ name }) => !archive.has(name)));
    answerRequests(this.#site, window);
    followLinks(this.#site, location);
    new ElementAddresses(this.#site, (address) => this.#site.resolve(address)?.href ?? address).install();
    this.#late.install();
    Object.assign(window, { [globalName]: Object.assign(makeGlobal(location), makeImports(this.#site)) });
    KernelWorker.line = { send: (message) => this.#tell(message) };
    Object.assign(window, { Worker: KernelWorker });
    port.onmessage = ({ data }: MessageEvent<ToFrame>) => this.#receive(data);
    this.#watchHeight();
    const script = document.createElement("script");
    script.textContent = `${this.#site.content(page)}\n//# sourceURL=${this.#site.addressOf(page)}`;
    document.head.append(script);
  }

  #tell(message: FrameMessage | FrameRequest): void {
    this.#port.postMessage(message);
  }

  #receive(message: ToFrame): void {
    switch (message.kind) {
      case "batch":
        this.#receiveBatch(message.text, message.buffers);
        break;
      case "job":
        KernelWorker.jobs.get(message.worker)?.receive(message.text);
        break;
      case "lost":
        KernelWorker.page?.lose();
        break;
      case "index":
        this.#late.list(message.files);
        break;
      case "file":
        this.#late.receive(message.name, message.bytes);
        break;
      default:
        message satisfies never;
    }
  }

  #receiveBatch(text: string, buffers: readonly ArrayBuffer[]): void {
    const worker = KernelWorker.page;
    const give = (): void => {
      if (worker === KernelWorker.page) worker?.receive(text, buffers);
      this.#keepState();
    };
    const names = namedFiles(text);
    if (names.length === 0 && !this.#isWaiting) {
      give();
      return;
    }
    this.#isWaiting = true;
    const ready = this.#order.then(() => Promise.all(names.map((name) => this.#late.load(name)))).then(give);
    this.#order = ready.then(() => {
      if (this.#order === mine) this.#isWaiting = false;
    });
    const mine = this.#order;
  }

  #isWaiting = false;

  /** Sends what the page shows when it has been quiet for a while. */
  #keepState(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      if (performance.getEntriesByName("pyrt:ready").length === 0) return;
      const html = takeSnapshot(this.#site);
      if (html === this.#state) return;
      this.#state = html;
      this.#tell({ kind: "state", html });
    }, quietMs);
  }

  #watchHeight(): void {
    const room = document.createElement("style");
    room.textContent = roomForTools;
    document.head.append(room);
    const wanted = new FrameHeight();
    const tell = (): void => {
      const content = Math.ceil(document.documentElement.getBoundingClientRect().height);
      const height = wanted.next(content, performance.now());
      if (height !== undefined) this.#tell({ kind: "height", height });
    };
    new ResizeObserver(tell).observe(document.documentElement, { box: "border-box" });
  }
}

/** Scripts and stylesheets that must run in their order: they have to be there before the first is asked for. */
function namedFiles(text: string): string[] {
  if (!text.includes('"scripts"')) return [];
  const messages = JSON.parse(text) as { scripts?: { src: string }[]; stylesheets?: { src: string }[] }[];
  return messages.flatMap(({ scripts = [], stylesheets = [] }) => [...scripts, ...stylesheets].map(({ src }) => src));
}

/** `__pyrt_site__`: what changed scripts use in place of `window.location`. */
function makeGlobal(location: PageLocation): object {
  return {
    get location(): PageLocation {
      return location;
    },
    set location(address: PageLocation | string) {
      location.assign(String(address));
    },
  };
}

function begin(event: MessageEvent<Partial<FrameStart>>): void {
  const start = event.data?.pyrtNotebook;
  const [port] = event.ports;
  if (event.source !== window.parent || !start || !port) return;
  removeEventListener("message", begin);
  new Frame(start, port);
}

addEventListener("message", begin);
