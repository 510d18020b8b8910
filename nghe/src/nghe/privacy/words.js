// A text as a string of roles, as `words.py` makes it: one word in six letters, so that rules for names are patterns.
// The lists of words come from Python in TABLE.words; what a word is, and which rules there are, is said there and only there.

const WORD = /[0-9A-Za-z]+(?:['’ʼ`´][0-9A-Za-z]+)*|\n|[^ ]/gu;
const WIDTH = TABLE.words.width;
const NONE = "---";
const SURNAMES = "SWTV";
const GIVEN = "GTV";
const INITIALS = "ahpq";
const THI = ["thị", "thi"];
const MIDDLE = ["thị", "thi", "văn", "van"];
const ACCENTED = listsOf(TABLE.words.accented);
const UNACCENTED = listsOf(TABLE.words.unaccented, withoutMarks(ACCENTED.phrases));
const TONES = new Map(Object.entries(TABLE.words.tones));
const SIGNS = new Map(Object.entries(TABLE.words.signs));
const SHORT = new Set(TABLE.words.short);
const BETWEEN = / (?:[,/-]----|..a..)/gu;

// `bare`: the bare view; `chars`: the code points of the text.
function wordsView(bare, chars) {
  let words = [...bare.text.matchAll(WORD)].map((found) => wordOf(found, bare, chars));
  quietCapitals(words);
  words = giveRoles(words, unmarkedOf(words), bare);
  markThings(words);
  const places = [];
  const ends = [];
  for (const word of words) {
    for (let letter = 0; letter < WIDTH; letter += 1) {
      places.push(bare.places[word.start]);
      ends.push(bare.places[word.end - 1]);
    }
  }
  return { text: words.map((word) => ` ${word.shape}${word.roles}${word.state}`).join(""), places, ends };
}

function wordOf(found, bare, chars) {
  const plain = found[0];
  const start = found.index;
  const end = start + plain.length;
  const word = (shape, key, marks = false) => ({ start, end, shape, key, marks, roles: NONE, state: "-" });
  if (!/^[0-9A-Za-z]/u.test(plain)) {
    const sign = SIGNS.get(plain) ?? plain;
    return word(TABLE.words.kept.includes(sign) ? sign : "*", "");
  }
  if (/^[0-9]+$/u.test(plain)) return word("0", plain);
  if (/[0-9]/u.test(plain)) return word("m", plain.toLowerCase());
  let own = chars.slice(bare.places[start], bare.places[end - 1] + 1);
  own = own.length === end - start ? own.join("") : own.filter((char) => !isHidden(char)).join("").normalize("NFC");
  let shape = "l";
  if (/^[A-Z]/u.test(plain)) {
    const short = plain.length === 1 || SHORT.has(plain.toLowerCase());
    shape = short ? "I" : plain === plain.toUpperCase() ? "U" : "C";
  }
  return own === plain ? word(shape, plain.toLowerCase()) : word(shape, keyOf(own), true);
}

function keyOf(word) {
  const small = word.toLowerCase();
  const newer = TONES.get(small.slice(-2));
  return newer === undefined ? small : small.slice(0, -2) + newer;
}

function quietCapitals(words) {
  const loud = sumsOf(words, (word) => word.shape === "U");
  const small = sumsOf(words, (word) => "lC".includes(word.shape));
  words.forEach((word, at) => {
    const [low, high] = around(at, words.length);
    const capitals = loud[high] - loud[low];
    if ("UI".includes(word.shape) && capitals >= 4 && (small[high] - small[low]) * 6 < capitals) word.shape = "l";
  });
}

function unmarkedOf(words) {
  const marked = sumsOf(words, (word) => word.marks);
  const letters = sumsOf(words, (word) => "lCUI".includes(word.shape));
  return words.map((_word, at) => {
    const [low, high] = around(at, words.length);
    return (marked[high] - marked[low]) * 6 < letters[high] - letters[low];
  });
}

function around(at, length) {
  return [Math.max(0, at - TABLE.words.window), Math.min(length, at + TABLE.words.window + 1)];
}

function sumsOf(words, holds) {
  const sums = [0];
  for (const word of words) sums.push(sums.at(-1) + (holds(word) ? 1 : 0));
  return sums;
}

function giveRoles(words, unmarked, bare) {
  const given = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (!"lCUI".includes(word.shape)) {
      given.push(word);
      continue;
    }
    const lists = unmarked[at] ? UNACCENTED : ACCENTED;
    const [length, roles] = phraseOf(words, at, lists, given, !unmarked[at]);
    if (length) {
      const first = ofPhrase(roles[0], rolesIn(lists, word)[0], rolesIn(lists, words[at + length - 1])[0]);
      const shape = "PH".includes(roles[0]) ? word.shape : "z";
      given.push({ ...word, end: words[at + length - 1].end, shape, key: "", marks: false, roles: first + roles });
      at += length - 1;
      continue;
    }
    word.roles = rolesOf(word, lists, given, words.slice(at + 1, at + 3), bare);
    given.push(word);
  }
  return given;
}

function rolesOf(word, lists, given, after, bare) {
  let roles = rolesIn(lists, word);
  if (roles[0] === "-" && !word.marks && "CU".includes(word.shape)) roles = rolesIn(UNACCENTED, word)[0] + roles.slice(1);
  if (word.shape === "C" && "HKY".includes(bare.text[word.start]) && bare.text.slice(word.start, word.end).includes("'")) {
    return roles[1] === "J" ? roles : `A${roles.slice(1)}`;
  }
  if (word.shape === "I" && INITIALS.includes(word.key)) return initialOf(word, roles, after[0]);
  if (word.shape === "C" && isBeforeThi(roles, given, after)) return `S-${roles[2]}`;
  if ("CUl".includes(word.shape) && "ouJfP".includes(roles[1]) && isInName(word, roles, given, after[0])) return `${roles[0]}-${roles[2]}`;
  return roles;
}

function initialOf(word, roles, after) {
  if (word.key === "a") return "g--";
  if (after && ".0".includes(after.shape)) return roles;
  return word.key === "h" && after?.shape === "C" ? "Y--" : NONE;
}

function isBeforeThi(roles, before, after) {
  if (after.length < 2 || !THI.includes(after[0].key) || after[0].shape !== "C" || after[1].shape !== "C") return false;
  const last = before.at(-1);
  if ("krKq".includes(roles[1]) && (!SURNAMES.includes(roles[0]) || !last || last.shape === ".")) return false;
  return !"ouf".includes(roles[1]) || "krqtbBpc".includes(last ? last.roles[1] : "-");
}

function rolesIn(lists, word) {
  return lists.roles.get(word.key) ?? NONE;
}

function isInName(word, roles, before, after) {
  const last = before.at(-1);
  const capital = after?.shape === "C";
  if (roles[1] === "J" && roles[0] !== "-" && capital && "GgnMTV".includes(rolesIn(ACCENTED, after)[0])) return true;
  if (last && "krq".includes(last.roles[1]) && word.shape === "C" && "ou".includes(roles[1]) && !capital) return true;
  if (last?.shape === "." && before.at(-2)?.shape === "I") return roles[0] !== "-";
  if (last && before.length > 1 && word.shape === "C" && "GTVg".includes(roles[0]) && (last.shape === "," || last.roles[1] === "a")) {
    const other = before.at(-2);
    if (other.shape === "C" && GIVEN.includes(other.roles[0]) && "-n".includes(other.roles[1])) return true;
  }
  if (roles[0] === "-") return word.shape === "C" && roles[1] === "o" && last?.shape === "C" && last.roles[0] !== "-";
  if (word.shape === "l") return roles[1] === "P";
  if (last?.shape === "C" && before.length > 1 && "krq".includes(before.at(-2).roles[1])) return true;
  if (last && ("krKqtbB".includes(last.roles[1]) || ("CUI".includes(last.shape) && last.roles[0] !== "-"))) return true;
  if ("ou".includes(roles[1]) && !last) return SURNAMES.includes(roles[0]) && Boolean(after) && rolesIn(ACCENTED, after)[0] === "M";
  return SURNAMES.includes(roles[0]) && !"PJ".includes(roles[1]);
}

function ofPhrase(role, first, last) {
  if (role === "H" && SURNAMES.includes(first)) return "S";
  return role === "P" && "GTVg".includes(first) && GIVEN.includes(last) ? "G" : "-";
}

function phraseOf(words, at, lists, before, marked) {
  for (const [rest, roles] of lists.phrases.get(words[at].key) ?? []) {
    const end = at + 1 + rest.length;
    const others = words.slice(at + 1, end);
    if (others.length < rest.length || others.some((word, place) => word.key !== rest[place])) continue;
    if (isPhrase(words[at], others, roles[0], words[end], before, marked)) return [end - at, roles];
  }
  return [0, NONE];
}

function isPhrase(first, others, role, after, before, marked) {
  const small = others.every((word) => word.shape === "l");
  const last = before.at(-1);
  if (!"PH".includes(role)) {
    if (role === "h" && last && isCalled(last, first)) return false;
    return small || ("tuobB".includes(role) && others.every((word) => "lCU".includes(word.shape)));
  }
  const addressed = first.shape === "l" && "krq".includes(rolesIn(ACCENTED, first)[1]);
  if (small && first.shape === "l") return marked && !addressed;
  if ((!"CUI".includes(first.shape) && !addressed) || others.some((word) => !"CUI".includes(word.shape))) return false;
  if (MIDDLE.includes(others.at(-1).key) && after?.shape === "C") return false;
  if (others.length === 1 && last && "CU".includes(last.shape) && last.roles[0] !== "-" && "-dDn".includes(last.roles[1])) return false;
  if (!after || after.shape !== "C" || after.roles[1] === "o") return true;
  return !"GgnM".includes(rolesIn(ACCENTED, after)[0]);
}

function isCalled(last, first) {
  if (last.shape === "l" && "STM".includes(last.roles[0])) return true;
  return "krq".includes(last.roles[1]) && first.shape === "C" && GIVEN.includes(rolesIn(ACCENTED, first)[0]);
}

function markThings(words) {
  let at = 0;
  while (at < words.length) {
    if (!"ou".includes(words[at].roles[1]) || !isCue(words, at)) {
      at += 1;
      continue;
    }
    let start = at + 1;
    while (start < words.length && start <= at + 4 && fills(words[start])) start += 1;
    let end = mark(words, start, false);
    while (start < end && end < words.length - 1 && joins(words[end])) {
      const last = end;
      start = end + 1;
      end = mark(words, start, !"-/".includes(words[last].shape));
    }
    at = Math.max(end, at + 1);
  }
}

function isCue(words, at) {
  const before = words[at - 1];
  if (!before || words[at].roles[0] === "-") return true;
  if (!"CU".includes(words[at].shape)) return before.shape !== "l" || !"STWVM".includes(before.roles[0]);
  return !"CI".includes(before.shape) && !"krqtb".includes(before.roles[1]);
}

function fills(word) {
  return ("fous".includes(word.roles[1]) && !"CI".includes(word.shape))
    || ("U0".includes(word.shape) && word.roles[0] === "-") || word.shape === '"';
}

function joins(word) {
  return "-/,".includes(word.shape) || word.roles[1] === "a";
}

function mark(words, start, pair) {
  let end = start;
  const limit = Math.min(words.length, start + TABLE.words.longest);
  if (start < words.length && words[start].shape === "l") {
    if (SURNAMES.includes(words[start].roles[0]) && !pair) {
      while (end < limit && words[end].shape === "l" && "SWTVMmGgnY".includes(words[end].roles[0]) && !"kr".includes(words[end].roles[1])) {
        end += 1;
      }
    }
    if (end - start < 2) return start;
  } else {
    while (end < limit && "CUI0m".includes(words[end].shape) && (!"krt".includes(words[end].roles[1]) || end === start)) end += 1;
    if (pair && end - start !== 2 && !(end - start === 1 && "PH".includes(words[start].roles[1]))) return start;
  }
  for (let place = start; place < end; place += 1) words[place].state = "x";
  return end;
}

// The parts of a list, as [from, to] in the view.
function partsOf(view, from, to) {
  const parts = [];
  let start = from;
  for (const part of view.text.slice(from, to).matchAll(BETWEEN)) {
    const at = from + part.index;
    if (start < at) parts.push([start, at]);
    start = at + part[0].length;
  }
  return [...parts, [start, to]];
}

// Names found once are names wherever they stand in capitals, but not in the name of a place.
function namesAgain(view, names, chars) {
  const { text } = view;
  const wordAt = (start) => {
    const own = chars.slice(view.places[start], view.ends[start + WIDTH - 1] + 1);
    return own.map(bareChar).join("").toLowerCase();
  };
  const met = new Set();
  const pairs = new Set();
  for (const [start, end] of names) {
    if (text[end - WIDTH + 1] !== "C") continue;
    met.add(wordAt(end - WIDTH));
    if (end - start > WIDTH && text[end - 2 * WIDTH + 1] === "C") pairs.add(`${wordAt(end - 2 * WIDTH)} ${wordAt(end - WIDTH)}`);
  }
  const found = [];
  for (let start = 0; met.size && start < text.length; start += WIDTH) {
    const before = text[start + 3];
    if (text[start + 1] !== "C" || text[start + 5] !== "-" || "PHJtou".includes(before)) continue;
    let end = start + WIDTH;
    if (text[end + 1] === "C" && text[end + 5] === "-" && pairs.has(`${wordAt(start)} ${wordAt(end)}`)) end += WIDTH;
    else if ("krKqh".includes(before) || !met.has(wordAt(start))) continue;
    found.push([start, end]);
  }
  return found;
}

// Lists as they come, {role: "entry,entry"}, by word, and phrases by their first word, the longest first. `more`: further phrases.
function listsOf(lists, more = new Map()) {
  const entries = new Map([...more, ...byEntry(lists.phrases)]);
  const phrases = new Map();
  for (const [entry, roles] of entries) {
    const [first, ...rest] = entry.split(" ");
    phrases.set(first, [...(phrases.get(first) ?? []), [rest, roles]]);
  }
  for (const found of phrases.values()) found.sort((one, other) => other[0].length - one[0].length);
  return { roles: byEntry(lists.roles), phrases };
}

function byEntry(lists) {
  return new Map(Object.entries(lists).flatMap(([role, entries]) => entries.split(",").map((entry) => [entry, role])));
}

// Phrases without marks; one that is two things with marks is neither.
function withoutMarks(phrases) {
  const found = new Map();
  for (const [first, others] of phrases) {
    for (const [rest, [role]] of others) {
      const entry = [...[first, ...rest].join(" ")].map(bareChar).join("").toLowerCase();
      found.set(entry, (found.get(entry) ?? role) === role ? role : "");
    }
  }
  return [...found].filter(([, role]) => role).map(([entry, role]) => [entry, `${role}-`]);
}
