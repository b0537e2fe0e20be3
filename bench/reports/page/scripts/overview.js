// The overview: a leaderboard for every task, with details.

function overview(main) {
  const { dataset, tasks, title } = FACTS;
  main.append(h("h1", {}, title), h("p", { class: "lead" }, sentence()));
  const active = () => taskNamed(route.params.get("task")).name;
  const tabs = h("nav", { class: "tabs", "aria-label": "Tasks" });
  if (tasks.length > 1) main.append(section(tabs, active, () => drawTabs(tabs, active())));
  for (const task of tasks) {
    const part = h("section", { class: "task", "aria-label": task.name });
    main.append(part);
    section(part, active, () => drawTask(task, part, active() === task.name));
  }
}

function sentence() {
  const { dataset, tasks } = FACTS;
  const models = new Set(tasks.flatMap((t) => t.models.filter((m) => m.role === "model").map((m) => m.label)));
  const references = ["floor", "ceiling"].map((role) => {
    const labels = new Set(tasks.flatMap((t) => t.models.filter((m) => m.role === role).map((m) => m.label)));
    return labels.size ? count(labels.size, role) : "";
  });
  const what = tasks.map((t) => (t.name === "summary" ? "summary bullets" : "reader questions")).join(" and ");
  const others = references.filter(Boolean).join(" and ");
  const beside = others ? `, with ${others} for reference` : "";
  return (
    `${count(models.size, "model")} wrote ${what} for ${count(dataset.articles, "article")} of ` +
    `the dataset ${dataset.name}${beside}. Their output is compared with the lists on the pages of the articles.`
  );
}

function drawTabs(host, active) {
  const links = FACTS.tasks.map((task) => {
    const gone = { task: task.name, score: null, sort: null, dir: null, cols: null, base: null, model: null, other: null };
    const current = task.name === active ? "page" : null;
    return h("a", { href: link("overview", "", gone), "aria-current": current, id: `tab-${task.name}` }, task.name);
  });
  host.replaceChildren(...links);
}

// The other tasks are drawn when idle, so that they can be printed.
function drawTask(task, part, active) {
  part.classList.toggle("aside", !active);
  part.replaceChildren();
  const get = (key) => (active ? route.params.get(key) : null);
  const draw = () => {
    if (part.hasChildNodes()) return;
    const inner = h("div", { class: "parts" });
    part.append(h("h2", {}, task.name), h("p", { class: "note" }, taskWords(task)), verdict(task), inner);
    parts(task, inner, get, active);
  };
  if (active) draw();
  else (window.requestIdleCallback ?? setTimeout)(draw);
}

function parts(task, part, get, active) {
  const each = [
    [["score", "cols", "q", "sort"], controls],
    [["score", "sort", "dir", "cols", "q"], board],
    [["score"], boardNotes],
    [["cols"], knownAgreement],
    [["score", "q"], intervals],
    [["score", "axis"], resources],
    [["score", "base"], differences],
    [["score", "q"], spread],
    ...(task.judges.sections.length ? [[[], judges]] : []),
    ...(Object.keys(task.labels).length ? [[["by", "kind"], kinds]] : []),
    ...(task.samples.some((curves) => curves.length) ? [[["score"], samples]] : []),
    [["cols", "agree"], agreement],
  ];
  for (const [keys, draw] of each) {
    const host = h("div", { class: `part ${draw.name}` });
    part.append(host);
    if (active) section(host, keys, (node, current) => draw(task, get, node, current));
    else draw(task, get, host, () => true);
  }
}

function taskWords(task) {
  const asked = task.items === null ? "" : ` Each model was asked for ${count(task.items, task.noun)}.`;
  const left = task.leftOut ? ` ${count(task.leftOut, "article")} without references skipped.` : "";
  return `${task.about[0].toUpperCase()}${task.about.slice(1)}. ${task.informative}.${asked}${left}`;
}

// The result in one sentence.
function verdict(task) {
  const { name } = task.scores[task.primary];
  const ranks = task.comparisons[task.primary]?.ranks ?? [];
  const scored = bestFirst(task, task.primary).filter((m) => task.models[m].role === "model" && task.models[m].scores[task.primary]);
  const own = scored.filter((m) => !task.models[m].silent);
  if (!own.length) return h("p", { class: "verdict" }, scored.length ? "All outputs are empty." : "No model has a score.");
  const best = task.models[own[0]];
  const value = decimals(best.scores[task.primary][0]);
  const words = [h("strong", {}, best.label), ` has the best ${name}: ${value}.`];
  const first = ranks.filter(([, top]) => top === 1);
  if (!ranks.length || first.length === 0) words.push(own.length > 1 ? " The differences were not tested for significance." : "");
  else if (first.length === 1) words.push(` It is significantly better than ${own.length === 2 ? "the other model" : `the ${own.length - 1} other models`}.`);
  else words.push(` ${count(first.length - 1, "other model")} may also rank first.`);
  return h("p", { class: "verdict" }, words);
}

function controls(task, get, host) {
  const score = scoreNamed(task, get("score"));
  const columns = new Set(chosenColumns(task, get("cols")));
  const options = [...task.scores.keys()].map((c) => [task.scores[c].name]);
  const filter = h("input", {
    id: `filter-${task.name}`,
    type: "search",
    value: get("q") ?? "",
    autocomplete: "off",
    oninput: (event) => change({ task: task.name, q: event.target.value }),
  });
  const boxes = [...task.scores.keys()].map((c) => columnBox(task, c, columns));
  const opened = host.querySelector("details")?.open;
  const chooser = h(
    "details",
    { class: "columns", open: opened },
    h("summary", {}, `Columns (${columns.size} of ${task.scores.length})`),
    h("fieldset", {}, h("legend", {}, "Scores in the table"), boxes),
    h("button", { type: "button", id: `usual-${task.name}`, onclick: () => change({ task: task.name, cols: null }) }, "Reset"),
  );
  host.replaceChildren(
    h(
      "div",
      { class: "fields" },
      select(`score-${task.name}`, "Score", options, task.scores[score].name, (value) =>
        change({ task: task.name, score: value, sort: null, dir: null })),
      h("div", { class: "field" }, h("label", { for: `filter-${task.name}` }, "Filter models"), filter),
    ),
    chooser,
  );
}

function columnBox(task, c, columns) {
  const { name } = task.scores[c];
  const id = `column-${task.name}-${name}`;
  const toggle = (event) => {
    const wanted = new Set(columns);
    if (event.target.checked) wanted.add(c);
    else wanted.delete(c);
    const names = [...wanted].map((k) => task.scores[k].name);
    change({ task: task.name, cols: names.join(",") || "none" });
  };
  const box = h("input", { type: "checkbox", id, checked: columns.has(c), onchange: toggle });
  return h("label", { for: id }, box, " ", name);
}

function boardNotes(task, get, host) {
  const score = scoreNamed(task, get("score"));
  const { name } = task.scores[score];
  const level = decimals(100 - 100 * FACTS.confidence, 0);
  const ranked = (task.comparisons[score]?.ranks ?? []).some(([, best]) => best !== null);
  const words = ranked
    ? `Rank: the possible ranks by ${name}; with ${100 * FACTS.confidence} % confidence all models have ranks in their ranges. ` +
      `They come from paired tests at ${level} %, corrected over ${familyOf(task, score)}. In brackets: ${100 * FACTS.confidence} % intervals.`
    : `No ranks by ${name}: no pairs were tested.`;
  const shaded = task.models.some((m) => m.role !== "model") ? " Shaded rows are floors and ceilings, which are not ranked." : "";
  host.replaceChildren(
    h("p", { class: "note" }, words, shaded),
    task.remarks.length ? h("ul", { class: "remarks" }, task.remarks.map((remark) => h("li", {}, remark))) : "",
  );
}

// How far the scores of the table are known to agree with people, a line each.
function knownAgreement(task, get, host) {
  const columns = chosenColumns(task, get("cols")).map((c) => task.scores[c]);
  const known = columns.filter((score) => score.known);
  const others = columns.filter((score) => !score.known && !score.rated).map((score) => score.name);
  const lines = known.map((score) => h("li", {}, h("strong", {}, score.name), " · ", score.known));
  if (known.length && others.length) lines.push(h("li", {}, `not known: ${others.join(", ")}`));
  const head = `Known agreement with people: a score and people order ${FACTS.itemLevel}; lowest and highest, with 95 % intervals.`;
  host.replaceChildren(...(known.length ? [h("p", { class: "note" }, head), h("ul", { class: "remarks" }, lines)] : []));
}
