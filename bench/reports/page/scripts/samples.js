// The best and worst of k samples, for models that were asked several times for each article.

function samples(task, get, host) {
  const score = scoreNamed(task, get("score"));
  const curves = task.samples[score];
  const { name } = task.scores[score];
  const title = h("h3", {}, `Best and worst of several samples: ${name}`);
  if (!curves.length) {
    const none = `No model with several samples of each article has ${name}.`;
    return host.replaceChildren(title, h("p", { class: "note" }, none));
  }
  const rows = curves.flatMap(({ model, best, worst }) =>
    best.map((value, i) => sampleRow(task.models[model].label, name, i + 1, value, worst[i])),
  );
  const most = Math.max(...rows.map((row) => row.k));
  const label = `${name}, best and worst of k samples: ${rows.map((row) => row.tip).join("; ")}`;
  host.replaceChildren(
    title,
    h(
      "p",
      { class: "note" },
      "Dots are means over articles of the expected best and worst of k samples, chosen by this score. The leaderboard shows k = 1, the mean of all samples.",
    ),
    chart(label, samplePlot(rows, name, most, room(host, 900, 75))),
    details(`samples-${task.name}`, "Show as table", () =>
      table(
        `Best and worst of k samples by ${name}`,
        ["model", "samples", "best", "worst"],
        rows.map((row) => [row.label, row.k, number(row.best), number(row.worst)]),
      ),
    ),
  );
}

function sampleRow(label, name, k, best, worst) {
  const tip = `${label}: ${name} of ${count(k, "sample")}: best ${decimals(best)}, worst ${decimals(worst)}`;
  return { model: keyed(label), label, k, best, worst, tip };
}

function samplePlot(rows, name, most, width) {
  const x = { field: "k", type: "quantitative", title: "samples", scale: { domain: [1, most], nice: false, padding: 12 }, axis: { grid: false, format: "d", tickCount: Math.min(most, 10), tickMinStep: 1 } };
  const y = { type: "quantitative", title: name, scale: { zero: false, nice: true } };
  const dash = { field: "model", type: "nominal", title: null, legend: { orient: "top", labelLimit: 190, labelColor: "var(--ink)", symbolType: "stroke", symbolStrokeColor: "var(--accent)" } };
  return {
    data: { values: rows },
    width,
    height: 240,
    layer: ["best", "worst"].map((field) => ({
      mark: { type: "line", stroke: "var(--accent)", opacity: field === "best" ? 1 : 0.55, point: { filled: true, fill: "var(--accent)", size: 50 } },
      encoding: { x, y: { ...y, field }, strokeDash: dash, tooltip: { field: "tip" } },
    })),
  };
}
