// In the page that `pyrt build` opens: watches the start of the site, or takes a snapshot, and reports to the builder.
// Its script element says which (data-task), and stands before everything else of the page.
(() => {
  const { task, imports } = document.currentScript.dataset;
  const send = (path, body) => fetch(`/-rehearsal/${path}`, { method: "POST", body });
  const rehearsal = {};
  const startPath = location.pathname;
  window.__pyrt_rehearsal__ = rehearsal;
  async function report(outcome) {
    const painting = outcome.ready ? await record() : null;
    const answer = await send("report", JSON.stringify({ ...outcome, painting, problems, notes, stages: stages() }));
    const next = await answer.text();
    if (next) location.replace(next);
  }
  // The media queries that scripts have put.
  const asked = [];
  const { matchMedia } = window;
  window.matchMedia = (query) => {
    asked.push(query);
    return matchMedia.call(window, query);
  };
  const problems = [];
  const notes = [];
  let last = "";

  const textOf = (values) => values.map((value) => (value instanceof Error ? value.stack : String(value))).join(" ");
  const listen = (level, list) => {
    const original = console[level];
    console[level] = (...values) => {
      list.push(textOf(values));
      original.apply(console, values);
    };
  };
  const stages = () =>
    performance
      .getEntriesByType("mark")
      .filter(({ name }) => name.startsWith("pyrt:"))
      .map(({ name, startTime }) => [name.slice(5), Math.round(startTime)]);

  // What visitors of this page are shown before Python is there; null when the page has nothing to give.
  async function record() {
    if (!rehearsal.record) return null;
    await calm();
    const painting = rehearsal.record();
    return painting && { text: JSON.stringify(painting), still: still(), late: lateScripts() };
  }

  // The files of code that came after the page's own scripts: what components have loaded by themselves.
  function lateScripts() {
    const root = new URL(document.documentElement.dataset.root, location.origin + startPath).href;
    const loaded = performance.getEntriesByType("resource").filter(({ initiatorType }) => initiatorType === "script");
    return loaded.map(({ name }) => name).filter((name) => name.startsWith(root)).map((name) => name.slice(root.length));
  }

  // The page as HTML, and the styles that scripts have added to it; null when there is more around the app than the
  // page can have before Python has described it.
  function still() {
    const entry = document.getElementById("react-entry-point");
    const others = [...document.body.children].filter((element) => element !== entry && !isOurs(element));
    if (entry.parentElement !== document.body || others.some((element) => element.offsetHeight > 0)) return null;
    const copy = entry.cloneNode(true);
    const fields = entry.querySelectorAll("textarea");
    for (const [index, field] of copy.querySelectorAll("textarea").entries()) field.textContent = fields[index].value;
    for (const element of copy.querySelectorAll(".dash-debug-menu__outer, ._dash-loading-callback, script")) element.remove();
    const attributes = (element) => [...element.attributes].map(({ name, value }) => [name, value]);
    return {
      html: copy.innerHTML.replaceAll(location.origin, ""),
      styles: [...document.styleSheets].filter(({ href }) => !href).map((sheet) => rulesOf(sheet)).filter(Boolean),
      root: attributes(document.documentElement).filter(([name]) => name !== "data-root"),
      body: attributes(document.body),
      isLightOnly: asked.some((query) => query.includes("prefers-color-scheme")),
    };
  }

  const isOurs = ({ className }) => String(className).startsWith("pyrt-");

  // Rules that apply to something; the sheets of component libraries have thousands.
  function rulesOf(sheet) {
    const applies = (rule) => {
      if (rule.cssRules?.length && !rule.selectorText) return [...rule.cssRules].some(applies);
      if (!rule.selectorText) return true;
      try {
        return document.querySelector(rule.selectorText.replace(/::?[a-z-]+(\([^)]*\))?/g, "") || "*") !== null;
      } catch {
        return true;
      }
    };
    return [...sheet.cssRules].filter(applies).map(({ cssText }) => cssText).join("\n");
  }

  // Told by the worker after the initial callbacks, when the page is idle.
  async function used() {
    for (let left = 1500; left > 0 && !rehearsal.used; left -= 1) await new Promise((done) => setTimeout(done, 20));
  }

  // Until nothing has been drawn or loaded for a while: code of components comes late, and figures draw themselves.
  function calm() {
    let still = 0;
    let left = 60;
    const stir = () => {
      still = 0;
    };
    new MutationObserver(stir).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    new PerformanceObserver(stir).observe({ type: "resource" });
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        still += 1;
        left -= 1;
        if (still < 5 && left > 0) return;
        clearInterval(timer);
        resolve();
      }, 50);
    });
  }

  function watchStart() {
    listen("error", problems);
    listen("warn", notes);
    addEventListener("error", ({ message }) => problems.push(message));
    addEventListener("unhandledrejection", ({ reason }) => problems.push(textOf([reason])));
    const poll = setInterval(() => {
      const text = document.querySelector(".pyrt-progress-text")?.textContent ?? last;
      if (text !== last) {
        last = text;
        void send("progress", text);
      }
      if (!window.__pyrt__) return;
      clearInterval(poll);
      window.__pyrt__.ready.then(used).then(() => report({ ready: true, used: rehearsal.used ?? {} }));
      window.__pyrt__.failed.then(({ stage, message }) => report({ ready: false, stage, message }));
    }, 20);
  }

  function takeSnapshot() {
    const manifest = JSON.parse(document.getElementById("pyrt-manifest").textContent);
    const root = new URL("./", document.baseURI).href;
    const worker = new Worker(new URL(manifest.worker, root), { type: "module", name: "pyrt" });
    worker.onerror = ({ message }) => report({ ready: false, stage: "worker", message });
    worker.onmessage = ({ data }) => {
      if (data.snapshot) {
        void send("snapshot", data.snapshot);
        return;
      }
      for (const { type, stage, message, text } of JSON.parse(data.text)) {
        if (type === "Failed") void report({ ready: false, stage, message });
        if (type === "Progress") void send("progress", text);
      }
    };
    worker.postMessage({ type: "Boot", manifest, root, environment: {}, rehearsal: { imports: JSON.parse(imports) } });
  }

  if (task === "start") watchStart();
  else addEventListener("DOMContentLoaded", takeSnapshot);
})();
