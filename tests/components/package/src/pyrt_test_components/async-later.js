/* The chunk that pyrt_test_components.js loads from its own folder. */
window.pyrt_test_components_chunks = Object.assign(window.pyrt_test_components_chunks || {}, {
  later: (React) =>
    function Later({ id, text = "", setProps }) {
      React.useEffect(() => setProps({ size: text.length }), [text]);
      return React.createElement("em", { id, className: "pyrt-later" }, text);
    },
});
