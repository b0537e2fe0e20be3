// The current view: #/view/argument?key=value. Every view has a link.

const route = { view: "overview", argument: "", params: new URLSearchParams() };
let sections = [];

function readHash() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [view, argument] = path.split(/\/(.*)/s);
  route.view = view || "overview";
  route.argument = decoded(argument || "");
  route.params = new URLSearchParams(query || "");
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// The hash of a view; null removes a key.
function link(view, argument, changes = {}) {
  const params = new URLSearchParams(route.params);
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === "") params.delete(key);
    else params.set(key, value);
  }
  const query = params.toString();
  const path = argument ? `${view}/${encodeURIComponent(argument)}` : view;
  return `#/${path}${query ? `?${query}` : ""}`;
}

// Changes settings of the current view, and redraws the sections that depend on them.
function change(changes) {
  history.replaceState(null, "", link(route.view, route.argument, changes));
  readHash();
  sections.forEach(refresh);
  navigation();
}

// A part of the view that is redrawn when its settings change; "settings" are keys, or a function that
// returns the state it depends on.
function section(host, settings, draw) {
  const given = () => settings.map((key) => route.params.get(key));
  const one = { host, state: typeof settings === "function" ? settings : given, draw, seen: null };
  sections.push(one);
  refresh(one);
  return host;
}

function refresh(one) {
  const now = JSON.stringify(one.state());
  if (now === one.seen) return;
  one.seen = now;
  const done = keepingFocus(one.host, () => one.draw(one.host, () => one.seen === now));
  if (done) done.catch((error) => console.error(error));
}

// Redrawing creates new nodes, so the focus is restored by id.
function keepingFocus(host, draw) {
  const focused = document.activeElement;
  const id = host.contains(focused) ? focused.id : "";
  const place = id && "selectionStart" in focused ? focused.selectionStart : null;
  const back = () => {
    const node = id && document.getElementById(id);
    if (!node || document.activeElement === node) return;
    node.focus({ preventScroll: true });
    if (place !== null && node.setSelectionRange) node.setSelectionRange(place, place);
  };
  const done = draw();
  if (done instanceof Promise) return done.then(back);
  back();
  return null;
}
