/* Styles for the Leaflet page, named in Python by dash_extensions' Namespace("gallery", "map"). */
window.gallery = Object.assign({}, window.gallery, {
  map: {
    style: (feature, context) => ({
      color: "#8d7f5f",
      weight: 1.5,
      fillColor: feature.properties.name === context.hideout.chosen ? "#f0b354" : "#d9cfae",
      fillOpacity: 1,
    }),

    hover: () => ({ weight: 3, color: "#e4572e" }),

    moved: (event, context) => {
      const { lat, lng } = event.target.getLatLng();
      context.setProps({ position: [lat, lng] });
    },

    label: (feature, layer) => {
      layer.bindTooltip(feature.properties.name, {
        permanent: true,
        direction: "center",
        className: "island-name",
      });
    },
  },
});
