// How well each kind of reference item is matched, for references that have labels.

function kinds(task, get, host) {
  const labels = Object.keys(task.labels);
  const label = labels.includes(get("by")) ? get("by") : labels.includes(FACTS.by) ? FACTS.by : labels[0];
  const rows = task.labels[label];
  const names = rows.map((row) => row.model);
  const chosen = names.includes(get("kind")) ? get("kind") : names[0];
  const own = rows.find((row) => row.model === chosen);
  const order = own.scores.map((score) => keyed(score.value));
  const others = rows.filter((row) => row.model !== chosen);
  const dots = others.flatMap((row) => row.scores.map((score) => kindPoint(row, score)));
  const bars = own.scores.map((score) => kindPoint(own, score));
  const x = { field: "similarity", type: "quantitative", title: "similarity of matched items", scale: { domainMin: 0, nice: true } };
  const y = models(order, "value");
  const spec = {
    width: room(host),
    height: { step: 26 },
    layer: [
      {
        data: { values: dots },
        mark: { type: "point", filled: true, size: 26, fill: "var(--muted)", opacity: 0.55 },
        encoding: { x, y, tooltip: { field: "tip" } },
      },
      {
        data: { values: bars },
        mark: { type: "rule", stroke: "var(--accent)", strokeWidth: 3, opacity: 0.45, strokeCap: "round" },
        encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, y },
      },
      {
        data: { values: bars },
        mark: { type: "point", filled: true, size: 80, fill: "var(--accent)", opacity: 1 },
        encoding: { x, y, tooltip: { field: "tip" } },
      },
    ],
  };
  const said = own.scores.map((score) => `${score.value} ${decimals(score.similarity)}`).join(", ");
  const boxes = [
    select(`kind-model-${task.name}`, "Model", names.map((name) => [name]), chosen, (value) => change({ task: task.name, kind: value })),
  ];
  if (labels.length > 1) {
    boxes.unshift(select(`kind-label-${task.name}`, "Label", labels.map((name) => [name]), label, (value) => change({ task: task.name, by: value })));
  }
  const of = `${100 * FACTS.confidence} % intervals over the articles of this page`;
  host.replaceChildren(
    h("h3", {}, `Which are matched: by ${label}`),
    h("p", { class: "note" }, `Mean similarity (${task.similarity === "ROUGE-L" ? "ROUGE-L F1" : task.similarity}) of a reference item and its match. Blue: ${chosen}, with ${of}. Grey: the others.`),
    h("div", { class: "fields" }, boxes),
    chart(`Similarity of ${chosen} by ${label}: ${said}`, spec),
    details(`kinds-${task.name}`, "Show as table", () =>
      table(`Similarity by ${label}`, [label, "items", ...names], own.scores.map((score) => [
        score.value,
        score.items.toLocaleString("en"),
        ...rows.map((row) => number(row.scores.find((one) => one.value === score.value)?.similarity)),
      ])),
    ),
  );
}

function kindPoint(row, score) {
  const { similarity } = score;
  const low = score.low ?? similarity;
  const high = score.high ?? similarity;
  const bounds = score.low === null ? "" : ` [${decimals(low)}, ${decimals(high)}]`;
  const tip = `${row.model}: ${score.value} ${decimals(similarity)}${bounds}, ${count(score.items, "item")}`;
  return { value: keyed(score.value), similarity, low, high, tip };
}
