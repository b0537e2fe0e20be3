// Plots by Vega-Lite. Colours are those of the style sheet, so that they follow the theme.

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';
const CONFIG = {
  background: "transparent",
  font: FONT,
  aria: false,
  mark: { aria: false },
  view: { stroke: null },
  axis: {
    aria: false,
    labelColor: "var(--ink)",
    titleColor: "var(--muted)",
    titleFontWeight: "normal",
    gridColor: "var(--line)",
    domainColor: "var(--line)",
    tickColor: "var(--line)",
    labelFontSize: 12,
    titleFontSize: 12,
    labelLimit: 190,
    labelFlush: false,
  },
  text: { fill: "var(--ink)", fontSize: 12, font: FONT },
  title: { color: "var(--ink)" },
};

// A figure with a label for screen readers; a table beside it has the numbers.
function chart(label, spec, clicked) {
  if (!window.vegaEmbed) return withoutPlot();
  const plot = h("div", { class: "plot", role: "img", "aria-label": label });
  const figure = h("figure", {}, plot);
  const options = {
    renderer: "svg",
    ast: true,
    actions: false,
    defaultStyle: false,
    tooltip: tell,
    config: CONFIG,
  };
  const whole = { $schema: "https://vega.github.io/schema/vega-lite/v6.json", ...spec };
  figure.drawn = vegaEmbed(plot, whole, options).then(({ view }) => {
    if (clicked) view.addEventListener("click", (_, item) => item?.datum && clicked(item.datum));
    figure.dataset.drawn = "yes";
    return view;
  });
  figure.drawn.catch((error) => console.error(error));
  return figure;
}

// The notice shown instead of a plot if the page was written without the plotting library.
function withoutPlot() {
  const remedy = h("code", {}, "pip install 'qgbench[report]'");
  const line = h("p", { class: "notice" }, "Plots need ", remedy, "; then write the report again.");
  return h("figure", { "data-drawn": "yes" }, line);
}

// The text under the pointer.
function tell(_, event, item, value) {
  const box = document.getElementById("tip");
  box.hidden = value === null || value === undefined || value === "";
  if (box.hidden) return;
  const lines = typeof value === "object" ? Object.entries(value) : [["", value]];
  box.replaceChildren();
  add(box, lines.map(([key, text]) => h("div", {}, key ? `${key}: ` : "", text)));
  const left = Math.min(event.clientX + 14, innerWidth - box.offsetWidth - 8);
  box.style.left = `${Math.max(8, left)}px`;
  box.style.top = `${event.clientY + 16}px`;
}

// The width available for a plot beside the names of models. Parts drawn only for printing have no
// width yet.
function room(host, most = 900, beside = 185) {
  const main = document.querySelector("main").clientWidth;
  const wide = Math.min(host.clientWidth || (main > 1000 ? main / 2 - 48 : main - 32), most);
  return Math.max(140, wide - Math.min(beside, wide * 0.42));
}

// Vega looks names up in objects, where "__proto__" and "constructor" are special; a trailing space
// makes them ordinary names.
const keyed = (name) => `${shown(name)} `;

const models = (order, field = "model") => ({
  field,
  type: "nominal",
  sort: order,
  title: null,
  axis: { grid: false, ticks: false, domain: false, labelPadding: 8, labelLimit: nameRoom(), labelExpr: shortening("datum.label") },
});

const nameRoom = () => (document.querySelector("main").clientWidth < 560 ? 120 : 170);

// Names often differ only at their ends, so long ones are shortened in the middle.
const NAME_END = 9;
const shortened = (name, most) => (name.length > most ? `${name.slice(0, most - NAME_END - 1)}…${name.slice(-NAME_END)}` : name);
function shortening(text) {
  const most = Math.floor(nameRoom() / 7);
  return `length(${text}) > ${most} ? slice(${text}, 0, ${most - NAME_END - 1}) + '…' + slice(${text}, -${NAME_END}) : ${text}`;
}
