// The door on the device: the same rules and the same view of a text as nghe.privacy, so that both find the same.
// `nghe.privacy.browser.module()` puts the table in where TABLE stands; what kind a character is comes from Python, not from here,
// since browsers know different versions of Unicode.

const TABLE = null;

export const version = TABLE.version;

const HIDDEN = inRanges(TABLE.hidden);
const COMBINING = inRanges(TABLE.combining);
const SPACES = new Set(TABLE.spaces);
const ZEROS = TABLE.zeros;
const BARRED = new Map([["đ", "d"], ["Đ", "D"], ["ð", "d"], ["Ð", "D"]]);
const RULES = TABLE.rules.map((rule) => ({ ...rule, pattern: new RegExp(rule.pattern, rule.capitals ? "dgu" : "dgiu") }));

// Every hit: {start, end} in code points and {start16, end16} in UTF-16 units, both of text.normalize("NFC"); none overlap.
export function find(text) {
  const chars = [...text.normalize("NFC")];
  const views = { bare: viewOf(chars, bare), marked: viewOf(chars, (char) => char.normalize("NFKC")) };
  const found = [];
  for (const rule of RULES) {
    const view = views[rule.view];
    for (const match of view.text.matchAll(rule.pattern)) {
      const [from, to] = match.indices.groups?.hit ?? match.indices[0];
      if (from === to) continue;
      found.push({ start: view.places[from], end: view.places[to - 1] + 1, type: rule.type, rule: rule.name, why: rule.why });
    }
  }
  const units = unitsBefore(chars);
  return settle(found).map((hit) => ({ ...hit, start16: units[hit.start], end16: units[hit.end] }));
}

// The text with `[TYPE]` in place of each hit, and the hits.
export function scrub(text) {
  const plain = text.normalize("NFC");
  const hits = find(plain);
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

function bare(char) {
  let plain = "";
  for (const part of char.normalize("NFKD")) {
    const letter = BARRED.get(part) ?? part;
    if (!COMBINING(letter.codePointAt(0)) && !isHidden(letter)) plain += letter;
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
