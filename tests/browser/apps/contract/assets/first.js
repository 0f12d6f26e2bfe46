// Runs where Dash runs assets: after React and packages, before the renderer and dcc.
window.seen_by_assets = {
  react: React.version,
  clientside: typeof window.dash_clientside,
  dcc: typeof window.dash_core_components,
};
window.dash_clientside = Object.assign({}, window.dash_clientside, {
  mine: {
    double: (value) => 2 * (value ?? 0),
    fill: (clicks, items) => {
      const patch = new window.dash_clientside.Patch();
      return patch.append(["children"], clicks).assign(["title"], "patched").build();
    },
  },
});
