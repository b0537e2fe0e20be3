// Data of the page: facts are read at once, everything else is unpacked on demand.

const FACTS = JSON.parse(document.getElementById("facts").textContent);
const unpacked = new Map();

async function inflate(name) {
  const text = document.getElementById(name).textContent;
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

function once(name, read) {
  if (!unpacked.has(name)) unpacked.set(name, inflate(name).then(read));
  return unpacked.get(name);
}

const asJson = (buffer) => JSON.parse(new TextDecoder().decode(buffer));

// [id, title] of every article with a page.
const articleIndex = () => once("index", asJson);

// Values of one score by model; NaN if missing.
async function articleScores(task, score) {
  const values = await once(`scores-${task.name}-${score}`, (buffer) => new Float32Array(buffer));
  const width = task.models.length ? values.length / task.models.length : 0;
  return task.models.map((_, m) => values.subarray(m * width, (m + 1) * width));
}

async function articlePage(place) {
  const block = await once(`articles-${Math.floor(place / FACTS.articleBlock)}`, asJson);
  const row = place % FACTS.articleBlock;
  const kinds = Object.entries(block.written);
  const written = (t, m) => Object.fromEntries(kinds.map(([kind, of]) => [kind, of[row][t][m]]));
  const { references, others, ...page } = block.articles[row];
  page.tasks = FACTS.tasks.map((task, t) => ({
    references: references[t],
    others: others[t],
    models: task.models.map((_, m) => written(t, m)).map((one) => (one.status ? one : null)),
  }));
  return page;
}

const taskNamed = (name) => FACTS.tasks.find((task) => task.name === name) ?? FACTS.tasks[0];
const scoreNamed = (task, name) => {
  const found = task.scores.findIndex((score) => score.name === name);
  return found < 0 ? task.primary : found;
};
const modelNamed = (task, label) => task.models.findIndex((model) => model.label === label);

// Models by score, best first; then those with empty outputs, then those without the score.
function bestFirst(task, score) {
  const sign = task.scores[score].higher ? -1 : 1;
  const value = (m) => task.models[m].scores[score]?.[0];
  return [...task.models.keys()].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === undefined || y === undefined) return (x === undefined) - (y === undefined);
    return task.models[a].silent - task.models[b].silent || sign * (x - y);
  });
}
