/* What compare.py asks of a page, in a real Dash and in a site of pyrt alike: window.__compare__. */
(() => {
  const VALUES = ["x", "y", "z", "lat", "lon", "locations", "values", "labels", "parents", "text", "ids", "r",
    "theta", "open", "high", "low", "close", "base", "a", "b", "c"];
  const SKIPPED = "script, style, noscript, template, .js-plotly-plot, .pyrt-failure, #pyrt-start, [class*=pyrt-]";
  const CALENDAR = ".dash-datepicker-content, .dash-dropdown-content";

  const isVisible = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true });
  };

  const short = (text) => text.replace(/\s+/g, " ").trim();

  /** A sum of values that does not see the last digits of a float. */
  const digest = (values) => {
    let hash = 2166136261;
    for (const value of values) {
      const text = typeof value === "number" ? value.toPrecision(6) : String(value);
      for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
    }
    return hash >>> 0;
  };

  const flat = (values) =>
    Array.from(values).flatMap((value) => (Array.isArray(value) || ArrayBuffer.isView(value) ? flat(value) : [value]));

  const isList = (value) => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));

  const trace = (full) => {
    const found = { type: full.type, name: full.name ?? "", visible: String(full.visible ?? true) };
    for (const key of VALUES) if (isList(full[key])) {
      const values = flat(full[key]);
      found[key] = `${full[key].length} values, ${values.slice(0, 3).map((v) => (typeof v === "number" ? v.toPrecision(6) : v)).join(" ")} #${digest(values)}`;
    }
    for (const key of ["color", "size"]) if (isList(full.marker?.[key])) found[`marker.${key}`] = `${full.marker[key].length} #${digest(flat(full.marker[key]))}`;
    return found;
  };

  const graph = (plot) => {
    const layout = plot._fullLayout ?? {};
    return {
      title: layout.title?.text ?? "",
      axes: [layout.xaxis?.title?.text ?? "", layout.yaxis?.title?.text ?? ""],
      shapes: (layout.shapes ?? []).length,
      annotations: (layout.annotations ?? []).map((each) => each.text ?? ""),
      traces: (plot._fullData ?? []).map(trace),
    };
  };

  const texts = () => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
      if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
      if (node.matches(SKIPPED) || !node.checkVisibility({ visibilityProperty: true }))
        return getComputedStyle(node).display === "contents" ? NodeFilter.FILTER_SKIP : NodeFilter.FILTER_REJECT;
      return NodeFilter.FILTER_SKIP;
    });
    while (walker.nextNode()) {
      const text = short(walker.currentNode.data);
      if (text) found.push(text);
    }
    return found;
  };

  const inputs = () =>
    [...document.querySelectorAll("input, textarea, select")].filter(isVisible).map((each) =>
      each.type === "checkbox" || each.type === "radio" ? `${each.type} ${each.checked}` : `${each.type} ${each.value}`);

  const state = () => ({
    title: document.title,
    path: location.pathname.replace(/index\.html$/, "") + location.search,
    text: texts(),
    inputs: inputs(),
    graphs: [...document.querySelectorAll(".js-plotly-plot")].filter(isVisible).map(graph),
    tables: [...document.querySelectorAll("table")].filter(isVisible).map((each) => `${each.rows.length} rows`),
    pictures: [...document.images].filter(isVisible).map((each) => `${each.complete && each.naturalWidth > 0}`),
  });

  const isLink = (link) => {
    const target = new URL(link.href, location.href);
    return target.origin === location.origin && target.pathname + target.search !== location.pathname + location.search &&
      link.target !== "_blank" && !link.hasAttribute("download") && !target.pathname.startsWith("/assets/");
  };

  const isPlainButton = (button) =>
    !button.disabled && !button.matches(".dash-dropdown, .tab, [role=tab], .next-page, .previous-page, .first-page, .last-page, .dash-datepicker *") &&
    !button.closest(`${CALENDAR}, .modebar, .dash-datepicker, .dash-spreadsheet, .ag-root-wrapper`);

  const isPlainInput = (input) =>
    !input.disabled && !input.readOnly && !input.matches(".dash-datepicker-input, .current-page, .dash-range-slider-input") &&
    !input.closest(`${CALENDAR}, .dash-datepicker`);

  const all = () => true;
  /* Kind of interaction -> what it can be done to, and a condition. */
  const KINDS = {
    tab: [".tab:not(.tab--selected):not(.tab--disabled), [role=tab]:not([aria-selected=true]), .nav-tabs .nav-link:not(.active)", all],
    dropdown: [".dash-dropdown:not([disabled])", all],
    radio: ["input[type=radio]:not(:checked):not(:disabled)", all],
    slider: ["[role=slider]", (each) => !each.closest("[data-disabled], [aria-disabled=true]")],
    checkbox: ["input[type=checkbox]:not(:disabled)", all],
    point: [".js-plotly-plot", (each) => each.querySelector(".point, .slice") !== null],
    text: ["input[type=text], input[type=search], input[type=email], input[type=password], input:not([type]), textarea", isPlainInput],
    button: ["button, input[type=submit]", isPlainButton],
    number: ["input[type=number]", isPlainInput],
    date: [".dash-datepicker-input", (each) => !each.disabled],
    sort: [".column-header--sort, .ag-header-cell-sortable", all],
    page: ["button.next-page:not([disabled]), .ag-paging-button[aria-label='Next Page']:not(.ag-disabled)", all],
    select: ["select", (each) => !each.disabled && each.options.length > 1],
    link: ["a[href]", isLink],
  };

  const elements = (kind) => {
    const [selector, wanted] = KINDS[kind];
    const shown = (each) => isVisible(each) || (each.matches("[type=radio], [type=checkbox]") && each.closest("label") && isVisible(each.closest("label"))) ||
      (each.id && each.matches(".btn-check") && [...(each.labels ?? [])].some(isVisible));
    return [...document.querySelectorAll(selector)].filter((each) => shown(each) && wanted(each));
  };

  const label = (kind, each) =>
    kind === "point" || kind === "slider" ? "" :
    short(kind === "link" ? each.getAttribute("href") : each.labels?.[0]?.textContent || each.textContent || each.id || each.placeholder || "").slice(0, 40);

  const candidates = () =>
    Object.keys(KINDS).flatMap((kind) => elements(kind).map((each, index) => ({ kind, index, label: label(kind, each) })));

  /** The middle of a mark of a graph that the mouse can reach, in pixels of the window. */
  const point = (plot) => {
    plot.scrollIntoView({ block: "center" });
    const marks = [...plot.querySelectorAll(".point, .slice path.surface")];
    for (const mark of marks.slice(0, 400)) {
      const box = mark.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const hit = document.elementFromPoint(x, y);
      if (box.width > 1 && box.height > 1 && hit && plot.contains(hit) && !hit.closest(".legend, .modebar")) return [x, y];
    }
    return null;
  };

  window.__compare__ = { state, candidates, element: (kind, index) => elements(kind)[index] ?? null, point };
})();
