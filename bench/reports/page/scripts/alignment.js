// The output of a model next to the references, pair by pair.

const MARKS = ["missed", "weak", "matched"];

function alignment(task, page, record, label) {
  const { references } = page.tasks[FACTS.tasks.indexOf(task)];
  const host = h("section", { class: "panel", "aria-label": `${label} and the references` });
  host.append(h("h2", {}, label));
  if (!record) {
    host.append(h("p", { class: "notice" }, "No prediction is stored for this article."));
  } else if (record.status === "error") {
    host.append(h("p", { class: "notice" }, h("strong", {}, "Failed: "), record.error || "no reason stored"));
  }
  if (!references.length) {
    host.append(h("p", { class: "notice" }, "The article has no references for this task."));
  }
  if (record?.status === "empty" || (record && record.status !== "error" && !record.items)) {
    host.append(h("p", { class: "notice" }, "The model wrote nothing."));
  }
  if (record?.truncated) host.append(h("p", { class: "notice" }, truncation(record.truncated)));
  if (record?.note) host.append(h("p", { class: "notice" }, `Shown in part: ${record.note}.`));
  const pairs = references.map((reference, index) => pair(task, reference, index, record));
  host.append(columnsHead(label), h("ol", { class: "pairs-drawn" }, pairs));
  const rest = leftOver(record);
  if (rest.length) host.append(h("h3", {}, "Unmatched"), h("ul", { class: "extras" }, rest));
  host.append(h("p", { class: "note" }, tally(task, references, record)));
  if (record?.ratings) host.append(ratings(record.ratings));
  if (record?.raw) host.append(rawText(record));
  return host;
}

// The text before it was parsed; what became no item is struck through.
function rawText(record) {
  const parts = record.raw.map(([text, item]) => (item < 0 ? h("del", {}, text) : h("span", { title: `item ${item + 1}` }, text)));
  return h(
    "details",
    { class: "raw" },
    h("summary", {}, "Raw text"),
    record.rawNote ? h("p", { class: "notice" }, `Of the raw text, ${record.rawNote}.`) : null,
    h("p", { class: "note" }, "Crossed out: what the parser dropped."),
    h("pre", {}, parts),
  );
}

function columnsHead(label) {
  return h("div", { class: "pair heads", "aria-hidden": "true" }, h("div", {}, "On the page"), h("div", {}), h("div", {}, label));
}

function truncation(what) {
  const parts = { input: "its input", output: "its output", both: "its input and its output" };
  return `Truncated: ${parts[what] ?? what}.`;
}

function similarityAt(record, item, reference, width) {
  return (record.matrix.charCodeAt(item * width + reference) - 40) / 100;
}

function pair(task, reference, index, record) {
  const item = record?.matches?.[index] ?? -1;
  const mark = item < 0 ? 0 : record.marks[index];
  const value = item < 0 ? 0 : similarityAt(record, item, index, record.matches.length);
  const [here, there] = (item < 0 ? null : record.words[index]) ?? [[], []];
  const line = h("div", { class: "line", "aria-hidden": "true" });
  line.style.setProperty("--similarity", value);
  const said = item < 0 ? "missed" : `${decimals(value, 2)} ${MARKS[mark]}`;
  const written =
    item < 0
      ? h("div", { class: "item none" }, "unmatched")
      : h("div", { class: "item" }, h("span", { class: "place" }, `${item + 1}`), h("p", {}, marked(record.items[item], there)), repeated(record, item));
  return h(
    "li",
    { class: `pair ${MARKS[mark]}` },
    h("div", { class: "item" }, h("span", { class: "place" }, `${index + 1}`), h("p", {}, marked(reference, here))),
    h("div", { class: "join" }, line, h("span", { class: "said" }, said)),
    written,
  );
}

// Text with the common words of both items marked.
function marked(text, spans) {
  const nodes = [];
  let reached = 0;
  for (let i = 0; i < spans.length; i += 2) {
    const start = reached + spans[i];
    const end = start + spans[i + 1];
    nodes.push(text.slice(reached, start), h("mark", {}, text.slice(start, end)));
    reached = end;
  }
  return [...nodes, text.slice(reached)];
}

function repeated(record, item) {
  const found = record.repeats.find(([own]) => own === item);
  if (!found) return null;
  return h("span", { class: "tag" }, `repeats ${found[1] + 1}, similarity ${decimals(found[2] / 100, 2)}`);
}

function leftOver(record) {
  if (!record?.items) return [];
  const taken = new Set(record.matches);
  return [...record.items.keys()]
    .filter((item) => !taken.has(item))
    .map((item) =>
      h("li", {}, h("span", { class: "place" }, `${item + 1}`), h("p", {}, record.items[item]), h("span", { class: "tag" }, "extra"), repeated(record, item)),
    );
}

function tally(task, references, record) {
  const marks = references.map((_, index) => record?.marks?.[index] ?? 0);
  const many = (mark) => marks.filter((m) => m === mark).length;
  const extra = record?.items ? record.items.length - record.matches.filter((m) => m >= 0).length : 0;
  const by = task.similarity === "ROUGE-L" ? "similarity" : `similarity by ${task.similarity}`;
  const same = (record?.groups ?? []).map((group) => group.map((item) => item + 1).join(" = "));
  const again = same.length ? ` Near-duplicates: ${same.join("; ")}.` : "";
  return (
    `${count(references.length, task.noun)} on the page: ${many(2)} matched (${by} ≥ 0.5), ${many(1)} weakly, ` +
    `${many(0)} missed, ${extra} extra, ${record?.repeats?.length ?? 0} repeated. Marked words are those that ROUGE-L counts as common.${again}`
  );
}
