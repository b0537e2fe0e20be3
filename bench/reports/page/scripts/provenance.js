// What was run, for those who use the numbers.

function provenance(main) {
  const { dataset, tasks, runs, metrics, confidence, resamples, onError } = FACTS;
  const failures = { "score-zero": "scores 0", skip: "is left out for that model", stop: "ends the run" };
  main.append(
    h("h1", {}, "What was run"),
    h("h2", {}, "Articles"),
    pairsList([
      ["data set", dataset.name],
      ["articles", dataset.articles.toLocaleString("en")],
      ["fingerprint", h("code", {}, dataset.fingerprint)],
      ...tasks.map((t) => [t.name, `${count(t.articles, "article")} with references, ${t.leftOut} left out`]),
    ]),
    h("h2", {}, "How the numbers are made"),
    h("p", {}, "A score is worked out for each article from the model's list and the list on the article's own page; the score of a model is their mean unless its signature says otherwise. "),
    h("p", {}, `Intervals hold ${100 * confidence} % of ${resamples.toLocaleString("en")} bootstrap draws over the articles (BCa where there are enough, percentile otherwise).`),
    h("p", {}, "Two models are compared on the articles that both have: a paired randomisation test gives the p-value, and Holm's correction is made over all pairs of competitors on that score."),
    h("p", {}, `An article that a model failed on ${failures[onError] ?? onError}. An article for which it wrote nothing scores 0.`),
    h("h2", {}, "What went wrong"),
    ...tasks.map(faults),
    h("h2", {}, "Scores"),
    metricTable(metrics),
    ...runs.flatMap(runPart),
  );
}

function pairsList(pairs) {
  return h("dl", {}, pairs.map(([key, value]) => h("div", {}, h("dt", {}, key), h("dd", {}, value))));
}

function faults(task) {
  const heads = ["model", "kind", "articles scored", "failed", "empty", "truncated"];
  const rows = task.models.map((m) => [m.label, m.role, m.articles, m.failed, m.empty, m.truncated]);
  return h("div", {}, h("h3", {}, task.name), table(`Failures, ${task.name}`, heads, rows));
}

function metricTable(metrics) {
  const rows = metrics.map((m) => [
    m.name,
    m.about || "–",
    `${m.range[0] ?? "−∞"} to ${m.range[1] ?? "∞"}, ${m.higher ? "higher" : "lower"} is better`,
    m.source || "–",
    h("code", {}, m.signature.split("|").flatMap((part, i) => (i ? ["|", h("wbr"), part] : [part]))),
  ]);
  return table("Scores and their signatures", ["name", "what it says", "range", "definition", "signature"], rows, { class: "metrics" });
}

function runPart(run) {
  const versions = Object.entries(run.versions);
  return [
    h("h2", {}, `Run ${run.name}`),
    run.notes.length ? h("ul", {}, run.notes.map((note) => h("li", {}, note))) : "",
    run.models.length ? table(`Models of ${run.name}`, ["model", "kind", "signature"], run.models.map((m) => [m.name, m.role, h("code", {}, m.signature)]), { class: "metrics" }) : "",
    h("h3", {}, "Config"),
    scrolling(`Config of ${run.name}`, h("pre", {}, run.config)),
    versions.length ? h("h3", {}, "Versions") : "",
    versions.length ? pairsList(versions) : "",
  ];
}
