/* Cell renderers for the AG Grid page: ordinary React components, written without JSX. */
window.dashAgGridComponentFunctions = Object.assign(window.dashAgGridComponentFunctions || {}, {
  Harbour: ({ value }) =>
    React.createElement("span", { className: `harbour harbour-${value.charAt(0)}` }, value),

  Bar: ({ value, valueFormatted }) =>
    React.createElement(
      "div",
      { className: "filled" },
      React.createElement("i", { style: { width: `${Math.min(100, value * 100)}%` } }),
      React.createElement("b", null, valueFormatted),
    ),
});
