// The frame: navigation, theme and views.

const VIEWS = { overview, articles: articleList, article: articleView, run: provenance };
const THEMES = ["auto", "light", "dark"];

function frame() {
  document.getElementById("page").replaceWith(
    h("a", { class: "skip", href: "#main", onclick: skip }, "Skip to the content"),
    h("header", { class: "bar-top" }, h("nav", { id: "views", "aria-label": "Views" }), themeButton()),
    h("main", { id: "main", tabindex: "-1" }),
    h("footer", {}, "Created by bench report. This page sends no data."),
    h("div", { id: "tip", hidden: true, "aria-hidden": "true" }),
  );
}

function skip(event) {
  event.preventDefault();
  document.getElementById("main").focus();
}

function navigation() {
  const hasPages = document.getElementById("articles-0") !== null;
  const entries = [["overview", "Overview"], ...(hasPages ? [["articles", "Articles"]] : []), ["run", "Provenance"]];
  const current = route.view === "article" ? "articles" : route.view;
  document.getElementById("views").replaceChildren(
    ...entries.map(([view, text]) =>
      h("a", { href: link(view, ""), "aria-current": view === current ? "page" : null, id: `view-${view}` }, text),
    ),
  );
}

function stored(value) {
  try {
    if (value === undefined) return localStorage.getItem("bench-theme");
    localStorage.setItem("bench-theme", value);
  } catch {
    // A file opened from disk may have no storage; the choice is then not remembered.
  }
  return value ?? null;
}

function themeButton() {
  const button = h("button", { type: "button", id: "theme" });
  const set = (theme) => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.replaceChildren(h("span", { class: "word" }, "Theme: "), theme);
    button.dataset.theme = theme;
  };
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(button.dataset.theme) + 1) % THEMES.length];
    stored(next);
    set(next);
  });
  const known = stored();
  set(THEMES.includes(known) ? known : "auto");
  return button;
}

function show() {
  const before = `${route.view}/${route.argument}`;
  readHash();
  const moved = before !== `${route.view}/${route.argument}`;
  const main = document.getElementById("main");
  navigation();
  if (!moved && main.hasChildNodes()) {
    sections.forEach(refresh);
    return;
  }
  const keep = route.view === "article" && before.startsWith("article/") && document.activeElement.id;
  sections = [];
  document.title = shown(FACTS.title);
  document.getElementById("tip").hidden = true;
  main.replaceChildren();
  (Object.hasOwn(VIEWS, route.view) ? VIEWS[route.view] : overview)(main);
  scrollTo(0, 0);
  if (keep) return;
  if (moved && before !== "overview/") main.focus({ preventScroll: true });
}

frame();
addEventListener("hashchange", show);
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea, [contenteditable]");
  if (route.view !== "article" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const id = { ArrowLeft: "previous", ArrowRight: "next" }[event.key];
  if (id && !event.target.closest?.(".scroll")) document.getElementById(id)?.click();
});
show();
