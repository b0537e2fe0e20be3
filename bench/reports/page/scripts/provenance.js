// Provenance: dataset, method, failures, metrics and configs.

function provenance(main) {
  const { dataset, tasks, runs, metrics, confidence, onError } = FACTS;
  const failures = { "score-zero": "scores 0", skip: "is skipped for that model", stop: "ends the run" };
  main.append(
    h("h1", {}, "Provenance"),
    h("h2", {}, "Articles"),
    pairsList([
      ["dataset", dataset.name],
      ["articles", dataset.articles.toLocaleString("en")],
      ["fingerprint", h("code", {}, dataset.fingerprint)],
      ...tasks.map((t) => [t.name, `${count(t.articles, "article")} with references, ${t.leftOut.toLocaleString("en")} skipped`]),
    ]),
    h("h2", {}, "Method"),
    h("p", {}, "A score compares the output for each article with the list on its page; the score of a model is their mean, unless its signature says otherwise."),
    h("p", {}, `Intervals have a confidence level of ${100 * confidence} %: Student's t over articles, on the scale on which the score has no ends.`),
    h("p", {}, "Two models are compared on the articles that both have, by a paired sign-flip test, from six articles on. Primary scores are corrected together by step-down max-T over all pairs of competitors, other scores together with all scores."),
    h("p", {}, `An article on which a model failed ${failures[onError] ?? onError}. An empty output scores 0.`),
    h("h2", {}, "Failures"),
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
  const several = task.models.some((m) => m.outputs);
  const outputs = several ? ["outputs"] : [];
  const heads = ["model", "kind", "articles scored", ...outputs, "failed", "empty", "truncated input", "truncated output"];
  const rows = task.models.map((m) => [
    m.label, m.role, m.articles, ...(several ? [m.outputs ?? m.articles] : []), m.failed, m.empty,
    m.truncated_input ?? "–", m.truncated_output ?? "–",
  ]);
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
  return table("Scores and their signatures", ["name", "description", "range", "definition", "signature"], rows, { class: "metrics" });
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
