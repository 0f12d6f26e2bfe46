// In the page that `pyrt build` opens: watches the start of the site, or takes a snapshot, and reports to the builder.
// The script element has the task (data-task), and is before all other elements of the page.
(() => {
  const { task, imports, precompute } = document.currentScript.dataset;
  const send = (path, body) => fetch(`/-rehearsal/${path}`, { method: "POST", body });
  const rehearsal = {};
  const startPath = location.pathname;
  window.__pyrt_rehearsal__ = rehearsal;
  async function report(outcome) {
    const prerendered = outcome.ready ? await record() : null;
    const answer = await send("report", JSON.stringify({ ...outcome, prerendered, errors, warnings, stages: stages() }));
    const next = await answer.text();
    if (next) location.replace(next);
  }
  // The media queries of scripts.
  const mediaQueries = [];
  const { matchMedia } = window;
  window.matchMedia = (query) => {
    mediaQueries.push(query);
    return matchMedia.call(window, query);
  };
  const errors = [];
  const warnings = [];
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

  // What users of this page see before Python has started; null if the page has nothing to record.
  async function record() {
    if (!rehearsal.record) return null;
    await domIdle();
    const prerendered = rehearsal.record();
    if (!prerendered) return null;
    const late = lateScripts();
    const answers = precompute ? await rehearsal.precompute(JSON.parse(precompute)) : null;
    return { text: JSON.stringify(prerendered), preview: preview(indexOf(prerendered)), late, answers };
  }

  // Scripts that were loaded after the page's own ones: by components.
  function lateScripts() {
    const root = new URL(document.documentElement.dataset.root, location.origin + startPath).href;
    const { packagesUrl } = JSON.parse(document.getElementById("pyrt-manifest").text);
    const packages = new URL(packagesUrl, root).href;
    const loaded = performance.getEntriesByType("resource").filter(({ initiatorType }) => initiatorType === "script");
    return loaded.flatMap(({ name }) => {
      if (name.startsWith(packages)) return packagesUrl + name.slice(packages.length);
      return name.startsWith(root) ? name.slice(root.length) : [];
    });
  }

  const indexOf = ({ text }) => new DOMParser().parseFromString(JSON.parse(text)[0].index, "text/html");

  // The page as HTML, with the styles that scripts have added; null if the app's index has visible content beside the app,
  // which the page does not have before Python has described it.
  function preview(index) {
    const place = index.getElementById("react-entry-point");
    const isInside = place.parentElement !== index.body;
    for (const element of [place, ...index.body.querySelectorAll("script, style, template, noscript")]) element.remove();
    if (isInside || index.body.textContent.trim() || index.body.querySelector("img, svg, hr, iframe, input")) return null;
    const entry = document.getElementById("react-entry-point");
    const copy = entry.cloneNode(true);
    const fields = entry.querySelectorAll("input, textarea");
    for (const [index, field] of copy.querySelectorAll("input, textarea").entries()) keepValue(fields[index], field);
    const drawings = entry.querySelectorAll("canvas");
    for (const [index, canvas] of copy.querySelectorAll("canvas").entries()) canvas.replaceWith(pictureOf(drawings[index], canvas));
    // Replaced, not removed: events on a preview are repeated by position (web/src/first_paint/preview.ts).
    for (const element of copy.querySelectorAll(".dash-debug-menu__outer, ._dash-loading-callback, script")) {
      element.replaceWith(Object.assign(document.createElement("div"), { hidden: true }));
    }
    const attributes = (element) => [...element.attributes].map(({ name, value }) => [name, value]);
    return {
      html: copy.innerHTML.replaceAll(location.origin, ""),
      styles: [...document.styleSheets].filter(({ href }) => !href).map((sheet) => rulesOf(sheet)).filter(Boolean),
      root: attributes(document.documentElement).filter(([name]) => name !== "data-root"),
      body: attributes(document.body),
      isLightOnly: mediaQueries.some((query) => query.includes("prefers-color-scheme")),
    };
  }

  // HTML has the initial value of a field, and not the current one.
  function keepValue({ type, value, checked }, copy) {
    if (type === "checkbox" || type === "radio") copy.toggleAttribute("checked", checked);
    else if (type === "textarea") copy.textContent = value;
    else if (type !== "file" && type !== "password") copy.setAttribute("value", value);
  }

  // An image of a canvas; empty, of the same size, if it would make the page much larger.
  function pictureOf(drawing, canvas) {
    const picture = document.createElement("img");
    for (const { name, value } of canvas.attributes) picture.setAttribute(name, value);
    const { width, height } = drawing.getBoundingClientRect();
    Object.assign(picture.style, { width: `${width}px`, height: `${height}px` });
    try {
      const url = drawing.toDataURL("image/webp", 0.8);
      if (url.length < 60000) picture.src = url;
    } catch {
      // A canvas with images of other origins cannot be read.
    }
    return picture;
  }

  // The rules that match an element; the style sheets of component libraries have thousands.
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

  // Wait for the worker's report of what it used, after the initial callbacks.
  async function used() {
    for (let left = 1500; left > 0 && !rehearsal.used; left -= 1) await new Promise((done) => setTimeout(done, 20));
  }

  // Wait until nothing was drawn or loaded for 250 ms, at most 3 s: components load code, and figures are drawn late.
  function domIdle() {
    let quiet = 0;
    let left = 60;
    const restart = () => {
      quiet = 0;
    };
    new MutationObserver(restart).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    new PerformanceObserver(restart).observe({ type: "resource" });
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        quiet += 1;
        left -= 1;
        if (quiet < 5 && left > 0) return;
        clearInterval(timer);
        resolve();
      }, 50);
    });
  }

  function watchStart() {
    listen("error", errors);
    listen("warn", warnings);
    addEventListener("error", ({ message }) => errors.push(message));
    addEventListener("unhandledrejection", ({ reason }) => errors.push(textOf([reason])));
    setInterval(() => {
      const text = document.querySelector(".pyrt-progress-text")?.textContent ?? last;
      if (text === last) return;
      last = text;
      void send("progress", text);
    }, 20);
    const poll = setInterval(() => {
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
    let unfit = [];
    worker.onerror = ({ message }) => report({ ready: false, stage: "worker", message });
    worker.onmessage = ({ data }) => {
      if (data.snapshot) {
        void send("snapshot", data.snapshot);
        return;
      }
      if (data.unfit) {
        unfit = data.unfit;
        return;
      }
      for (const { type, stage, message, text } of JSON.parse(data.text)) {
        if (type === "Failed") void report({ ready: false, stage, message, unfit });
        if (type === "Progress") void send("progress", text);
      }
    };
    worker.postMessage({ type: "Boot", manifest, root, environment: {}, rehearsal: { imports: JSON.parse(imports) } });
  }

  if (task === "start") watchStart();
  else addEventListener("DOMContentLoaded", takeSnapshot);
})();
