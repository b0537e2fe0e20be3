// Draws the current item. Texts of articles and models only become text nodes.

const $ = (id) => document.getElementById(id);

function h(tag, properties, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null));
  return node;
}

function drawArticle() {
  const number = entries[current].article;
  if ($("article").dataset.number === String(number)) return;
  const article = sheet.articles[number];
  const language = { lang: article.language || null, dir: "auto" };
  $("article").dataset.number = number;
  $("article-title").replaceChildren(h("span", language, article.title || "Article"));
  const paragraphs = article.paragraphs.map((text) => h("p", language, text));
  $("article-text").replaceChildren(
    ...(paragraphs.length ? paragraphs : [h("p", {}, "The text of this article is not in this sheet.")]),
  );
  $("article-text").scrollTop = 0;
  $("article").open = true;
}

function drawEntry() {
  const entry = entries[current];
  const article = sheet.articles[entry.article];
  const index = article.entries.findIndex((other) => other.id === entry.id);
  const language = { lang: article.language || null, dir: "auto" };
  const what = sheet.pairwise ? "Comparison" : sheet.noun[0].toUpperCase() + sheet.noun.slice(1);
  const title = `${what} ${index + 1} of ${article.entries.length} for this article`;
  const shown = sheet.pairwise
    ? h("div", { class: "lists" }, entry.lists.map((items, side) =>
        h("section", { "aria-label": `List ${"AB"[side]}` }, h("h3", {}, `List ${"AB"[side]}`),
          h("ol", language, items.map((item) => h("li", {}, item)))),
      ))
    : h("p", { class: "item", ...language }, entry.lists[0][0]);
  $("entry").replaceChildren(
    h("h2", { id: "entry-title" }, title), shown,
    sheet.pairwise ? h("p", {}, "Take each list as a whole. Which one does better by each criterion?") : "",
    ...sheet.criteria.map(criterionField), commentField(entry),
    h("p", { class: "turn" }, h("button", {
      type: "button", id: "following", disabled: current >= entries.length - 1, onclick: () => go(current + 1),
    }, "Next →")),
  );
}

function criterionField(criterion) {
  const id = `meaning-${criterion.name}`;
  const chosen = answers.get(entries[current].id)?.values.get(criterion.name);
  return h("fieldset", { "data-criterion": criterion.name },
    h("legend", {}, h("strong", {}, criterion.name.replaceAll("_", " ")), criterion.ask),
    criterion.scale.length > 11
      ? steps(criterion, chosen)
      : h("div", { class: "scale" }, criterion.scale.map(([value, meaning, label]) =>
          h("label", {}, h("input", {
            type: "radio", name: criterion.name, value, checked: value === chosen,
            "aria-label": label ? meaning : `${value}: ${meaning}`,
            onchange: () => rate(criterion.name, value),
          }), h("span", { "aria-hidden": "true" }, label || String(value))),
        )),
    h("p", { class: "meaning", id }, ...meaningOf(criterion, chosen)),
  );
}

function steps(criterion, chosen) {
  return h("select", {
    "aria-label": criterion.ask,
    onchange: (event) => {
      const step = criterion.scale[event.target.selectedIndex - 1];
      step ? rate(criterion.name, step[0]) : clear(criterion.name);
    },
  }, h("option", { value: "" }, "–"), criterion.scale.map(([value, meaning]) =>
    h("option", { value, selected: value === chosen }, `${value}: ${meaning}`)));
}

// The meaning of the chosen value; before that, of both ends.
function meaningOf(criterion, chosen) {
  const step = criterion.scale.find(([value]) => value === chosen);
  if (sheet.pairwise) return [step ? step[1] : ""];
  if (step) return [h("b", {}, `${step[0]}: `), step[1]];
  const [low, high] = [criterion.scale[0], criterion.scale.at(-1)];
  return [h("b", {}, `${low[0]}: `), `${low[1]} `, h("b", {}, `${high[0]}: `), high[1]];
}

function commentField(entry) {
  return h("label", { class: "comment" }, "Comment (optional)", h("textarea", {
    id: "comment", maxlength: LONGEST,
    oninput: (event) => {
      answerOf(entry.id).comment = event.target.value;
      changed();
    },
  }, answers.get(entry.id)?.comment ?? ""));
}

function drawProgress() {
  const done = completed();
  $("progress").max = entries.length || 1;
  $("progress").value = done;
  $("progress-text").textContent = `${done} of ${entries.length} rated`;
  $("previous").disabled = current === 0;
  $("next").disabled = current >= entries.length - 1;
  $("unrated").disabled = done === entries.length;
  [...$("jump").options].forEach((option, number) => {
    const own = sheet.articles[number].entries;
    const rated = own.filter((entry) => isComplete(entry.id)).length;
    option.textContent = `${number + 1}. ${sheet.articles[number].title} (${rated}/${own.length})`;
  });
  $("jump").selectedIndex = entries.length ? entries[current].article : -1;
  $("saved").textContent = storing
    ? (done === entries.length && done ? "All done. Save the file below and send it back." : "")
    : "This browser does not keep your ratings: save the file before you close the page.";
}

function draw() {
  if (!entries.length) return;
  drawArticle();
  drawEntry();
  drawProgress();
}

function problem(text) {
  $("problem").textContent = text;
  $("problem").hidden = !text;
}
