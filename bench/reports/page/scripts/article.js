// One article: its text, and the outputs of one or two models next to the references.

const ARTICLE_KEYS = ["task", "model", "other", "score", "order", "find"];

function articleView(main) {
  const host = h("div", { class: "article" });
  main.append(host);
  section(host, ARTICLE_KEYS, (node, current) => drawArticle(node, current));
}

async function drawArticle(host, current) {
  const chosen = choice();
  const { task, model, other } = chosen;
  const [index, places] = await Promise.all([articleIndex(), ordered(chosen)]);
  const place = index.findIndex(([id]) => id === route.argument);
  if (place < 0) {
    if (!current()) return;
    return host.replaceChildren(h("h1", {}, "No such article"), h("p", {}, `This report has no article ${route.argument}.`));
  }
  const page = await articlePage(place);
  const values = await Promise.all(task.scores.map((_, s) => articleScores(task, s)));
  if (!current()) return;
  const [id, title] = index[place];
  document.title = `${shown(title || id)} · ${shown(FACTS.title)}`;
  const written = page.tasks[FACTS.tasks.indexOf(task)];
  const shownModels = [model, ...(other < 0 || other === model ? [] : [other])];
  const panels = shownModels.map((m) => {
    const { label } = task.models[m];
    const panel = alignment(task, page, written.models[m], label);
    const drawn = matrix(task, written.references, written.models[m], label);
    if (drawn) panel.append(drawn);
    return panel;
  });
  const opened = host.querySelector("#text")?.open;
  host.replaceChildren(
    walk(index, places, place, chosen),
    h("h1", {}, title || id),
    h("p", { class: "note" }, [id, page.source, page.license].filter(Boolean).join(" · ")),
    articleFields(chosen),
    h("details", { id: "text", open: opened }, h("summary", {}, "Text of the article"), prose(page.text)),
    h("div", { class: `panels many-${panels.length}` }, panels),
    articleTable(task, shownModels, values, place),
    written.others ? h("p", { class: "note" }, `The references are those of the page; there ${written.others === 1 ? "is" : "are"} ${count(written.others, "alternative list")}.`) : "",
  );
}

function prose(text) {
  if (!text.trim()) return h("p", { class: "note" }, "No text stored.");
  return h("div", { class: "prose" }, text.split(/\n\s*\n/).map((paragraph) => h("p", {}, paragraph)));
}

function walk(index, places, place, chosen) {
  const at = places.indexOf(place);
  const step = (to, text, id) => {
    const exists = at >= 0 && to >= 0 && to < places.length;
    return exists ? h("a", { href: link("article", index[places[to]][0]), id }, text) : h("span", { class: "off" }, text);
  };
  const { task, score, model, order } = chosen;
  const by = order === "title" || order === "data" ? "" : `, ${task.scores[score].name} of ${task.models[model].label}`;
  const words = at < 0 ? "not in the list" : `${at + 1} of ${places.length}, ${ORDERS.find(([key]) => key === order)[1]}${by}`;
  return h(
    "nav",
    { class: "walk", "aria-label": "Articles in order" },
    step(at - 1, "← Previous", "previous"),
    h("a", { href: link("articles", "") }, words),
    step(at + 1, "Next →", "next"),
  );
}

function articleFields(chosen) {
  const { task, model, other } = chosen;
  const labels = competitors(task).map((label) => [label]);
  const set = (key) => (value) => change({ [key]: value });
  const gone = { score: null, model: null, other: null };
  const copied = h("span", { role: "status", class: "note" });
  const here = h("a", { href: link("article", route.argument), id: "permalink", onclick: (event) => copy(event, copied) }, "Link to this view");
  return h(
    "div",
    { class: "fields" },
    select("article-task", "Task", FACTS.tasks.map((t) => [t.name]), task.name, (value) => change({ ...gone, task: value })),
    select("article-model", "Model", labels, task.models[model].label, set("model")),
    select("article-other", "Second model", [["", "none"], ...labels], task.models[other]?.label ?? "", set("other")),
    h("div", { class: "field" }, here, copied),
  );
}

function copy(event, status) {
  event.preventDefault();
  history.replaceState(null, "", event.target.getAttribute("href"));
  const told = (text) => () => (status.textContent = text);
  if (!navigator.clipboard) return told("See the address bar.")();
  return navigator.clipboard.writeText(location.href).then(told("Copied."), told("See the address bar."));
}

function articleTable(task, shownModels, values, place) {
  const heads = ["score", ...shownModels.map((m) => task.models[m].label)];
  const rows = task.scores.map((score, s) => [
    `${score.name} ${score.higher ? "↑" : "↓"}`,
    ...shownModels.map((m) => number(values[s][m][place])),
  ]);
  return h(
    "details",
    { id: "article-scores" },
    h("summary", {}, "All scores of this article"),
    table("Scores of this article", heads, rows),
  );
}
