// Names by weighing, as `weigh.py` does it: the same whole numbers added up, so that both find the same.

const WEIGHTS = { ...TABLE.weights, table: new Map(Object.entries(TABLE.weights.table)) };
const OUTSIDE = { role: "^---", text: "^" };

// Spans of words that weigh more than the bar at the door, those side by side as one; half-open, in code points.
function weighedNames(words, bare) {
  const seen = words.map((word) => ({
    role: word.shape + word.roles,
    text: "lCUIz".includes(word.shape) ? bare.text.slice(word.start, word.end).toLowerCase().slice(0, WEIGHTS.longest) : word.shape,
  }));
  const found = [];
  let open = false;
  words.forEach((word, at) => {
    const names = canBeName(word) && sumOf(word, (step) => seen[at + step] ?? OUTSIDE) > barOf(word);
    const end = bare.places[word.end - 1] + 1;
    if (names && open) found.at(-1)[1] = end;
    else if (names) found.push([bare.places[word.start], end]);
    open = names;
  });
  return found;
}

const canBeName = (word) => "lCUI".includes(word.shape) && !"PHJh".includes(word.roles[1]) && word.state !== "x";
const barOf = (word) => WEIGHTS.door[word.shape !== "l" ? 0 : word.hasty ? 1 : 2];

function sumOf(word, near) {
  const [two, one, here, next, after] = [-2, -1, 0, 1, 2].map((step) => near(step).role);
  const [before, last, text, coming] = [-2, -1, 0, 1].map((step) => near(step).text);
  const kind = here.slice(0, 2);
  return [
    `here:${here}`, `state:${kind}${word.state}`, `before:${one}`, `after:${next}`, `before2:${two}`, `after2:${after}`,
    `pair-:${one}${here}`, `pair+:${here}${next}`, `three:${one.slice(0, 3)}${kind}${next.slice(0, 2)}`, `three-:${two[2]}${one.slice(0, 3)}${kind}`,
    `shapes:${one[0]}${one[2]}${here[0]}${next[0]}${next[3]}`, `word:${text}`, `word-:${last}`, `word+:${coming}`,
    `word2-:${before}`, `said-:${last} ${kind}`, `said+:${coming} ${kind}`, `words:${last} ${text}`,
  ].reduce((sum, holds) => sum + (WEIGHTS.table.get(holds) ?? 0), WEIGHTS.base);
}
