// Correlations between the scores.

const KINDS = [
  ["articles", "over articles (Spearman, within a model, mean over models)"],
  ["models", "over models (Kendall)"],
];
const MEANING = {
  articles: "1: two scores put the articles of a model in the same order. 0: they are unrelated.",
  models: "1: two scores put the models in the same order. −1: in the opposite order.",
};

function agreement(task, get, host) {
  const title = h("h3", {}, "Do the scores agree?");
  const known = KINDS.filter(([kind]) => task.correlations[kind]);
  if (!known.length) {
    const few = "Needs at least 3 articles or 4 models.";
    return host.replaceChildren(title, h("p", { class: "note" }, few));
  }
  const kind = known.find(([k]) => k === get("agree"))?.[0] ?? known[0][0];
  const matrix = task.correlations[kind];
  const columns = chosenColumns(task, get("cols"));
  const names = columns.map((c) => task.scores[c].name);
  const keys = names.map(keyed);
  const cells = columns.flatMap((a) =>
    columns.map((b) => {
      const value = matrix[a][b];
      const [x, y] = [task.scores[a].name, task.scores[b].name];
      const text = value === null ? "–" : decimals(value, 2);
      return { x: keyed(x), y: keyed(y), value: value ?? 0, strength: Math.abs(value ?? 0), text, tip: `${x} and ${y}: ${text}` };
    }),
  );
  host.replaceChildren(
    title,
    h("p", { class: "note" }, `${MEANING[kind]} Scores where lower is better are negated first. Shows the columns chosen above.`),
    h("div", { class: "fields" }, select(`agree-${task.name}`, "Agreement", known, kind, (value) =>
      change({ task: task.name, agree: value }))),
    chart(`Agreement of ${count(names.length, "score")}; the numbers are in the table below`, agreementPlot(cells, keys, host)),
    details(`agreement-${task.name}`, "Show as table", () =>
      table("Agreement of scores", ["", ...names], columns.map((a) => [
        task.scores[a].name,
        ...columns.map((b) => (matrix[a][b] === null ? "–" : decimals(matrix[a][b], 2))),
      ])),
    ),
  );
}

function agreementPlot(cells, names, host) {
  const step = Math.max(22, Math.min(56, room(host, 760, 150) / names.length));
  const axis = { title: null, type: "nominal", sort: names };
  return {
    data: { values: cells },
    width: { step },
    height: { step: Math.min(step, 36) },
    encoding: {
      x: { field: "x", ...axis, axis: { labelAngle: -40, domain: false, ticks: false } },
      y: { field: "y", ...axis, axis: { domain: false, ticks: false } },
      tooltip: { field: "tip" },
    },
    layer: [
      {
        mark: { type: "rect", stroke: "var(--paper)", strokeWidth: 2 },
        encoding: {
          fill: { condition: { test: "datum.value < 0", value: "var(--warm)" }, value: "var(--accent)" },
          fillOpacity: { field: "strength", type: "quantitative", scale: null },
        },
      },
      {
        mark: { type: "text", fontSize: step < 34 ? 9 : 11 },
        encoding: {
          text: { field: "text" },
          fill: { condition: { test: "datum.strength > 0.55", value: "var(--on-accent)" }, value: "var(--ink)" },
        },
      },
    ],
  };
}
