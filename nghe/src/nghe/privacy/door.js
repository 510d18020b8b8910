// The door on the device: the same rules and the same view of a text as nghe.privacy, so that both find the same.
// `nghe.privacy.browser.module()` puts the table in where TABLE stands and `words.js` at the end; what kind a character is comes from Python, not from here,
// since browsers know different versions of Unicode.

const TABLE = null;

export const version = TABLE.version;

const HIDDEN = inRanges(TABLE.hidden);
const MARKS = inRanges(TABLE.marks);
const SPACES = new Set(TABLE.spaces);
const ZEROS = TABLE.zeros;
const BARRED = new Map([["đ", "d"], ["Đ", "D"], ["ð", "d"], ["Ð", "D"]]);
const LOOKALIKES = new Map(Object.entries(TABLE.lookalikes));
const RULES = TABLE.rules.map((rule) => ({ ...rule, pattern: new RegExp(rule.pattern, rule.capitals ? "dgu" : "dgiu") }));

// Every hit: {start, end} in code points and {start16, end16} in UTF-16 units, both of text.normalize("NFC"); none overlap.
// `known` = {people, places}: lists of names that are cleared, as `nghe.privacy.know` says.
export function find(text, known = {}) {
  const chars = [...text.normalize("NFC")];
  const bare = viewOf(chars, bareChar);
  const views = { bare, marked: viewOf(chars, markedChar), words: wordsView(bare, chars) };
  const has = { "": true, 0: /[0-9]/u.test(bare.text), "@": bare.text.includes("@") };
  const clears = clearer(known);
  const found = [];
  const names = [];
  const add = (view, [from, to], rule) => {
    const hit = { start: view.places[from], end: (view.ends ?? view.places)[to - 1] + 1, type: rule.type, rule: rule.name, why: rule.why };
    if (rule.type === "PERSON" && clears(chars.slice(hit.start, hit.end), rule.cued)) return;
    found.push(hit);
    if (rule.view === "words") names.push([from, to]);
  };
  for (const rule of RULES) {
    if (!has[rule.needs]) continue;
    const view = views[rule.view];
    for (const match of view.text.matchAll(rule.pattern)) {
      const [from, to] = spanOf(match);
      const parts = rule.each ? partsOf(view, from, to) : [[from, to]];
      for (const part of parts) if (part[0] < part[1]) add(view, part, rule);
    }
  }
  const again = { view: "", type: "PERSON", name: "name-again", why: TABLE.again, cued: false };
  for (const span of namesAgain(views.words, names, chars)) add(views.words, span, again);
  const units = unitsBefore(chars);
  return settle(found).map((hit) => ({ ...hit, start16: units[hit.start], end16: units[hit.end] }));
}

// The group that is personal (`hit`, `hit2` ...), or the whole match.
function spanOf(match) {
  return Object.values(match.indices.groups ?? {}).filter(Boolean).at(-1) ?? match.indices[0];
}

function clearer({ people = [], places = [] }) {
  const folded = (words) => [...words.normalize("NFC")].map(bareChar).join("").toLowerCase().split(/[ \n]+/u).filter(Boolean).join(" ");
  const persons = new Set(people.map(folded));
  const named = new Set(places.map(folded));
  if (!persons.size && !named.size) return () => false;
  return (chars, cued) => persons.has(folded(chars.join(""))) || (!cued && named.has(folded(chars.join(""))));
}

// The text with `[TYPE]` in place of each hit, and the hits.
export function scrub(text, known = {}) {
  const plain = text.normalize("NFC");
  const hits = find(plain, known);
  let done = 0;
  let clean = "";
  for (const hit of hits) {
    clean += `${plain.slice(done, hit.start16)}[${hit.type}]`;
    done = hit.end16;
  }
  return { text: clean + plain.slice(done), hits };
}

// Overlapping hits as one: the span covers all of them, the type is that of the longest (the first of equals).
function settle(hits) {
  const settled = [];
  for (const hit of hits.sort((one, other) => one.start - other.start || other.end - one.end)) {
    const last = settled.at(-1);
    if (!last || hit.start >= last.end) {
      settled.push(hit);
      continue;
    }
    const longer = hit.end - hit.start > last.end - last.start ? hit : last;
    settled[settled.length - 1] = { ...longer, start: last.start, end: Math.max(last.end, hit.end) };
  }
  return settled;
}

// `places` has one entry for each UTF-16 unit of the view, so that a match's index needs no counting.
function viewOf(chars, plain) {
  let text = "";
  const places = [];
  chars.forEach((char, place) => {
    if (isHidden(char)) return;
    for (const part of plain(char)) {
      const letter = plainPart(part);
      text += letter;
      for (let unit = 0; unit < letter.length; unit += 1) places.push(place);
    }
  });
  return { text, places };
}

function plainPart(part) {
  if (SPACES.has(part.codePointAt(0))) return part === "\n" ? part : " ";
  return decimal(part) ?? part;
}

function decimal(part) {
  const code = part.codePointAt(0);
  if (code < 128) return null;
  const zero = ZEROS.find((start) => code >= start && code < start + 10);
  return zero === undefined ? null : String(code - zero);
}

function markedChar(char) {
  return char.normalize("NFKC");
}

function bareChar(char) {
  if (isHidden(char)) return "";
  let plain = "";
  for (const part of char.normalize("NFKD")) {
    const letter = BARRED.get(part) ?? LOOKALIKES.get(part) ?? part;
    if (!MARKS(letter.codePointAt(0)) && !isHidden(letter)) plain += letter;
  }
  return plain;
}

function isHidden(char) {
  return char !== "\n" && char !== "\t" && HIDDEN(char.codePointAt(0));
}

function unitsBefore(chars) {
  const units = [0];
  for (const char of chars) units.push(units.at(-1) + char.length);
  return units;
}

// A test for code points; `ranges` are pairs first, last one after another in rising order.
function inRanges(ranges) {
  return (code) => {
    let low = 0;
    let high = ranges.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (code > ranges[2 * middle + 1]) low = middle + 1;
      else high = middle;
    }
    return low < ranges.length / 2 && code >= ranges[2 * low];
  };
}
