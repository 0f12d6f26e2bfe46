// The page of Dash in Pyodide: starts the worker, answers the page's requests by the app's Flask, and
// writes the page that Flask gives for this URL.
(() => {
  const worker = new Worker("/_baseline/worker.js", { type: "module" });
  const pending = new Map();
  const log = (window.__pyrt_log__ = []);
  let count = 0;

  const call = (kind, data, transfer = []) =>
    new Promise((resolve, reject) => {
      count += 1;
      pending.set(count, { resolve, reject });
      worker.postMessage({ id: count, kind, ...data }, transfer);
    });
  worker.onmessage = ({ data }) => {
    if (data.log !== undefined) {
      log.push(data.log);
      return;
    }
    const { resolve, reject } = pending.get(data.id);
    pending.delete(data.id);
    if (data.error !== undefined) reject(new Error(data.error));
    else resolve(data);
  };
  worker.onerror = (event) => log.push(`worker error: ${event.message}`);

  const isOfFiles = (path) => path.startsWith("/_baseline/") || path.startsWith("/__conf__/");
  const fetchFile = window.fetch.bind(window);
  window.fetch = async (input, options) => {
    const request = new Request(input, options);
    const url = new URL(request.url);
    if (url.origin !== location.origin || isOfFiles(url.pathname)) return fetchFile(input, options);
    const { method } = request;
    const body = method === "GET" || method === "HEAD" ? null : await request.arrayBuffer();
    const path = url.pathname + url.search;
    const response = await call("http", { method, path, headers: [...request.headers], body });
    const { status, headers } = response;
    return new Response([204, 304].includes(status) ? null : response.body, { status, headers });
  };

  // Dash asks for bundles by names with a fingerprint; the files have their plain names.
  const plainName = (name) => name.replace(/\.v\d\w*m\d+\./, ".");
  const source = Object.getOwnPropertyDescriptor(HTMLScriptElement.prototype, "src");
  Object.defineProperty(HTMLScriptElement.prototype, "src", {
    ...source,
    set(value) {
      source.set.call(this, plainName(String(value)));
    },
  });
  const withPlainNames = (html) =>
    html
      .replace(
        /(src|href)="[^"]*?\/_dash-component-suites\/([^"]*)"/g,
        (_, attribute, name) => `${attribute}="/_dash-component-suites/${plainName(name)}"`,
      )
      .replace(/<link rel="icon"[^>]*>/, '<link rel="icon" href="data:,">');

  window.__pyrt_eval__ = (expression) =>
    call("evaluate", { expression }).then(({ value }) => value);

  const start = async () => {
    await call("start", { origin: location.origin });
    const page = await call("http", {
      method: "GET",
      path: location.pathname + location.search,
      headers: [["Accept", "text/html"]],
      body: null,
    });
    const redirect = page.headers.find(([name]) => name.toLowerCase() === "location");
    if (redirect && page.status >= 300 && page.status < 400) {
      location.replace(redirect[1]);
      return;
    }
    document.open();
    document.write(withPlainNames(new TextDecoder().decode(page.body)));
    document.close();
    window.__pyrt_ready__ = true;
  };
  start().catch((error) => {
    console.error(`start failed: ${error.message}`);
    document.body.innerText = `start failed: ${error.message}`;
    Object.assign(window, { __pyrt_failed__: error.message, __pyrt_ready__: true });
  });
})();
