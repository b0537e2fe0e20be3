// The scores of all competitors with intervals; floors and ceilings as dashed lines.

function intervals(task, get, host) {
  const score = scoreNamed(task, get("score"));
  const rows = bestFirst(task, score).filter((m) => task.models[m].scores[score]);
  const own = rows.filter((m) => task.models[m].role === "model" && named(task.models[m], get("q")));
  const marks = rows.filter((m) => task.models[m].role !== "model");
  const { name } = task.scores[score];
  const data = own.map((m) => intervalRow(task.models[m], score, name));
  if (!data.length) return host.replaceChildren();
  const order = data.map((row) => row.model);
  const ruled = marks.map((m, i) => ({ ...intervalRow(task.models[m], score, name), level: i }));
  const x = { field: "value", type: "quantitative", title: name, scale: { zero: false, nice: true, padding: 12 } };
  const label = `${name} of ${count(own.length, "model")}: ${data
    .map((d) => `${d.model}${decimals(d.value)}`)
    .join(", ")}. ${ruled.map((d) => `${d.role} ${d.model}${decimals(d.value)}`).join(", ")}`;
  const layers = [
    ...ruled.flatMap((one) => ruleAcross(one, x)),
    {
      mark: { type: "rule", stroke: "var(--accent)", strokeWidth: 3, opacity: 0.45, strokeCap: "round" },
      encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, y: models(order) },
    },
    {
      mark: { type: "point", filled: true, size: 80, fill: "var(--accent)", opacity: 1 },
      encoding: { x, y: models(order), tooltip: { field: "tip" } },
    },
  ];
  const spec = {
    data: { values: data },
    width: room(host),
    height: { step: 30 },
    layer: layers,
  };
  const hint = data.some((d) => d.low !== d.high)
    ? `Dots are scores over all articles, bars their ${100 * FACTS.confidence} % intervals.`
    : "Dots are scores without intervals.";
  const also = ruled.length ? " Dashed lines are floors and ceilings." : "";
  host.replaceChildren(
    h("h3", {}, `Scores and intervals: ${name}`),
    h("p", { class: "note" }, hint + also),
    chart(label, spec),
  );
}

function intervalRow(model, score, name) {
  const [value, low, high] = model.scores[score];
  const bounds = low === null ? "" : ` [${decimals(low)}, ${decimals(high)}]`;
  const tip = `${model.label}: ${name} ${decimals(value)}${bounds}`;
  return { model: keyed(model.label), role: model.role, value, low: low ?? value, high: high ?? value, tip };
}

// Each label has its own line above the plot, so that labels do not overlap.
function ruleAcross(one, x) {
  const text = `${one.model}(${one.role}) ${decimals(one.value)}`;
  const data = { values: [one] };
  return [
    { data, mark: { type: "rule", strokeDash: [5, 4], stroke: "var(--muted)", strokeWidth: 1.2 }, encoding: { x } },
    { data, mark: { type: "text", fontSize: 11, fill: "var(--muted)", y: -8 - 15 * one.level, text }, encoding: { x } },
  ];
}
