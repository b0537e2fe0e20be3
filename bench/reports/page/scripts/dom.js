// Builds the page. Text from data only becomes text nodes and attribute values.

// Control, bidirectional and invisible characters are shown as code points, except line ends, tabs
// and joiners.
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0]/gu;
const KEPT = new Set(["\n", "\t", "\u200c", "\u200d"]);

function shown(text) {
  return String(text).replace(UNSEEN, (c) =>
    KEPT.has(c) ? c : `\\u${c.codePointAt(0).toString(16).padStart(4, "0")}`,
  );
}

// h("p", {class: "note", onclick: f}, "text", node, [nodes], null)
function h(tag, properties, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "href") node.setAttribute(key, value);
    else node.setAttribute(key, value === true ? "" : shown(value));
  }
  add(node, children);
  return node;
}

function add(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : shown(child));
  }
}

// A number with three decimals, and its full value as a tooltip.
function number(value, digits = 3) {
  if (value === null || value === undefined || Number.isNaN(value)) return h("span", {}, "–");
  return h("data", { value, title: value }, decimals(value, digits));
}

function decimals(value, digits = 3) {
  return value.toFixed(digits).replace(/^-(?=0\.?0*$)/, "").replace("-", "\u2212");
}

function signed(value) {
  const text = decimals(value);
  return text.startsWith("\u2212") || Number(text) === 0 ? text : `+${text}`;
}

function count(n, noun) {
  return `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
}

function probability(p) {
  if (p === null) return "–";
  return p < 0.0001 ? "<0.0001" : p.toFixed(4);
}

function significant(value) {
  if (value >= 1000) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}

// A scrollable table; heads are strings or nodes.
function table(label, heads, rows, properties = {}) {
  const head = heads.map((cell) => h("th", { scope: "col" }, cell));
  const body = rows.map((cells) =>
    h("tr", {}, cells.map((cell, i) => (i ? h("td", {}, cell) : h("th", { scope: "row" }, cell)))),
  );
  return scrolling(
    label,
    h("table", properties, h("thead", {}, h("tr", {}, head)), h("tbody", {}, body)),
  );
}

function scrolling(label, content) {
  return h("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": label }, content);
}

function select(id, label, options, chosen, change) {
  const box = h(
    "select",
    { id, onchange: (event) => change(event.target.value) },
    options.map(([value, text]) => h("option", { value, selected: value === chosen }, text ?? value)),
  );
  return h("div", { class: "field" }, h("label", { for: id }, label), box);
}

function details(id, summary, make) {
  const inner = h("div", {});
  const node = h("details", { id }, h("summary", {}, summary), inner);
  node.addEventListener("toggle", () => {
    if (node.open && !inner.hasChildNodes()) add(inner, [make()]);
  });
  return node;
}
