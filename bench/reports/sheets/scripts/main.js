// Answers, moves, keys and files.

function changed() {
  store();
  drawProgress();
}

function refresh(name) {
  const criterion = sheet.criteria.find((one) => one.name === name);
  const chosen = answers.get(entries[current].id)?.values.get(name);
  $(`meaning-${name}`).replaceChildren(...meaningOf(criterion, chosen));
  changed();
}

function rate(name, value) {
  answerOf(entries[current].id).values.set(name, value);
  refresh(name);
}

function clear(name) {
  answers.get(entries[current].id)?.values.delete(name);
  for (const input of fieldOf(name).querySelectorAll("input")) input.checked = false;
  const box = fieldOf(name).querySelector("select");
  if (box) box.selectedIndex = 0;
  refresh(name);
}

function fieldOf(name) {
  return document.querySelector(`fieldset[data-criterion="${CSS.escape(name)}"]`);
}

function focusOn(name) {
  const field = fieldOf(name);
  (field.querySelector("input:checked") ?? field.querySelector("input, select")).focus();
}

function go(index) {
  if (index < 0 || index >= entries.length || index === current) return;
  current = index;
  draw();
  focusOn(firstOpen() ?? names[0]);
  $("entry").scrollIntoView({ block: "nearest" });
}

function firstOpen(usable = () => true) {
  const values = answers.get(entries[current].id)?.values;
  return names.find((name) => !values?.has(name) && usable(name));
}

function nextUnrated() {
  const order = [...entries.keys()].map((step) => (current + 1 + step) % entries.length);
  const found = order.find((index) => !isComplete(entries[index].id));
  if (found === current) focusOn(firstOpen());
  else if (found !== undefined) go(found);
}

function focused() {
  return document.activeElement?.closest("fieldset")?.dataset.criterion;
}

// A digit is a value of the scale; where lists are compared, 1 is A, 2 is no difference and 3 is B.
function press(digit) {
  const name = focused() ?? firstOpen((one) => fieldOf(one).querySelector("input")) ?? names[0];
  const scale = scales.get(name);
  const value = sheet.pairwise ? scale[digit - 1] : scale.find((one) => one === digit);
  if (value === undefined) return false;
  const input = fieldOf(name).querySelector(`input[value="${CSS.escape(value)}"]`);
  if (!input) return false;
  input.checked = true;
  rate(name, value);
  const following = names[names.indexOf(name) + 1];
  if (following) focusOn(following);
  else if (current < entries.length - 1) $("following").focus();
  else $("save-json").focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("textarea, select, input:not([type=radio])");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  let used = true;
  if (event.key === "ArrowRight") go(current + 1);
  else if (event.key === "ArrowLeft") go(current - 1);
  else if (["Delete", "Backspace"].includes(event.key) && focused()) clear(focused());
  else used = /^[0-9]$/.test(event.key) && press(Number(event.key));
  if (used) event.preventDefault();
});

function download(text, type, ending) {
  const who = rater.trim().replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 40) || "ratings";
  const link = h("a", {
    href: URL.createObjectURL(new Blob([text], { type })),
    download: `${sheet.sheet}-${sheet.number}-${who}.${ending}`,
  });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function named() {
  const missing = !rater.trim();
  $("rater").closest("label").toggleAttribute("data-missing", missing);
  if (missing) $("rater").setAttribute("aria-invalid", "true");
  else $("rater").removeAttribute("aria-invalid");
  problem(missing ? "Please write your name or initials at the top first." : "");
  if (missing) $("rater").focus();
  return !missing;
}

// Quoted, and never taken for a formula.
function cell(value) {
  const text = String(value ?? "").replace(/[\r\n\t]+/g, " ");
  return `"${(/^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(text) && typeof value !== "number" ? `'${text}` : text).replaceAll('"', '""')}"`;
}

function csv() {
  const rows = record().ratings.map((one) => [
    rater.trim(), one.id, ...names.map((name) => one.values[name]), one.comment,
  ]);
  const lines = [["rater", "id", ...names, "comment"], ...rows];
  return `\ufeff${lines.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

async function open(event) {
  const [file] = event.target.files;
  if (!file) return;
  const found = file.size > 20_000_000 ? "This file is too large." : readRecord(await file.text());
  event.target.value = "";
  if (typeof found === "string") return problem(found);
  if (given() && !confirm("Replace the ratings on this page by those of the file?")) return;
  problem("");
  answers = found.answers;
  rater = found.rater;
  $("rater").value = rater;
  store();
  draw();
}

$("rater").addEventListener("input", (event) => {
  rater = event.target.value;
  if (rater.trim()) {
    event.target.closest("label").removeAttribute("data-missing");
    event.target.removeAttribute("aria-invalid");
    problem("");
  }
  store();
});
$("entry").addEventListener("submit", (event) => event.preventDefault());
$("previous").addEventListener("click", () => go(current - 1));
$("next").addEventListener("click", () => go(current + 1));
$("unrated").addEventListener("click", nextUnrated);
$("jump").addEventListener("change", (event) => {
  go(entries.findIndex((entry) => entry.article === event.target.selectedIndex));
});
$("save-json").addEventListener("click", () => {
  if (named()) download(JSON.stringify(record(), null, 1), "application/json", "json");
});
$("save-csv").addEventListener("click", () => {
  if (named()) download(csv(), "text/csv", "csv");
});
$("open").addEventListener("change", open);
addEventListener("storage", (event) => {
  if (event.key !== STORE) return;
  restore();
  $("rater").value = rater;
  draw();
});
addEventListener("beforeunload", (event) => {
  if (!storing && given()) event.preventDefault();
});

restore();
$("rater").value = rater;
$("jump").replaceChildren(...sheet.articles.map(() => h("option", {})));
current = Math.max(0, entries.findIndex((entry) => !isComplete(entry.id)));
draw();
