// Draws a page's map with Leaflet: the city's outline or tiles beneath, the table's places on top.
// Each part of the map is asked of the site as it comes into view; many places come as counts.
// Without this file the page says so, and leads to the table.
(() => {
  const figure = document.querySelector("[data-map]").closest("figure");
  const given = JSON.parse(figure.querySelector(".map-data").textContent);
  const frame = figure.querySelector(".map");
  const said = figure.querySelector(".said");
  const list = figure.querySelector(".places ol");
  const listed = figure.querySelector(".places .muted");
  const asTable = figure.querySelector(".as-table");
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const MOST_LISTED = 100;

  const [west, south, east, north] = given.view;
  const map = L.map(frame, {
    minZoom: 2, maxZoom: 19, zoomSnap: 0.5, worldCopyJump: true,
    fadeAnimation: !calm, zoomAnimation: !calm, markerZoomAnimation: !calm,
  });
  map.attributionControl.setPrefix('<a href="https://leafletjs.com">Leaflet</a>');
  map.fitBounds([[south, west], [north, east]]);

  // ---- Beneath

  if (given.tiles) {
    L.tileLayer(given.tiles, { attribution: given.attribution, maxZoom: 19 }).addTo(map);
  }
  const beneath = map.createPane("beneath");
  beneath.style.zIndex = 300;
  map.createPane("names").style.zIndex = 350;

  async function outline() {
    const answer = await fetch(given.boundaries);
    if (!answer.ok) return;
    const shapes = await answer.json();
    const order = ["city", "street", "district"];
    shapes.features.sort((a, b) => order.indexOf(a.properties.kind) - order.indexOf(b.properties.kind));
    L.geoJSON(shapes, {
      pane: "beneath", interactive: false,
      onEachFeature: ({ properties: { kind, title } }, layer) => {
        layer.options.className = kind;
        if (kind === "city" || !title) return;
        layer.bindTooltip(title, {
          permanent: true, direction: "center", className: `name ${kind}`, pane: "names",
        });
      },
    }).addTo(map);
  }
  if (given.boundaries && !given.tiles) outline();

  // ---- On top

  const places = L.featureGroup().addTo(map);
  const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
  const whole = new Intl.NumberFormat("en");

  function group({ colour }) {
    if (!given.legend) return "";
    const { kind, values } = given.legend;
    if (kind === "values") {
      const at = values.indexOf(colour ?? null);
      return at < 0 ? `classed rest-${values.length + 1}` : `classed value-${at + 1}`;
    }
    if (colour === null || colour === undefined || colour === "") return "classed";
    return `classed step-${values.filter((bound) => Number(colour) >= bound).length + 1}`;
  }

  function told(columns, values) {
    const words = document.createElement("dl");
    columns.forEach((name, at) => {
      if (values[at] === "") return;
      words.append(Object.assign(document.createElement("dt"), { textContent: name }));
      words.append(Object.assign(document.createElement("dd"), { textContent: values[at] }));
    });
    return words;
  }

  function drawCells(cells, wide) {
    // The largest circles touch, whatever the size of the map is.
    const largest = Math.max(0.55 * wide * 256 * 2 ** map.getZoom() / 360, 6);
    const most = Math.max(...cells.map((cell) => cell[2]));
    for (const [longitude, latitude, rows] of cells) {
      const radius = 3 + (Math.min(largest, 24) - 3) * Math.sqrt(rows / most);
      const place = [latitude, longitude];
      const dot = L.circleMarker(place, { radius, className: "place cell" });
      dot.bindTooltip(`${whole.format(rows)} ${rows === 1 ? "place" : "places"}`);
      dot.on("click", () => map.setView(place, Math.min(map.getZoom() + 2, 19)));
      places.addLayer(dot);
      const figure = short.format(rows);
      if (radius < 5 + 3.2 * figure.length) continue;
      places.addLayer(L.marker(place, {
        interactive: false, keyboard: false,
        icon: L.divIcon({ className: "count", html: figure, iconSize: [44, 18] }),
      }));
    }
  }

  function drawFeatures(features, columns) {
    const layers = [];
    const kinds = { Point: "", MultiPoint: "", LineString: "line", MultiLineString: "line" };
    L.geoJSON({ type: "FeatureCollection", features }, {
      pointToLayer: (_shape, place) => L.circleMarker(place, { radius: 6 }),
      onEachFeature: (shape, layer) => {
        const className = `place ${kinds[shape.geometry.type] ?? "area"} ${group(shape.properties)}`;
        layer.options.className = className;
        layer.eachLayer?.((part) => { part.options.className = className; });
        layer.bindPopup(() => told(columns, shape.properties.values), { maxWidth: 280 });
        layers.push([layer, shape.properties.values]);
        places.addLayer(layer);
      },
    });
    return layers;
  }

  function middle(layer) {
    return layer.getLatLng?.() ?? layer.getBounds().getCenter();
  }

  function fillList(layers) {
    list.replaceChildren();
    for (const [layer, values] of layers.slice(0, MOST_LISTED)) {
      const words = values.filter((value) => value !== "").slice(0, 3).join(", ") || "Place";
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: words });
      button.addEventListener("click", () => layer.openPopup(middle(layer)));
      const item = document.createElement("li");
      item.append(button);
      list.append(item);
    }
    listed.textContent = layers.length > MOST_LISTED
      ? `The first ${MOST_LISTED} of ${whole.format(layers.length)}.`
      : layers.length ? "" : "Zoom in until each place is drawn by itself.";
  }

  // ---- What is in view

  let asking = null;
  async function show() {
    const bounds = map.getBounds();
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const bbox = box.map((degrees) => degrees.toFixed(6)).join(",");
    frame.classList.toggle("close", map.getZoom() >= 13);
    asking?.abort();
    const mine = asking = new AbortController();
    const join = given.data.includes("?") ? "&" : "?";
    let found;
    try {
      const answer = await fetch(`${given.data}${join}bbox=${bbox}`, { signal: mine.signal });
      found = await answer.json();
    } catch (error) {
      if (error.name !== "AbortError") said.textContent = "The places could not be fetched. Move the map to try again.";
      return;
    }
    said.textContent = found.said;
    if (found.rows === undefined) return;
    const open = map._popup?.isOpen?.();
    if (open) return;
    places.clearLayers();
    if (found.cells) {
      drawCells(found.cells, found.wide);
      fillList([]);
    } else {
      fillList(drawFeatures(found.features, found.columns));
    }
    if (given.ends.length) {
      const ends = given.ends.map((name, at) => `${encodeURIComponent(name)}=${box[at].toFixed(6)}`);
      asTable.href = `${given.table}&${ends.join("&")}#data`;
    } else {
      asTable.href = `${given.table}#data`;
    }
    figure.dataset.drawn = "yes";
  }

  let soon = 0;
  map.on("moveend", () => {
    clearTimeout(soon);
    soon = setTimeout(show, 120);
  });
  map.on("popupclose", () => map.fire("moveend"));
  show();
})();
