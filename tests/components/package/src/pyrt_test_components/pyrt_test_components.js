/* A component bundle as webpack would leave it, written by hand: UMD over the global React. */
((root, make) => {
  root.pyrt_test_components = make(root, root.React);
})(window, (root, React) => {
  const h = React.createElement;
  /* Known only while this file is evaluated, as in every bundle of a Dash package. */
  const folder = document.currentScript.src.replace(/[^/]*$/, "");

  const Stamp = React.memo(({ id, colour = "teal", label, n_clicks = 0, setProps, ...rest }) =>
    h(
      "button",
      {
        id,
        type: "button",
        className: "pyrt-stamp",
        style: { color: colour },
        "data-note": rest["data-note"],
        onClick: () => setProps({ n_clicks: n_clicks + 1 }),
      },
      label,
    ),
  );

  class Shelf extends React.Component {
    render() {
      const { id, children, chosen, drawers = {}, frame = {}, items, slots = {}, setProps } = this.props;
      return h(
        "section",
        { id, className: "pyrt-shelf", "data-chosen": chosen },
        h("header", null, frame.title),
        h(
          "ul",
          null,
          items.map(({ label, value }) =>
            h("li", { key: value, onClick: () => setProps({ chosen: value }) }, label),
          ),
        ),
        Object.entries(slots).map(([name, node]) =>
          h("div", { key: name, className: `slot-${name}` }, node),
        ),
        /* Dash puts the node in the place of the object it was in, not of its "content". */
        Object.entries(drawers).map(([name, node]) =>
          h("div", { key: name, className: `drawer-${name}` }, node),
        ),
        h("footer", null, children),
      );
    }
  }

  /* The chunk: one promise for all instances; the host may ask whether it is there. */
  let chunk = null;
  let arrived = false;
  const loadLater = () => {
    chunk ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${folder}async-later.js`;
      script.onerror = () => reject(new Error(`no chunk at ${script.src}`));
      script.onload = () => {
        arrived = true;
        resolve({ default: root.pyrt_test_components_chunks.later(React) });
      };
      document.head.appendChild(script);
    });
    return chunk;
  };
  const LazyLater = React.lazy(loadLater);
  class Later extends React.Component {
    static get _dashprivate_isLazyComponentReady() {
      return arrived || loadLater();
    }

    render() {
      return h(React.Suspense, { fallback: null }, h(LazyLater, this.props));
    }
  }

  const Peek = ({ id, of, prop, value }) => {
    const { useLoading } = root.dash_component_api.useDashContext();
    const busy = useLoading();
    const { getLayout, stringifyId } = root.dash_component_api;
    const other = of === undefined ? undefined : getLayout(of);
    return h(
      "output",
      { id, className: "pyrt-peek", "data-busy": busy, "data-of": of && stringifyId(of) },
      `${value ?? ""} / ${other?.props?.[prop] ?? "nothing"}`,
    );
  };

  const Guest = ({ id, component }) => {
    const { componentPath } = root.dash_component_api.useDashContext();
    const { ExternalWrapper } = root.dash_component_api;
    return h(
      "div",
      { id, className: "pyrt-guest" },
      component &&
        h(ExternalWrapper, {
          component,
          componentPath: [...componentPath, "props", "guest"],
          temp: true,
        }),
    );
  };

  const Broken = ({ id, children, fail = false }) => {
    if (fail) {
      throw new Error("Broken was asked to break");
    }
    return h("div", { id }, children);
  };

  return { Stamp, Shelf, Later, Peek, Guest, Broken };
});
