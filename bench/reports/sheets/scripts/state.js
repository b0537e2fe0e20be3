// What was answered: kept in this browser under a key of the sheet, and read back with suspicion.

const sheet = JSON.parse(document.getElementById("sheet").textContent);
const STORE = `qgbench-sheet-${sheet.sheet}-${sheet.number}`;
const FORMAT = "qgbench-ratings";
const LONGEST = 2000;
const entries = sheet.articles.flatMap((article, number) =>
  article.entries.map((entry) => ({ ...entry, article: number })),
);
const known = new Map(entries.map((entry) => [entry.id, entry]));
const names = sheet.criteria.map((criterion) => criterion.name);
const scales = new Map(
  sheet.criteria.map((criterion) => [criterion.name, criterion.scale.map((step) => step[0])]),
);
let answers = new Map();
let rater = "";
let current = 0;
let storing = true;

function answerOf(id) {
  if (!answers.has(id)) answers.set(id, { values: new Map(), comment: "" });
  return answers.get(id);
}

function isComplete(id) {
  return answers.has(id) && answers.get(id).values.size === names.length;
}

function completed() {
  return entries.filter((entry) => isComplete(entry.id)).length;
}

function given() {
  return entries.reduce((sum, entry) => sum + (answers.get(entry.id)?.values.size ?? 0), 0);
}

// The content of the file that is sent back, which the browser keeps as well.
function record() {
  const ratings = entries
    .filter((entry) => answers.has(entry.id))
    .map((entry) => [entry, answers.get(entry.id)])
    .filter(([, answer]) => answer.values.size || answer.comment)
    .map(([entry, answer]) => ({
      id: entry.id,
      values: Object.fromEntries(answer.values),
      ...(answer.comment ? { comment: answer.comment } : {}),
    }));
  return {
    format: FORMAT, version: 1, sheet: sheet.sheet, number: sheet.number, rubric: sheet.rubric,
    rater: rater.trim(), ratings,
  };
}

// The answers of a saved file; a text says why it cannot be used.
function readRecord(text) {
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    return "This file is not one that this page saved (it is not JSON).";
  }
  if (found === null || typeof found !== "object" || found.format !== FORMAT || !Array.isArray(found.ratings))
    return "This file is not one that this page saved.";
  if (found.sheet !== sheet.sheet) return "This file belongs to another sheet.";
  if (found.rubric !== sheet.rubric) return "This file was made with other criteria.";
  const read = new Map();
  for (const rating of found.ratings) {
    if (rating === null || typeof rating !== "object" || !known.has(rating.id)) continue;
    const values = new Map();
    for (const name of names) {
      const value = Object.hasOwn(rating.values ?? {}, name) ? rating.values[name] : undefined;
      if (scales.get(name).includes(value)) values.set(name, value);
    }
    const comment = typeof rating.comment === "string" ? rating.comment.slice(0, LONGEST) : "";
    read.set(rating.id, { values, comment });
  }
  return { answers: read, rater: typeof found.rater === "string" ? found.rater.slice(0, 100) : "" };
}

function store() {
  try {
    localStorage.setItem(STORE, JSON.stringify(record()));
    storing = true;
  } catch {
    storing = false;
  }
}

function restore() {
  let text = null;
  try {
    text = localStorage.getItem(STORE);
  } catch {
    storing = false;
  }
  const found = text === null ? "" : readRecord(text);
  if (typeof found === "string") return;
  answers = found.answers;
  rater = found.rater;
}
