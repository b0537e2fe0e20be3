// Quality against resources: time, tokens and cost, as far as known.

const RESOURCES = [
  ["seconds", "seconds per article", (model) => model.seconds],
  ["tokens", "output tokens", (model) => model.tokens_out],
  ["speed", "output tokens per second", (model) => model.speed],
  ["cost", "cost of the run", (model) => model.cost],
];

function resources(task, get, host) {
  const score = scoreNamed(task, get("score"));
  const scored = task.models.filter((m) => m.scores[score]);
  const known = RESOURCES.filter(([, , of]) => scored.some((m) => of(m) !== null));
  const title = h("h3", {}, "Quality against speed and cost");
  if (!known.length) {
    const none = "The run has no times, tokens or costs of its models.";
    return host.replaceChildren(title, h("p", { class: "note" }, none));
  }
  const [key, name, of] = known.find(([k]) => k === get("axis")) ?? known[0];
  const rows = scored
    .filter((m) => of(m) !== null)
    .map((m) => ({ model: m.label, role: m.role, x: of(m), y: m.scores[score][0] }))
    .map((row) => ({ ...row, shown: shortened(row.model, 20), tip: `${row.model}: ${decimals(row.y)}, ${significant(row.x)} ${name}` }));
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

const SIDES = {
  above: { dy: -12 },
  below: { dy: 14 },
  right: { dx: 9, align: "left" },
  left: { dx: -9, align: "right" },
};

function resourcePlot(rows, name, what, host) {
  const positive = rows.every((row) => row.x > 0);
  const spread = positive && Math.max(...rows.map((r) => r.x)) > 20 * Math.min(...rows.map((r) => r.x));
  const [width, height] = [room(host, 900, 75), 280];
  const x = {
    field: "x",
    type: "quantitative",
    title: name + (spread ? " (log scale)" : ""),
    scale: { nice: false, padding: 40, ...(spread ? { type: "log" } : { zero: false }) },
    axis: { grid: false, format: Math.max(...rows.map((r) => r.x)) < 1000 ? "~g" : "~s", labelOverlap: true, tickCount: 5 },
  };
  const y = { field: "y", type: "quantitative", title: what, scale: { nice: false, zero: false, padding: 24 } };
  const fill = { condition: { test: "datum.role === 'model'", value: "var(--accent)" }, value: "var(--paper)" };
  const across = placer(rows.map((row) => (spread ? Math.log(row.x) : row.x)), width, 40);
  const down = placer(rows.map((row) => -row.y), height, 24);
  const values = labelled(rows.map((row, i) => ({ ...row, across: across[i], down: down[i] })));
  return {
    data: { values },
    width,
    height,
    encoding: { x, y, tooltip: { field: "tip" } },
    layer: [
      { mark: { type: "point", filled: true, size: 80, opacity: 1, stroke: "var(--accent)" }, encoding: { fill } },
      ...[...new Set(values.map((row) => row.side))].map((side) => ({
        transform: [{ filter: { field: "side", equal: side } }],
        mark: { type: "text", fontSize: 11, limit: 140, ...SIDES[side] },
        encoding: { text: { field: "shown" } },
      })),
    ],
  };
}

// Where values fall on an axis of so many pixels, as the plot places them.
function placer(values, size, padding) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => padding + ((value - low) / (high - low || 1)) * (size - 2 * padding));
}

// Each name on the first side of its point where it covers no other point or name.
function labelled(rows) {
  const points = rows.map((row) => box(row.across, row.down, 12, 12));
  const taken = [];
  return rows.map((row, own) => {
    const wide = Math.min(140, 6.2 * row.shown.length);
    const beside = 9 + wide / 2;
    const boxes = {
      above: box(row.across, row.down - 12, wide, 12),
      below: box(row.across, row.down + 14, wide, 12),
      right: box(row.across + beside, row.down, wide, 12),
      left: box(row.across - beside, row.down, wide, 12),
    };
    const others = [...taken, ...points.filter((_, i) => i !== own)];
    const free = Object.keys(boxes).find((side) => !others.some((other) => overlap(boxes[side], other)));
    const side = free ?? "above";
    taken.push(boxes[side]);
    return { ...row, side };
  });
}

function box(x, y, width, height) {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

function overlap(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
