/* An icon set of our own. DashIconify would ask Iconify's server for icons it does not know;
   those it finds in IconifyPreload when it starts need no network. */
(() => {
  const line = (paths) =>
    `<g fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${paths}</g>`;
  const paths = {
    anchor: '<circle cx="12" cy="5" r="2.2"/><path d="M12 7.2V21M8 10.5h8M4 14c.6 4.2 3.8 7 8 7s7.4-2.8 8-7l-2.6 1.8M4 14l2.6 1.8"/>',
    bell: '<path d="M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21.5h4M12 3v2"/>',
    boat: '<path d="M3 15h18l-3 5H6zM5 15V9h9l4 6M9 9V4h3v5"/>',
    buoy: '<path d="M12 2.5v4M9 6.5h6l2.5 12h-11zM8 12h8M3 21c2-1.6 4-1.6 6 0s4 1.6 6 0 4-1.6 6 0"/>',
    chart: '<path d="M3 3v18h18M7 16l4-5 3.5 3L20 7"/>',
    compass: '<circle cx="12" cy="12" r="9"/><path d="M15.5 8.5l-2 5-5 2 2-5z"/>',
    cup: '<path d="M4 9h12v6a5 5 0 0 1-5 5H9a5 5 0 0 1-5-5zM16 10.5h2a2.5 2.5 0 0 1 0 5h-2M8 3c-1 1.5 1 2 0 3.5M12 3c-1 1.5 1 2 0 3.5"/>',
    fish: '<path d="M3 12c3-5 9-6 13-2l5-4v12l-5-4c-4 4-10 3-13-2z"/><circle cx="7.5" cy="11" r=".6"/>',
    flag: '<path d="M5 21V3M5 4c5-2.5 8 2.5 14 0v9c-6 2.5-9-2.5-14 0"/>',
    fog: '<path d="M4 8h11M18 8h2M3 12h4M10 12h11M5 16h9M17 16h3M8 20h8M8 4h7"/>',
    gull: '<path d="M2 9c4-2.5 7-1 10 4 3-5 6-6.5 10-4M12 13v2"/>',
    heart: '<path d="M12 20.5C5 15.5 3 12 3 8.7 3 4 9.5 3 12 7.5 14.5 3 21 4 21 8.7c0 3.3-2 6.8-9 11.8z"/>',
    house: '<path d="M3 11.5L12 4l9 7.5M6 9.5V20h12V9.5M10 20v-6h4v6"/>',
    key: '<circle cx="7.5" cy="16.5" r="4"/><path d="M10.4 13.6L20 4M16 8l3 3M13.5 10.5l2 2"/>',
    lighthouse: '<path d="M9 9l-2 12h10L15 9zM8.5 9h7M10 9V5.5h4V9M9.5 5.5L12 3l2.5 2.5M8.2 14h7.6M2 5l4 1M2 9l4-1M22 5l-4 1M22 9l-4-1"/>',
    map: '<path d="M3 6l6-2.5 6 2.5 6-2.5v14.5L15 20.5 9 18l-6 2.5zM9 3.5V18M15 6v14.5"/>',
    moon: '<path d="M20 14.5A8.5 8.5 0 1 1 9.5 4 7 7 0 0 0 20 14.5z"/>',
    rain: '<path d="M7 15a4.5 4.5 0 1 1 .8-8.9A5.5 5.5 0 0 1 18.2 8 3.6 3.6 0 0 1 17.5 15zM8 18l-1 3M12.5 18l-1 3M17 18l-1 3"/>',
    rope: '<circle cx="12" cy="12" r="8.5"/><circle cx="12" cy="12" r="4"/><path d="M6 6l3.2 3.2M18 6l-3.2 3.2M6 18l3.2-3.2M18 18l-3.2-3.2"/>',
    sail: '<path d="M11 3v13M11 4c5 3 8 7 8 12H11M9 7c-3 3-4 6-4 9h4zM3 19h18l-2 2H5z"/>',
    shell: '<path d="M12 20C6 20 3 15 3 11c2-5 5-7 9-7s7 2 9 7c0 4-3 9-9 9zM12 20V4M12 20L7 5.5M12 20l5-14.5M12 20L3.5 10M12 20l8.5-10"/>',
    star: '<path d="M12 3l2.7 5.8 6.3.8-4.6 4.4 1.2 6.3L12 17.2 6.4 20.3l1.2-6.3L3 9.6l6.3-.8z"/>',
    sun: '<circle cx="12" cy="12" r="4"/><path d="M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2"/>',
    ticket: '<path d="M3 7h18v3.5a1.8 1.8 0 0 0 0 3.5V17H3v-3a1.8 1.8 0 0 0 0-3.5zM15 7v10"/>',
    wave: '<path d="M2 8c3.3-3 6.7-3 10 0s6.7 3 10 0M2 13c3.3-3 6.7-3 10 0s6.7 3 10 0M2 18c3.3-3 6.7-3 10 0s6.7 3 10 0"/>',
    wind: '<path d="M3 9h11a3 3 0 1 0-3-3M3 13h15a3 3 0 1 1-3 3M3 17h6a2 2 0 1 1-2 2"/>',
  };
  const icons = Object.fromEntries(
    Object.entries(paths).map(([name, path]) => [name, { body: line(path) }]),
  );
  window.IconifyPreload = { prefix: "sea", icons, width: 24, height: 24 };
})();
