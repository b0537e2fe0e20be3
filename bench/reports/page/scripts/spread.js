// The distribution of a score over articles: box plots, with points for articles.

const FEW = 120;

async function spread(task, get, host, current) {
  const score = scoreNamed(task, get("score"));
  const { name } = task.scores[score];
  const values = await articleScores(task, score);
  const index = await articleIndex();
  if (!current()) return;
  const rows = bestFirst(task, score).filter((m) => named(task.models[m], get("q")));
  const boxes = rows.map((m) => boxOf(keyed(task.models[m].label), values[m])).filter((box) => box.articles);
  const title = h("h3", {}, "Scores over articles");
  if (!boxes.length || task.articles === 1) {
    return host.replaceChildren(title, h("p", { class: "note" }, "No distribution with a single article."));
  }
  const points = rows.flatMap((m) => pointsOf(task, m, values[m], index, name));
  const few = boxes.every((box) => box.articles <= FEW);
  const drawn = few ? "Points are articles" : "Points are the five lowest and highest articles of each model";
  const some = index.length && index.length < FACTS.dataset.articles;
  const which = some ? ` Shows the ${count(index.length, "article")} of this report.` : "";
  const opens = index.length ? "; select one to open it." : ".";
  const label = `${name} over articles: ${boxes.map((b) => `${b.model}median ${decimals(b.median)}`).join(", ")}`;
  const open = (datum) => {
    if (datum.place === undefined || !index.length) return;
    const to = { task: task.name, score: name, model: datum.label, order: "worst" };
    location.hash = link("article", index[datum.place][0], to);
  };
  host.replaceChildren(
    title,
    h("p", { class: "note" }, `Boxes show quartiles, the line is the median, whiskers extend to the extremes. ${drawn}${opens}${which}`),
    chart(label, spreadPlot(boxes, points, name, host), open),
    details(`spread-${task.name}`, "Show as table", () => spreadTable(boxes, name)),
  );
}

function boxOf(model, values) {
  const own = Array.from(values.filter((v) => !Number.isNaN(v))).sort((a, b) => a - b);
  const at = (share) => {
    const place = share * (own.length - 1);
    const low = Math.floor(place);
    return own[low] + (place - low) * ((own[low + 1] ?? own[low]) - own[low]);
  };
  const [lowest, first, median, third, highest] = [0, 0.25, 0.5, 0.75, 1].map(at);
  return { model, articles: own.length, lowest, first, median, third, highest };
}

function pointsOf(task, m, values, index, name) {
  const model = keyed(task.models[m].label);
  const known = [...values.keys()].filter((place) => !Number.isNaN(values[place]));
  known.sort((a, b) => values[a] - values[b]);
  const some = known.length > FEW ? [...known.slice(0, 5), ...known.slice(-5)] : known;
  return some.map((place, i) => {
    const title = index[place] ? shown(index[place][1] || index[place][0]) : "";
    const tip = `${model.trim()}: ${name} ${decimals(values[place])}${title ? `, ${title}` : ""}`;
    return { model, label: task.models[m].label, place, value: values[place], shift: ((i * 7) % 11) - 5, tip };
  });
}

function spreadPlot(boxes, points, name, host) {
  const order = boxes.map((box) => box.model);
  const x = { field: "value", type: "quantitative", title: name, scale: { zero: false, nice: false, padding: 8 } };
  const y = models(order);
  return {
    data: { values: boxes },
    width: room(host),
    height: { step: 34 },
    layer: [
      {
        mark: { type: "rule", stroke: "var(--muted)" },
        encoding: { x: { ...x, field: "lowest" }, x2: { field: "highest" }, y },
      },
      {
        mark: { type: "bar", height: 18, fill: "var(--tint)", stroke: "var(--muted)", strokeWidth: 1 },
        encoding: { x: { ...x, field: "first" }, x2: { field: "third" }, y },
      },
      {
        mark: { type: "tick", size: 18, thickness: 2.5, fill: "var(--ink)" },
        encoding: { x: { ...x, field: "median" }, y },
      },
      {
        data: { values: points },
        mark: { type: "point", filled: true, size: 28, fill: "var(--accent)", opacity: 0.6, cursor: "pointer" },
        encoding: {
          x,
          y,
          yOffset: { field: "shift", type: "quantitative", scale: { domain: [-12, 12] } },
          tooltip: { field: "tip" },
        },
      },
    ],
  };
}

function spreadTable(boxes, name) {
  const heads = ["model", "articles", "lowest", "lower quartile", "median", "upper quartile", "highest"];
  const body = boxes.map((b) => [
    b.model,
    b.articles,
    ...[b.lowest, b.first, b.median, b.third, b.highest].map((v) => number(v)),
  ]);
  return table(`${name} over articles`, heads, body);
}
