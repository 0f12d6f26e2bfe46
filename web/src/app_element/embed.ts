/** One app in an element of a host page, from the moment when it is put into the page until it is removed. */

import { type AppApi, type AppMessage, heldName, type Id, type Listener, type Props } from "./protocol";
import { endTurn, takeTurn } from "./turns";

/** An app that has not started by then lets the next one begin; it goes on itself. In ms. */
const turnMs = 60_000;
/** A frame that is loaded and says nothing for so long holds no app. In ms. */
const silenceMs = 5000;

const style =
  ":host{display:block;position:relative}iframe{width:100%;height:9em;border:0;display:block;background:50%/cover}" +
  ":host(:fullscreen) iframe{height:100%!important}button{position:absolute;top:0;right:0}" +
  ".run{inset:0 40%;height:3em}";

/** What to do with a message of this type. */
interface Call {
  readonly answer: Listener;
  readonly refused: Listener;
  readonly changed: Listener;
}

/** Shows the app and gives the element its methods. Returns what removes it. */
export function embed(host: HTMLElement): () => void {
  const attribute = (name: string): string | null => host.getAttribute(name);
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const add = <K extends keyof HTMLElementTagNameMap>(tag: K, props: object): HTMLElementTagNameMap[K] => {
    const element = Object.assign(document.createElement(tag), props);
    root.append(element);
    return element;
  };
  const { href, origin } = new URL(attribute("src") ?? "", document.baseURI);
  const height = attribute("height") ?? "auto";
  const removed = new AbortController();
  const { signal } = removed;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
  const frame = add("iframe", {
    name: heldName,
    title: host.title || "App",
    allow: "fullscreen",
    loading: attribute("loading") ?? "",
    onload: () => {
      timer = setTimeout(() => {
        // It may wait for its turn, or for a person, as long as that takes.
        if (attribute("state")) return;
        const textContent = `${href}: no app of pyrt, or not allowed in a frame`;
        add("p", { role: "alert", textContent });
        follow("failed", textContent);
      }, silenceMs);
    },
    src: href,
  });
  // Until the app's first frame is there.
  const poster = attribute("poster");
  if (poster) frame.style.backgroundImage = `url("${poster}")`;
  if (height !== "auto") frame.style.height = Number(height) ? `${height}px` : height;
  if (document.fullscreenEnabled) {
    add("button", {
      title: "Full screen",
      textContent: "[ ]",
      onclick: () => host.requestFullscreen(),
    });
  }
  /** What waits for the frame; the first entry is the start. */
  const calls = new Map<number, Call>();
  const ready = new Promise<unknown>((answer, refused) => calls.set(0, { answer, refused, changed: answer }));
  /** Whether it is, or was, this app's turn to start. */
  let mayStart = false;
  let count = 0;
  let timer: ReturnType<typeof setTimeout>;
  ready.catch(() => {});

  const send = (message: object): void => frame.contentWindow?.postMessage({ pyrtApp: 1, ...message }, origin);

  const run = (): void =>
    takeTurn(removed, () => {
      mayStart = true;
      send({ type: "start" });
      setTimeout(() => endTurn(removed), turnMs);
    });

  const fail = (message?: string): void => {
    for (const { refused } of calls.values()) refused(Error(message));
  };

  const follow = (state: string, message?: string): void => {
    host.setAttribute("state", state);
    if (state === "held") {
      frame.style.backgroundImage = "";
      send({ type: "measure" });
      if (mayStart) send({ type: "start" });
      // On a phone a person says which of the apps shall run.
      else if ((attribute("run") ?? (matchMedia("(hover:none)").matches && "click")) !== "click") run();
      else {
        const button = add("button", {
          className: "run",
          textContent: "Run",
          onclick: () => {
            button.remove();
            run();
          },
        });
      }
    } else if (state !== "starting") {
      if (state === "ready") calls.get(0)?.answer(0);
      else fail(message);
      endTurn(removed);
      host.dispatchEvent(new CustomEvent(`pyrt:${state}`, { detail: { message } }));
    }
  };

  addEventListener(
    "message",
    ({ data, origin: from, source }: MessageEvent<AppMessage>) => {
      if (source !== frame.contentWindow || from !== origin || data?.pyrtApp !== 1) return;
      if (data.type === "state") follow(data.state, data.message);
      else if (data.type === "height") {
        if (height === "auto") frame.style.height = `${data.height}px`;
      } else calls.get(data.request)?.[data.type](data.type === "refused" ? Error(data.value) : data.value);
    },
    { signal },
  );

  const ask = async (request: object, changed: Listener): Promise<() => void> => {
    await ready;
    const number = ++count;
    changed(
      await new Promise((answer, refused) => {
        calls.set(number, { answer, refused, changed });
        send({ ...request, request: number });
      }),
    );
    return () => {
      calls.delete(number);
      send({ type: "unobserve", request: number });
    };
  };
  /** Resolves to the one answer. */
  const askOnce = (request: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      ask(request, resolve).then((done) => done(), reject);
    });
  Object.assign(host, {
    ready,
    get: (id: Id, prop: string) => askOnce({ type: "get", id, prop }),
    set: (id: Id, props: Props) => askOnce({ type: "set", id, props }),
    observe: (id: Id, prop: string, listener: Listener) => ask({ type: "observe", id, prop }, listener),
  } satisfies AppApi);

  return () => {
    removed.abort();
    clearTimeout(timer);
    fail("Element removed");
    endTurn(removed);
    root.replaceChildren();
    host.removeAttribute("state");
  };
}
