/** `fetch` and XMLHttpRequest of an embedded site, in a page or a worker: its files answer, all else goes its way. */

import { type EmbeddedSite, typeOf } from "./site";

interface Scope {
  fetch: typeof fetch;
  XMLHttpRequest: typeof XMLHttpRequest;
}

export function answerRequests(site: EmbeddedSite, scope: Scope): void {
  answerFetch(site, scope);
  answerXhr(site, scope);
}

function answerFetch(site: EmbeddedSite, scope: Scope): void {
  const native = scope.fetch.bind(scope);
  scope.fetch = async (input, init) => {
    const path = site.pathOf(input instanceof Request ? input.url : String(input));
    if (path === undefined) return native(input, init);
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    return signal ? unlessAborted(site.answer(path), signal) : site.answer(path);
  };
}

/** Rejects when `signal` is aborted before the answer is there. */
function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    void answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** A range of bytes; undefined if the header asks for none. */
function rangeOf(header: string | undefined): [start: number, end: number] | undefined {
  const found = /^bytes=(\d+)-(\d*)$/.exec(header ?? "");
  return found ? [Number(found[1]), found[2] ? Number(found[2]) + 1 : Infinity] : undefined;
}

interface Answer {
  readonly status: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

function answerXhr(site: EmbeddedSite, scope: Scope): void {
  const Native = scope.XMLHttpRequest;
  /** Behaves as the browser's own, until `open` gets an address of the site. */
  scope.XMLHttpRequest = class extends Native {
    #path: string | undefined;
    #isAsync = true;
    #range: string | undefined;
    #answer: Answer | undefined;
    #type: XMLHttpRequestResponseType = "";

    override open(
      method: string,
      address: string | URL,
      isAsync = true,
      ...login: (string | null | undefined)[]
    ): void {
      this.#path = site.pathOf(String(address));
      this.#isAsync = isAsync;
      this.#answer = undefined;
      this.#range = undefined;
      if (this.#path === undefined) super.open(method, address, isAsync, ...login);
    }

    override setRequestHeader(name: string, value: string): void {
      if (this.#path === undefined) super.setRequestHeader(name, value);
      else if (name.toLowerCase() === "range") this.#range = value;
    }

    override send(body?: XMLHttpRequestBodyInit | Document | null): void {
      if (this.#path === undefined) {
        super.send(body);
        return;
      }
      const path = this.#path;
      if (!this.#isAsync) {
        this.#answer = this.#read(path);
        return;
      }
      void site.archive.arrived(path).then(() => {
        if (path !== this.#path) return;
        this.#answer = this.#read(path);
        for (const type of ["readystatechange", "load", "loadend"]) this.dispatchEvent(new ProgressEvent(type));
      });
    }

    #read(path: string): Answer {
      const type = typeOf(path);
      if (!site.archive.has(path)) return { status: 404, bytes: new Uint8Array(), type };
      const range = rangeOf(this.#range);
      if (range) return { status: 206, bytes: site.archive.part(path, ...range), type };
      return { status: 200, bytes: site.archive.bytes(path), type };
    }

    override getResponseHeader(name: string): string | null {
      if (this.#path === undefined) return super.getResponseHeader(name);
      const { type, bytes } = this.#answer ?? {};
      if (name.toLowerCase() === "content-type") return type ?? null;
      return name.toLowerCase() === "content-length" && bytes ? String(bytes.length) : null;
    }

    override getAllResponseHeaders(): string {
      if (this.#path === undefined) return super.getAllResponseHeaders();
      const { type, bytes } = this.#answer ?? {};
      return bytes ? `content-type: ${type}\r\ncontent-length: ${bytes.length}\r\n` : "";
    }

    override get responseType(): XMLHttpRequestResponseType {
      return this.#path === undefined ? super.responseType : this.#type;
    }

    override set responseType(type: XMLHttpRequestResponseType) {
      this.#type = type;
      if (this.#path === undefined) super.responseType = type;
    }

    override get status(): number {
      return this.#path === undefined ? super.status : (this.#answer?.status ?? 0);
    }

    override get statusText(): string {
      return this.#path === undefined ? super.statusText : this.status === 404 ? "Not Found" : "OK";
    }

    override get readyState(): number {
      if (this.#path === undefined) return super.readyState;
      return this.#answer ? Native.DONE : Native.OPENED;
    }

    override get responseURL(): string {
      return this.#path === undefined ? super.responseURL : site.addressOf(this.#path);
    }

    override get responseText(): string {
      return this.#path === undefined ? super.responseText : this.#text();
    }

    // biome-ignore lint/suspicious/noExplicitAny: as the DOM declares it
    override get response(): any {
      if (this.#path === undefined) return super.response;
      if (!this.#answer) return this.#type === "" || this.#type === "text" ? "" : null;
      const { bytes, type } = this.#answer;
      if (this.#type === "arraybuffer") return bytes.slice().buffer;
      if (this.#type === "blob") return new Blob([bytes], { type });
      if (this.#type === "json") return parseJson(this.#text());
      return this.#text();
    }

    #text(): string {
      return this.#answer ? new TextDecoder().decode(this.#answer.bytes) : "";
    }
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
