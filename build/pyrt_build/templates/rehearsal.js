// In the page that `pyrt build` opens: watches the start of the site, or takes a snapshot, and reports to the builder.
// Its script element says which (data-task), and stands before everything else of the page.
(() => {
  const { task, imports } = document.currentScript.dataset;
  const send = (path, body) => fetch(`/-rehearsal/${path}`, { method: "POST", body });
  const report = (outcome) => send("report", JSON.stringify({ ...outcome, problems, notes, stages: stages() }));
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
      window.__pyrt__.ready.then(() => report({ ready: true }));
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
