// Paired differences between every model and a chosen baseline.

function differences(task, get, host) {
  const score = scoreNamed(task, get("score"));
  const found = task.comparisons[score];
  const { name, higher } = task.scores[score];
  const title = h("h3", {}, "Which differences are significant?");
  if (!found || !found.pairs.some((pair) => pair.low !== null)) {
    const why = found ? "Tests need at least six articles." : `No two models can be compared on ${name}.`;
    return host.replaceChildren(title, h("p", { class: "note" }, why));
  }
  const labels = found.ranks.map(([m]) => task.models[m].label);
  const wanted = get("base") ?? FACTS.baseline;
  const base = labels.includes(wanted) ? wanted : labels[0];
  const rows = against(task, found, modelNamed(task, base), higher);
  const order = rows.map((row) => row.key);
  const beside = rows.length <= 12 && rows.every((row) => row.model.length <= 24) && host.clientWidth > 1000;
  host.replaceChildren(
    title,
    h("p", { class: "note" }, pairWords(name, higher, familyOf(task, score))),
    h("div", { class: "fields" }, select(`base-${task.name}`, "Compared with", labels.map((l) => [l]), base, (value) =>
      change({ task: task.name, base: value }))),
    h(
      "div",
      { class: beside ? "forest beside" : "forest" },
      chart(forestLabel(rows, base, name), forest(rows, order, base, name, room(host, beside ? host.clientWidth * 0.39 : 760))),
      forestTable(task, rows, base, name),
    ),
  );
}

// What the tests of a score are corrected over, and the command that shows the same.
function familyOf(task, score) {
  return score === task.primary
    ? "all pairs on the primary scores, as in “bench compare RUN”"
    : "all pairs on all scores, as in “bench compare RUN --metric all”";
}

function pairWords(name, higher, family) {
  const level = decimals(100 - 100 * FACTS.confidence, 0);
  return (
    `Difference in ${name} (${higher ? "higher" : "lower"} is better) on the articles that both have, with its ` +
    `${100 * FACTS.confidence} % interval. Filled: significant at ${level} % after step-down max-T over ${family}. ` +
    `Hollow: not significant. The interval “all at once” holds together with those of all these pairs.`
  );
}

function against(task, found, base, higher) {
  return found.pairs
    .filter((pair) => pair.a === base || pair.b === base)
    .map((pair) => {
      const turned = pair.a === base;
      const sign = turned ? -1 : 1;
      const value = sign * pair.difference;
      const better = value > 0 === higher;
      return {
        ...pair,
        model: task.models[turned ? pair.b : pair.a].label,
        value,
        from: pair.low === null ? value : turned ? -pair.high : pair.low,
        to: pair.low === null ? value : turned ? -pair.low : pair.high,
        together: pair.together && (turned ? pair.together.map((end) => -end).reverse() : pair.together),
        won: turned ? pair.losses : pair.wins,
        lost: turned ? pair.wins : pair.losses,
        verdict: pair.real ? (better ? "better" : "worse") : "not significant",
      };
    })
    .sort((a, b) => (higher ? b.value - a.value : a.value - b.value))
    .map((row) => ({ ...row, key: keyed(row.model), tip: `${row.model}: ${signed(row.value)}, ${row.verdict}` }));
}

function forestLabel(rows, base, name) {
  const each = rows.map((row) => `${row.model} ${signed(row.value)}, ${row.verdict}`);
  return `Difference in ${name} from ${base}: ${each.join("; ")}`;
}

function forest(rows, order, base, name, width) {
  const x = { field: "value", type: "quantitative", title: `${name} minus that of ${base}` };
  return {
    data: { values: rows },
    width,
    height: { step: 30 },
    layer: [
      { data: { values: [{ value: 0 }] }, mark: { type: "rule", stroke: "var(--ink)", strokeWidth: 1 }, encoding: { x } },
      {
        mark: { type: "rule", stroke: "var(--accent)", strokeWidth: 3, opacity: 0.45 },
        encoding: { x: { ...x, field: "from" }, x2: { field: "to" }, y: models(order, "key") },
      },
      {
        mark: { type: "point", filled: true, size: 90, stroke: "var(--accent)", strokeWidth: 2, opacity: 1 },
        encoding: {
          x,
          y: models(order, "key"),
          fill: { condition: { test: "datum.real", value: "var(--accent)" }, value: "var(--paper)" },
          tooltip: { field: "tip" },
        },
      },
    ],
  };
}

function forestTable(task, rows, base, name) {
  const heads = ["model", "difference", "interval", "p", "p (max-T)", "all at once", "won/tied/lost", `than ${base}`];
  const body = rows.map((row) => [
    row.model,
    h("data", { value: row.value, title: row.value }, signed(row.value)),
    row.low === null ? "–" : `[${signed(row.from)}, ${signed(row.to)}]`,
    probability(row.p),
    probability(row.corrected),
    row.real && row.together ? `[${row.together.map(signed).join(", ")}]` : "–",
    `${row.won}/${row.articles - row.won - row.lost}/${row.lost}`,
    h("span", { class: row.real ? "real" : "chance" }, row.verdict),
  ]);
  return table(`Differences in ${name} from ${base}, ${task.name}`, heads, body, { class: "pairs" });
}
