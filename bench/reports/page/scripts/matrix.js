// Similarities of all pairs of items; selecting a cell shows the pair.

function matrix(task, references, record, label) {
  if (!record?.items || !references.length) return null;
  const width = references.length;
  const cells = record.items.flatMap((_, item) =>
    references.map((__, reference) => {
      const value = similarityAt(record, item, reference, width);
      const pair = record.matches[reference] === item;
      const tip = `page ${reference + 1} and item ${item + 1}: ${decimals(value, 2)}${pair ? ", matched" : ""}`;
      return { item: item + 1, reference: reference + 1, value, pair, tip };
    }),
  );
  const told = h("div", { class: "chosen", role: "status" }, "Select a cell to read the two items.");
  const tellPair = ({ item, reference, value }) => {
    if (!item || !reference) return;
    told.replaceChildren(
      h("p", {}, h("strong", {}, `Page ${reference}: `), references[reference - 1]),
      h("p", {}, h("strong", {}, `Item ${item}: `), record.items[item - 1]),
      h("p", {}, `Similarity ${decimals(value, 2)}.`),
    );
  };
  const text = `Similarity of ${count(record.items.length, "item")} of ${label} with ${count(width, "reference item")}; a table follows`;
  return h(
    "div",
    { class: "matrix" },
    h("h3", {}, "Similarities of all pairs"),
    h("p", { class: "note" }, "Darker cells are more similar. Outlined cells are the matches above: the one-to-one assignment with the greatest sum."),
    chart(text, matrixPlot(cells, record.items.length, width), tellPair),
    told,
    details(`matrix-${label}`, "Show as table", () => matrixTable(record, width, cells, tellPair, label)),
  );
}

function matrixPlot(cells, items, references) {
  const wide = document.querySelector("main").clientWidth;
  const step = Math.max(12, Math.min(48, (wide - 110) / items));
  const axis = { domain: false, ticks: false, labelAngle: 0 };
  return {
    data: { values: cells },
    width: { step },
    height: { step: Math.min(step, 28) },
    encoding: {
      x: { field: "item", type: "ordinal", title: items > 3 ? "output of the model" : "output", axis: { ...axis, orient: "top" } },
      y: { field: "reference", type: "ordinal", title: references > 3 ? "references" : "ref.", axis },
      tooltip: { field: "tip" },
    },
    layer: [
      {
        mark: { type: "rect", fill: "var(--accent)", stroke: "var(--line)", strokeWidth: 0.5, cursor: "pointer" },
        encoding: { fillOpacity: { field: "value", type: "quantitative", scale: { type: "pow", exponent: 0.7, domain: [0, 1], range: [0, 1] }, legend: null } },
      },
      {
        transform: [{ filter: "datum.pair" }],
        mark: { type: "rect", fillOpacity: 0, fill: "var(--paper)", stroke: "var(--ink)", strokeWidth: 2, cursor: "pointer" },
      },
      ...(step < 30 ? [] : [cellNumbers()]),
    ],
  };
}

function cellNumbers() {
  const fill = { condition: { test: "datum.value > 0.5", value: "var(--on-accent)" }, value: "var(--ink)" };
  return {
    mark: { type: "text", fontSize: 11, cursor: "pointer" },
    encoding: { text: { field: "value", type: "quantitative", format: ".2f" }, fill },
  };
}

function matrixTable(record, width, cells, tellPair, label) {
  const heads = ["page", ...record.items.map((_, item) => `item ${item + 1}`)];
  const rows = Array.from({ length: width }, (_, reference) => [
    `${reference + 1}`,
    ...record.items.map((__, item) => {
      const cell = cells[item * width + reference];
      const about = `${cell.tip}: show both items`;
      const text = decimals(cell.value, 2) + (cell.pair ? " ●" : "");
      return h("button", { type: "button", class: "cell", "aria-label": about, onclick: () => tellPair(cell) }, text);
    }),
  ]);
  return table(`Similarities of ${label}; dots are matches`, heads, rows, { class: "cells" });
}
