// What was measured about judges, and where they and people disagree.

function judges(task, get, host) {
  const { sections, disagreements, both } = task.judges;
  const parts = sections.flatMap(({ title, tables, notes }) => [
    h("h3", {}, title),
    tables.map(({ heads, rows }) => table(title, heads, rows)),
    notes.map((note) => h("p", { class: "note" }, note)),
  ]);
  if (disagreements.length) parts.push(h("h3", {}, "Disagreements between judges and people"), disputed(task, disagreements, both));
  host.replaceChildren();
  add(host, parts);
}

function disputed(task, rows, both) {
  const heads = ["judge − people", "criterion", "judge", "people", "model", "article", "item", "reason of the judge"];
  return h(
    "div",
    { class: "disputed" },
    h("p", { class: "note" }, `The largest of ${count(both, "item")} that both rated.`),
    table(
      "Disagreements between judges and people",
      heads,
      rows.map(([size, criterion, value, people, model, id, title, text, reason]) => [
        signed(size),
        criterion,
        number(value, 2),
        number(people, 2),
        model,
        h("a", { href: link("article", id, { task: task.name, model }) }, title),
        text,
        reason,
      ]),
    ),
  );
}

// What raters said of the items of one list.
function ratings(rows) {
  const heads = ["item", "rater", "criterion", "value", "reason"];
  return h(
    "details",
    { class: "ratings", open: true },
    h("summary", {}, "Ratings"),
    h("p", { class: "note" }, "Items of which judges and people think most differently come first. People are in bold."),
    table(
      "Ratings of these items",
      heads,
      rows.map(([item, rater, dimension, value, reason, person]) => [
        item === null ? "list" : `${item + 1}`,
        person ? h("strong", {}, rater) : rater,
        dimension,
        number(value, 2),
        reason ?? "",
      ]),
    ),
  );
}
