// Draws a page's chart with Vega-Lite, in the page's own colours, and again when they change.
// Without this file the page has the chart's title, its finding and its figures as a table.
(() => {
  const figure = document.querySelector("[data-chart]");
  const drawing = figure.querySelector(".drawing");
  const spec = JSON.parse(figure.querySelector(".spec").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const narrow = () => drawing.clientWidth < 520;
  let view = null;

  const PARTS = ["ink", "muted", "line", "edge", "page"];
  const SERIES = ["primary", "accent", "series-c", "series-d", "series-e", "series-f"];

  function colours(token) {
    const found = Object.fromEntries(PARTS.map((name) => [name, token(name)]));
    return { ...found, series: SERIES.map(token) };
  }

  function present() {
    const style = getComputedStyle(document.documentElement);
    return colours((name) => style.getPropertyValue(`--${name}`).trim());
  }

  // A picture goes to pages and papers of others: it is light, whatever the reader's scheme is.
  function light() {
    const found = {};
    for (const sheet of document.styleSheets) {
      for (const rule of sheet.cssRules) {
        if (rule.selectorText !== ":root") continue;
        for (const name of rule.style) found[name] = rule.style.getPropertyValue(name).trim();
      }
    }
    return colours((name) => found[`--${name}`]);
  }

  function config(colour, room) {
    const text = {
      labelColor: colour.muted, titleColor: colour.muted, labelFontSize: 13, titleFontSize: 13,
      titleFontWeight: 400,
    };
    return {
      background: null, font: '"Public Sans", system-ui, sans-serif', aria: false,
      view: { stroke: null },
      mark: { color: colour.series[0] },
      bar: { color: colour.series[0] }, area: { color: colour.series[0] },
      line: { color: colour.series[0] }, circle: { color: colour.series[0] },
      point: { color: colour.series[0], filled: true },
      text: { color: colour.ink, fontSize: 13 },
      axis: { ...text, gridColor: colour.line, domainColor: colour.edge, tickColor: colour.edge },
      axisX: { labelOverlap: true, titlePadding: 10 },
      axisY: { domain: false, ticks: false, labelPadding: 8, titleAnchor: "end", titleAngle: 0,
        titleAlign: "left", titleBaseline: "bottom", titleY: -12, titleX: 0 },
      axisYBand: { labelLimit: Math.min(260, Math.round(room * 0.42)), labelColor: colour.ink },
      legend: { ...text, orient: "top", direction: "horizontal", labelColor: colour.ink,
        titleFontWeight: 600, symbolType: "square", columns: room < 520 ? 2 : 4,
        labelLimit: room < 520 ? 130 : 180, offset: 38, titleOrient: "top" },
    };
  }

  function dressed(colour, room) {
    const made = JSON.parse(JSON.stringify(spec));
    const scale = made.encoding.color?.scale;
    if (scale) {
      scale.range = scale.domain.map((_, at) => colour.series[at] ?? colour.edge);
      if (made.usermeta.rest) scale.range[scale.domain.length - 1] = colour.edge;
    }
    if (made.layer?.length === 2) {
      // Room for the figures at the ends of the bars.
      const values = made.data.values.map((datum) => datum.value);
      const longest = Math.max(...made.data.values.map((datum) => datum.figure.length));
      const share = Math.min(0.45, (longest * 8 + 14) / Math.max(room * 0.6, 120));
      made.encoding.x.scale.domainMax = Math.max(...values, 0) / (1 - share) || 1;
      made.encoding.x.axis = null;
    }
    made.config = config(colour, room);
    return made;
  }

  const SETTINGS = { ast: true, actions: false, defaultStyle: false, renderer: "svg" };

  async function draw() {
    view?.finalize();
    const made = dressed(present(), drawing.clientWidth);
    if (narrow() && typeof made.height === "number" && !made.encoding.y?.sort) made.height = 260;
    const result = await vegaEmbed(drawing, made, { ...SETTINGS, tooltip: { theme: "none" } });
    view = result.view;
    // The figure's label says what is drawn; its parts have no words of their own.
    drawing.querySelector("svg").setAttribute("aria-hidden", "true");
    figure.dataset.drawn = "yes";
  }

  // ---- Pictures: with title, source and the light scheme, as wide as a newspaper's

  function lines(text, most) {
    const found = [""];
    for (const word of text.split(/\s+/)) {
      if (`${found.at(-1)} ${word}`.length > most && found.at(-1)) found.push("");
      found[found.length - 1] = `${found.at(-1)} ${word}`.trim();
    }
    return found;
  }

  async function picture(kind) {
    const words = (selector) => figure.querySelector(selector).textContent.trim().replace(/\s+/g, " ");
    const colour = light();
    const made = dressed(colour, 880);
    made.width = 880;
    made.padding = 24;
    made.config.background = colour.page;
    made.title = {
      text: lines(words(".figure-title"), 84), subtitle: lines(words("figcaption p"), 120),
      anchor: "start", frame: "group", fontSize: 20, subtitleFontSize: 14, offset: 24,
      subtitlePadding: 6, color: colour.ink, subtitleColor: colour.muted,
    };
    const below = made.encoding.x.axis === null || made.encoding.x.title === null ? 28 : 64;
    const source = {
      type: "text",
      encode: { enter: {
        text: { value: lines(words(".source"), 130) }, x: { value: 0 },
        y: { signal: `height + ${below}` }, fontSize: { value: 12 }, fill: { value: colour.muted },
        baseline: { value: "top" }, font: { value: made.config.font },
      } },
    };
    const patch = (vega) => { vega.marks.push(source); return vega; };
    const away = document.createElement("div");
    const result = await vegaEmbed(away, made, { ...SETTINGS, renderer: "none", patch });
    const file = kind === "svg"
      ? URL.createObjectURL(new Blob([await result.view.toSVG()], { type: "image/svg+xml" }))
      : await result.view.toImageURL("png", 2);
    result.view.finalize();
    const link = document.createElement("a");
    link.href = file;
    link.download = `${words(".figure-title").toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 60)}.${kind}`;
    link.click();
    if (kind === "svg") setTimeout(() => URL.revokeObjectURL(file), 10_000);
  }

  for (const button of document.querySelectorAll("[data-picture]")) {
    button.addEventListener("click", () => picture(button.dataset.picture));
  }

  // ---- The form: what does not apply cannot be chosen

  const form = document.querySelector("form.drawn-by[method=get]");
  function fit() {
    const value = (name) => form.elements[name].value;
    const kind = value("kind");
    const timed = ["date", "timestamp"].includes(form.elements.x.selectedOptions[0]?.dataset.type);
    form.elements.agg.disabled = kind === "histogram" || kind === "point";
    form.elements.y.disabled = kind === "histogram" || (kind !== "point" && value("agg") === "count");
    form.elements.by.disabled = kind === "histogram";
    form.elements.interval.disabled = !timed || kind === "histogram" || kind === "point";
  }
  if (form) {
    form.addEventListener("change", fit);
    fit();
  }

  let width = 0;
  new ResizeObserver(() => {
    if (Math.abs(drawing.clientWidth - width) < 2) return;
    width = drawing.clientWidth;
    draw();
  }).observe(drawing);
  dark.addEventListener("change", draw);
})();
