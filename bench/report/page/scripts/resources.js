// Quality against what it takes: time, tokens, money, as far as the run knows.

const RESOURCES = [
  ["seconds", "seconds per article", (model) => model.seconds],
  ["tokens", "tokens written", (model) => model.tokens_out],
  ["cost", "cost of the run", (model) => model.cost],
];

function resources(task, get, host) {
  const score = scoreNamed(task, get("score"));
  const scored = task.models.filter((m) => m.scores[score]);
  const known = RESOURCES.filter(([, , of]) => scored.some((m) => of(m) !== null));
  const title = h("h3", {}, "Quality against speed and cost");
  if (!known.length) {
    const none = "The run does not know what its models took: no seconds, tokens or prices.";
    return host.replaceChildren(title, h("p", { class: "note" }, none));
  }
  const [key, name, of] = known.find(([k]) => k === get("axis")) ?? known[0];
  const rows = scored
    .filter((m) => of(m) !== null)
    .map((m) => ({ model: m.label, role: m.role, x: of(m), y: m.scores[score][0] }))
    .map((row) => ({ ...row, tip: `${row.model}: ${decimals(row.y)}, ${significant(row.x)} ${name}` }));
  const what = task.scores[score].name;
  host.replaceChildren(
    title,
    h("div", { class: "fields" }, select(`axis-${task.name}`, "Against", known.map(([k, n]) => [k, n]), key, (value) =>
      change({ task: task.name, axis: value }))),
    chart(`${what} against ${name}: ${rows.map((r) => r.tip).join("; ")}`, resourcePlot(rows, name, what, host)),
    details(`resources-${task.name}`, "Show as table", () =>
      table(`${what} against ${name}`, ["model", what, name], rows.map((r) => [r.model, number(r.y), significant(r.x)])),
    ),
  );
}

function resourcePlot(rows, name, what, host) {
  const positive = rows.every((row) => row.x > 0);
  const spread = positive && Math.max(...rows.map((r) => r.x)) > 20 * Math.min(...rows.map((r) => r.x));
  const x = {
    field: "x",
    type: "quantitative",
    title: name + (spread ? " (log scale)" : ""),
    scale: spread ? { type: "log", padding: 30 } : { zero: false, padding: 30 },
    axis: { grid: false, format: Math.max(...rows.map((r) => r.x)) < 1000 ? "~g" : "~s", labelOverlap: true, tickCount: 5 },
  };
  const y = { field: "y", type: "quantitative", title: what, scale: { zero: false, padding: 20 } };
  const text = { field: "model" };
  const label = (below) => ({
    transform: [{ filter: `datum.below === ${below}` }],
    mark: { type: "text", dy: below ? 15 : -12, fontSize: 11, limit: 130 },
    encoding: { text },
  });
  const fill = { condition: { test: "datum.role === 'model'", value: "var(--accent)" }, value: "var(--paper)" };
  return {
    data: { values: labelled(rows, spread ? Math.log : Number) },
    width: room(host, 900, 75),
    height: 280,
    encoding: { x, y, tooltip: { field: "tip" } },
    layer: [
      { mark: { type: "point", filled: true, size: 80, opacity: 1, stroke: "var(--accent)" }, encoding: { fill } },
      label(false),
      label(true),
    ],
  };
}

// Names stand above their points, and below where a point close by and higher has its own there.
function labelled(rows, scale) {
  const width = (of) => Math.max(...rows.map(of)) - Math.min(...rows.map(of));
  const [wide, high] = [width((row) => scale(row.x)) / 4, width((row) => row.y) / 8];
  const near = (a, b) => Math.abs(scale(a.x) - scale(b.x)) <= wide && a.y - b.y <= high;
  const sorted = [...rows].sort((a, b) => b.y - a.y);
  return sorted.map((row, place) => ({ ...row, below: sorted.slice(0, place).some((other) => near(other, row)) }));
}
