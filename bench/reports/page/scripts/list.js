// The list of articles in the chosen order.

const PAGE = 100;
const ORDERS = [
  ["worst", "worst first"],
  ["best", "best first"],
  ["gap", "largest difference between two models"],
  ["title", "title"],
  ["data", "as in the dataset"],
];

// Settings of the list and the article pages, from the hash.
function choice() {
  const get = (key) => route.params.get(key);
  const task = taskNamed(get("task"));
  const score = scoreNamed(task, get("score"));
  const first = bestFirst(task, task.primary).find((m) => task.models[m].role === "model") ?? 0;
  const model = modelNamed(task, get("model"));
  const other = modelNamed(task, get("other"));
  const order = ORDERS.some(([key]) => key === get("order")) ? get("order") : "worst";
  return { task, score, model: model < 0 ? first : model, other, order, find: get("find") ?? "" };
}

// Indices of articles in the chosen order; those without a score last.
async function ordered({ task, score, model, other, order, find }) {
  const index = await articleIndex();
  const values = await articleScores(task, score);
  const sign = task.scores[score].higher ? 1 : -1;
  const own = values[model];
  const gap = (place) => -Math.abs(own[place] - values[other][place]);
  const key = {
    worst: (place) => sign * own[place],
    best: (place) => -sign * own[place],
    gap: other < 0 ? (place) => sign * own[place] : gap,
    data: (place) => place,
  }[order];
  const places = [...index.keys()].filter((place) => matches(index[place], find));
  if (order === "title") {
    return places.sort((a, b) => index[a][1].localeCompare(index[b][1]) || a - b);
  }
  return places
    .map((place) => [key(place), place])
    .sort(([a, i], [b, j]) => {
      const missing = Number.isNaN(a) - Number.isNaN(b);
      return missing || (Number.isNaN(a) ? i - j : a - b || i - j);
    })
    .map(([, place]) => place);
}

function matches([id, title], find) {
  const wanted = find.toLowerCase();
  return title.toLowerCase().includes(wanted) || id.toLowerCase().includes(wanted);
}

const LIST_KEYS = ["task", "score", "model", "other", "order", "find", "page"];

function articleList(main) {
  main.append(h("h1", {}, "Articles"));
  const fields = h("div", { class: "fields" });
  const status = h("p", { class: "note", role: "status" });
  const host = h("div", { class: "part" });
  main.append(fields, status, host);
  section(fields, ["task", "order", "model", "other", "score"], () => listFields(fields));
  section(host, LIST_KEYS, (node, current) => drawList(node, status, current));
}

const competitors = (task) => bestFirst(task, task.primary).map((m) => task.models[m].label);

function listFields(host) {
  const { task, score, model, other, order, find } = choice();
  const set = (key) => (value) => change({ [key]: value, page: null });
  const labels = competitors(task).map((label) => [label]);
  const gone = { score: null, model: null, other: null, page: null };
  const search = h("input", {
    id: "find",
    type: "search",
    value: find,
    autocomplete: "off",
    oninput: (event) => change({ find: event.target.value, page: null }),
  });
  host.replaceChildren(
    h("div", { class: "field grow" }, h("label", { for: "find" }, "Title or id"), search),
    select("list-task", "Task", FACTS.tasks.map((t) => [t.name]), task.name, (value) => change({ ...gone, task: value })),
    select("list-order", "Order", ORDERS, order, set("order")),
    select("list-model", "Model", labels, task.models[model].label, set("model")),
    select("list-other", "Second model", [["", "none"], ...labels], task.models[other]?.label ?? "", set("other")),
    select("list-score", "Score", task.scores.map((s) => [s.name]), task.scores[score].name, set("score")),
  );
}

async function drawList(host, status, current) {
  const chosen = choice();
  const { task, score, model, other } = chosen;
  const [index, values, places] = await Promise.all([articleIndex(), articleScores(task, score), ordered(chosen)]);
  if (!current()) return;
  const last = Math.max(0, Math.ceil(places.length / PAGE) - 1);
  const page = Math.min(Math.max(0, Number(route.params.get("page") ?? 1) - 1 || 0), last);
  const start = page * PAGE;
  const part = places.slice(start, start + PAGE);
  const total = FACTS.dataset.articles;
  const some = index.length < total ? ` This report has ${index.length.toLocaleString("en")} of ${count(total, "article")}.` : "";
  status.textContent = `${count(places.length, "article")}${places.length > PAGE ? `, ${start + 1} to ${start + part.length} shown` : ""}.${some}`;
  const names = [task.models[model].label, ...(other < 0 ? [] : [task.models[other].label])];
  const heads = ["article", ...names, ...(other < 0 ? [] : ["difference"])];
  const rows = part.map((place) => {
    const pair = [values[model][place], ...(other < 0 ? [] : [values[other][place]])];
    const gap = other < 0 ? [] : [Number.isNaN(pair[0] - pair[1]) ? "–" : signed(pair[0] - pair[1])];
    return [articleLink(index[place]), ...pair.map(bar), ...gap];
  });
  const label = `Articles with ${task.scores[score].name}`;
  host.replaceChildren(rows.length ? table(label, heads, rows, { class: "list" }) : h("p", {}, "No title or id matches."));
  if (last) host.append(pager(page, last));
}

function articleLink([id, title]) {
  return [h("a", { href: link("article", id, { page: null }) }, title || id), title ? h("small", {}, id) : null];
}

function bar(value) {
  if (Number.isNaN(value)) return "–";
  const drawn = h("span", { class: "bar", "aria-hidden": "true" });
  drawn.style.setProperty("--share", Math.min(1, Math.max(0, value)));
  return [h("data", { value }, decimals(value)), drawn];
}

function pager(page, last) {
  const step = (to, text, id) =>
    h("button", { type: "button", id, disabled: to < 0 || to > last, onclick: () => turn(to) }, text);
  const turn = (to) => {
    change({ page: String(to + 1) });
    scrollTo(0, 0);
  };
  return h("nav", { class: "pager", "aria-label": "Pages" }, step(page - 1, "Previous", "page-back"), ` ${page + 1} of ${last + 1} `, step(page + 1, "Next", "page-on"));
}
