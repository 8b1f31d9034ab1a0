// Turns a map drawn by the server into one that can be moved and zoomed. Without this script the
// drawn map stays: its marks are links. Looks for elements with data-map (see components/map.html).
(function () {
  "use strict";
  const MIN_ZOOM = 2.5, MAX_ZOOM = 11;
  let leaflet = null;

  function loadLeaflet(element) {
    if (leaflet) return leaflet;
    leaflet = new Promise(function (resolve, reject) {
      const style = document.createElement("link");
      style.rel = "stylesheet";
      style.href = element.dataset.leafletCss;
      const script = document.createElement("script");
      script.src = element.dataset.leaflet;
      script.onload = () => resolve(window.L);
      script.onerror = reject;
      document.head.append(style, script);
    });
    return leaflet;
  }

  function clusterAddress(element, map) {
    const b = map.getBounds();
    const address = new URL(element.dataset.map, location.href);
    const bounds = [b.getSouth(), b.getWest(), b.getNorth(), b.getEast()];
    address.searchParams.set("width", element.clientWidth);
    address.searchParams.set("bounds", bounds.map((n) => n.toFixed(3)).join(","));
    return address;
  }

  // A link on the page to the list of what the map shows now.
  function linkToPart(element, map) {
    const link = document.querySelector("[data-map-here]");
    if (!link) return;
    const address = clusterAddress(element, map);
    ["format", "width"].forEach((name) => address.searchParams.delete(name));
    address.hash = "list";
    link.href = address.href;
    link.hidden = false;
  }

  // How large a cluster's mark is, and where it is on the screen, in CSS pixels.
  function markOf(map, cluster) {
    const radius = cluster.count === 1 ? 6 : Math.min(20, 9 + 3 * Math.log10(cluster.count));
    const { x, y } = map.latLngToLayerPoint([cluster.lat, cluster.lon]);
    return { cluster, x, y, fromX: x, fromY: y, size: Math.max(24, radius * 2) };
  }

  // Moves marks apart that would cover each other, so that each can be hit.
  function spread(marks) {
    let moved = true;
    for (let round = 0; moved && round < 100; round++) {
      moved = false;
      marks.forEach((one, number) => marks.slice(0, number).forEach((other) => {
        const gap = (one.size + other.size) / 2 + 1.5; // places are rounded to pixels
        const right = one.x - other.x || 0.01, down = one.y - other.y || (number % 2 ? 0.01 : -0.01);
        const tooNearX = gap - Math.abs(right), tooNearY = gap - Math.abs(down);
        if (tooNearX <= 0 || tooNearY <= 0) return;
        const axis = tooNearX < tooNearY ? "x" : "y";
        const push = (Math.min(tooNearX, tooNearY) / 2 + 0.1) * Math.sign(axis === "x" ? right : down);
        one[axis] += push;
        other[axis] -= push;
        moved = true;
      }));
    }
    return marks;
  }

  function drawMark(L, layer, map, { cluster, x, y, fromX, fromY, size }) {
    const icon = L.divIcon({
      className: "map-cluster" + (cluster.member ? " member" : "") + (cluster.count > 1 ? " many" : "") + (cluster.layer ? ` layer-${cluster.layer}` : ""),
      html: cluster.count > 1 ? cluster.text : "",
      iconSize: [size, size],
      iconAnchor: [size / 2 - (x - fromX), size / 2 - (y - fromY)],
    });
    const mark = L.marker([cluster.lat, cluster.lon], { icon, title: cluster.label, alt: cluster.label, keyboard: true });
    function open() {
      const isOnePlace = cluster.south === cluster.north && cluster.west === cluster.east;
      if (isOnePlace || map.getZoom() >= MAX_ZOOM) location.href = cluster.url;
      else map.fitBounds([[cluster.south, cluster.west], [cluster.north, cluster.east]], { padding: [30, 30], maxZoom: Math.max(map.getZoom() + 2, 6) });
    }
    mark.on("click", open);
    mark.on("keypress", (event) => { if (event.originalEvent.key === "Enter") open(); });
    mark.addTo(layer);
  }

  async function start(element) {
    element.dataset.started = "yes";
    const [L, outlines] = await Promise.all([
      loadLeaflet(element),
      fetch(element.dataset.outlines).then((answer) => answer.json()),
    ]);
    const holder = document.createElement("div");
    holder.setAttribute("role", "application");
    holder.setAttribute("aria-label", element.querySelector("svg").getAttribute("aria-label"));
    element.querySelector("svg").classList.add("drawn");
    element.append(holder);
    const map = L.map(holder, { minZoom: MIN_ZOOM, maxZoom: MAX_ZOOM, zoomSnap: 0.5, zoomControl: false });
    L.control.zoom({ zoomInTitle: element.dataset.zoomIn, zoomOutTitle: element.dataset.zoomOut }).addTo(map);
    map.attributionControl.setPrefix(false).addAttribution("Natural Earth, GeoNames");
    L.geoJSON(outlines, { interactive: false, style: { className: "outline leaflet-interactive", weight: 1, fillOpacity: 1 } }).addTo(map);
    const layer = L.layerGroup().addTo(map);
    let asked = 0;
    async function draw() {
      const mine = ++asked;
      const answer = await fetch(clusterAddress(element, map));
      if (!answer.ok || mine !== asked) return;
      const { clusters, ties = [] } = await answer.json();
      const hadFocus = holder.contains(document.activeElement);
      layer.clearLayers();
      ties.forEach((tie) => L.polyline(tie.ends, { className: `tie layer-${tie.layer}`, interactive: false }).addTo(layer));
      spread(clusters.map((cluster) => markOf(map, cluster))).forEach((mark) => drawMark(L, layer, map, mark));
      if (hadFocus && !holder.contains(document.activeElement)) holder.focus({ preventScroll: true });
      linkToPart(element, map);
    }
    map.on("moveend", draw);
    map.fitBounds(element.dataset.bounds ? JSON.parse(element.dataset.bounds) : [[36, -9], [66, 42]]);
  }

  function startAll() {
    document.querySelectorAll("[data-map]:not([data-started])").forEach(start);
  }
  document.addEventListener("DOMContentLoaded", startAll);
  document.addEventListener("htmx:load", startAll);
})();
