// The leaderboard: every column sorts, the reader chooses which.

const LONGEST_NAME = 48;
const COUNTS = [
  ["failed", "articles on which the model failed"],
  ["empty", "articles with an empty output"],
  ["truncated_input", "articles with truncated input", "truncated input"],
  ["truncated_output", "articles with truncated output", "truncated output"],
];

function board(task, get, host) {
  const columns = chosenColumns(task, get("cols"));
  const score = scoreNamed(task, get("score"));
  const sort = get("sort") ?? task.scores[score].name;
  const rows = sorted(task, score, sort, get("dir")).filter((m) => named(task.models[m], get("q")));
  const ranks = ranksOf(task, score);
  const heads = [
    head(task, "rank", "rank", sort, get, `Possible ranks by ${task.scores[score].name}`),
    head(task, "model", "model", sort, get),
    ...columns.map((c) => scoreHead(task, c, sort, get)),
    head(task, "position", "floor 0, ceiling 1", sort, get, "Position of the score between floor and ceiling"),
    ...COUNTS.map(([key, about, text]) => head(task, key, text ?? key, sort, get, about)),
  ];
  const best = new Map(columns.map((c) => [c, bestOf(task, c)]));
  const body = rows.map((m) => boardRow(task, m, score, columns, ranks, best));
  const bold = [...best.values()].some((value) => value !== null) ? " Bold: the best score of a model." : "";
  const caption = `${task.name}: ranked by ${task.scores[score].name}.${bold}`;
  const grid = h(
    "table",
    { class: "board" },
    h("caption", { class: "unseen" }, caption),
    h("thead", {}, h("tr", {}, heads)),
    h("tbody", {}, body),
  );
  host.replaceChildren(scrolling(`Leaderboard of ${task.name}`, grid));
  if (!rows.length) host.append(h("p", { class: "note" }, "No model name matches."));
}

const named = (model, wanted) => model.label.toLowerCase().includes((wanted ?? "").toLowerCase());

function chosenColumns(task, text) {
  if (text === null) return task.columns;
  const found = text.split(",").map((name) => task.scores.findIndex((s) => s.name === name));
  return [...new Set(found)].filter((c) => c >= 0);
}

function ranksOf(task, score) {
  const found = task.comparisons[score]?.ranks ?? [];
  return new Map(found.filter(([, best]) => best !== null).map(([m, ...range]) => [m, range]));
}

function bestOf(task, score) {
  const own = task.models.filter((m) => m.role === "model" && m.scores[score]);
  const all = own.map((m) => m.scores[score][0]);
  const means = own.filter((m) => !m.silent).map((m) => m.scores[score][0]);
  if (!means.length || (all.length > 1 && new Set(all).size === 1)) return null;
  return task.scores[score].higher ? Math.max(...means) : Math.min(...means);
}

function sorted(task, score, sort, direction) {
  const ranks = ranksOf(task, score);
  const column = task.scores.findIndex((s) => s.name === sort);
  const scored = (m) => (task.models[m].silent ? undefined : task.models[m].scores[column]?.[0]);
  const value = {
    rank: (m) => ranks.get(m)?.[0],
    model: (m) => task.models[m].label,
    position: (m) => task.models[m].scores[score]?.[3] ?? undefined,
  }[sort] ?? ((m) => (column < 0 ? task.models[m][sort] : scored(m)));
  const sign = (direction ?? usual(task, sort)) === "descending" ? -1 : 1;
  return bestFirst(task, score)
    .map((m) => [value(m), m])
    .sort(([a], [b]) => {
      if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
      return sign * (typeof a === "string" ? a.localeCompare(b) : a - b);
    })
    .map(([, m]) => m);
}

// Best first, by name, most failures first.
function usual(task, sort) {
  const column = task.scores.find((s) => s.name === sort);
  if (column) return column.higher ? "descending" : "ascending";
  return sort === "rank" || sort === "model" ? "ascending" : "descending";
}

function head(task, key, text, sort, get, about) {
  const now = key === sort ? (get("dir") ?? usual(task, key)) : null;
  const button = h(
    "button",
    { type: "button", id: `sort-${task.name}-${key}`, title: about, onclick: () => resort(task, key, now) },
    text,
    h("span", { class: "arrow", "aria-hidden": "true" }, { ascending: "▲", descending: "▼" }[now] ?? ""),
  );
  return h("th", { scope: "col", "aria-sort": now ?? "none" }, button);
}

function scoreHead(task, c, sort, get) {
  const { name, higher } = task.scores[c];
  const cell = head(task, name, name, sort, get, higher ? "higher is better" : "lower is better");
  const button = cell.firstChild;
  button.lastChild.before(h("span", { class: "way" }, higher ? " ↑" : " ↓"));
  button.replaceChildren(...[...button.childNodes].flatMap(breakable));
  return cell;
}

// Long names of scores break after a dot or an underscore.
function breakable(node) {
  if (node.nodeType !== Node.TEXT_NODE) return [node];
  return node.data.split(/(?<=[._@])/).flatMap((part, i) => (i ? [h("wbr"), part] : [part]));
}

function resort(task, key, now) {
  const turned = now === "ascending" ? "descending" : now === "descending" ? "ascending" : null;
  const direction = turned === usual(task, key) ? null : turned;
  const isScore = task.scores.some((s) => s.name === key);
  change({ task: task.name, sort: key, dir: direction, ...(isScore ? { score: key } : {}) });
}

function boardRow(task, m, score, columns, ranks, best) {
  const model = task.models[m];
  const role = model.role === "model" ? null : h("span", { class: "role" }, model.role);
  const position = model.scores[score]?.[3];
  return h(
    "tr",
    { class: model.role, "data-model": model.label },
    h("td", { class: "rank" }, rankText(ranks.get(m))),
    h("th", { scope: "row", title: model.label }, shortened(model.label, LONGEST_NAME), role),
    columns.map((c) => scoreCell(task, model, c, best.get(c))),
    h("td", {}, number(position, 2)),
    COUNTS.map(([key]) => h("td", { class: model[key] ? "alarm" : "" }, model[key] ?? "–")),
  );
}

function rankText(range) {
  if (!range) return "";
  const [best, worst] = range;
  return best === worst ? String(best) : `${best}–${worst}`;
}

function scoreCell(task, model, c, best) {
  const found = model.scores[c];
  if (!found) return h("td", {}, "–");
  const [mean, low, high] = found;
  const top = model.role === "model" && !model.silent && mean === best;
  return h(
    "td",
    { class: top ? "best" : "", "data-score": task.scores[c].name },
    number(mean),
    low === null ? null : h("small", {}, "[", number(low), ", ", number(high), "]"),
  );
}
