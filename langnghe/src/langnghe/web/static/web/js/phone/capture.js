// Writing a note down: kept as it is typed, stopped where it names somebody, put into the outbox, sent when it can be.

import { find } from "/phone/door.js";
import { fill, setDays, showSuggested, suggest, tooLong } from "./form.js";
import { button, counted, element, fold, mended, refusal, showHits } from "./mark.js";
import { sendAll } from "./send.js";
import { address, clock, owner, say, sender, sendLater, whenever } from "./shell.js";
import * as store from "./store.js";
import { noteOf, valuesOf } from "./values.js";

const form = document.querySelector("[data-note]");
const area = form.elements.text;
const under = form.querySelector("[data-under]");
const place = form.querySelector("[data-refusal]");
const data = JSON.parse(document.getElementById("capture-data").textContent);
const draftKey = `draft:${owner}`;
const recentKey = `topics:${owner}`;
const asked = new URLSearchParams(location.search);
const answers = { public_case: false, general: false, day_sure: false };
const removed = [];
let replaces = null;
let stopped = false;
let saving = false;
let recent = [];

// Streets, schools and places that are called like a person where this was heard.
const placesHere = () => [...(data.near[""] ?? []), ...(data.near[form.elements.place.value] ?? [])];

const isPublic = (words) => data.public.includes(fold(words));

// The door on the phone is a courtesy; the server's is the guard. Where this one fails, the note must still get there.
function hitsIn(text) {
  let hits = [];
  try {
    hits = find(text, { places: placesHere() });
  } catch (fault) {
    console.error(fault);
  }
  return hits.filter((hit) => !(answers.public_case && hit.type === "PERSON" && isPublic(text.slice(hit.start16, hit.end16))));
}

// What she typed while this was loading is never overwritten: it stays, after what is put in.
function putBeforeTyped(put) {
  const typed = area.value === area.defaultValue ? "" : area.value;
  put();
  if (typed) area.value = [area.value, typed].filter(Boolean).join("\n");
}

async function begin() {
  setDays(form);
  recent = (await store.read(recentKey)) ?? [];
  const again = asked.get("edit") ? await store.find(asked.get("edit")) : null;
  const shared = asked.has("shared") ? await store.read("shared") : null;
  const draft = await store.read(draftKey);
  if (again && again.owner === owner) {
    replaces = again.id;
    putBeforeTyped(() => fill(form, again.body));
    if (again.refusal) showRefusal(again.refusal);
  } else if (shared) {
    putBeforeTyped(() => { area.value = shared; });
    await store.forget("shared");
    await keepDraft();
  } else if (draft && !area.value) {
    fill(form, draft.values);
    showDraft(new Date(draft.at));
  }
  area.value = area.value.normalize("NFC");
  if (area.value && hitsIn(area.value).length) check();
  refresh();
  form.dataset.begun = ""; // what was kept is in: the form is hers
}

// -- while typing

let later = null;

function typed() {
  clearTimeout(later);
  later = setTimeout(keepDraft, 300);
  if (stopped) check();
  else under.replaceChildren();
  refresh();
}

function refresh() {
  const overheard = form.elements.setting.value === "overheard";
  form.querySelector("[data-words]").hidden = overheard;
  showSuggested(form, suggest(form, area.value, recent));
}

async function keepDraft() {
  const at = new Date();
  const values = valuesOf(new FormData(form));
  if (!area.value.trim()) return store.forget(draftKey);
  await store.write(draftKey, { values: { ...values, text: area.value }, at: at.toISOString() });
  return showDraft(at);
}

function showDraft(at) {
  form.querySelector("[data-draft]").textContent = say("draft", { time: clock(at) });
}

// Looks at the text again; answers whether it may pass.
function check() {
  const text = area.value.normalize("NFC");
  if (text !== area.value) area.value = text;
  const hits = form.elements.setting.value === "overheard" ? [] : hitsIn(text);
  stopped = hits.length > 0;
  area.toggleAttribute("aria-invalid", stopped);
  if (stopped) area.setAttribute("aria-invalid", "true");
  if (!stopped) {
    under.replaceChildren();
    place.replaceChildren();
    return true;
  }
  showHits({
    place, under, text, hits, isPublic,
    mend: (some) => { removed.push(...some); area.value = mended(text, some); typed(); check(); focusNext(); },
    clear: () => { answers.public_case = true; check(); focusNext(); },
    edit: () => area.focus(),
  });
  return false;
}

const focusNext = () => (place.querySelector("button") ?? form.querySelector('button[type="submit"]')).focus();

// -- saving

function matterIn(text) {
  const plain = text.toLowerCase();
  return data.matters.find((matter) => matter.words.some((word) => new RegExp(`(?<![\\p{L}\\p{N}_])${word}(?![\\p{L}\\p{N}_])`, "u").test(plain)));
}

function showMatter(matter) {
  const box = refusal(say("handover"), matter.title, say("handover.todo"));
  const list = element("ul", "stack");
  list.append(...matter.where.map((line) => element("li", "inset", line)));
  const row = element("p", "row");
  row.append(button(say("handover.general"), () => { answers.general = true; place.replaceChildren(); form.requestSubmit(); }));
  box.append(list, row);
  show(box);
}

function showRefusal(told) {
  if (told.code === "door.personal_data") {
    check();
    if (stopped) return;
  }
  const box = refusal(say("stopped"), told.message, told.todo);
  const confirm = told.details?.confirm;
  if (told.details?.where) {
    const list = element("ul", "stack");
    list.append(...told.details.where.map((line) => element("li", "inset", line)));
    box.append(list);
  }
  if (confirm) {
    const label = say(confirm === "general" ? "handover.general" : "day_sure");
    box.append(button(label, () => { answers[confirm] = true; place.replaceChildren(); form.requestSubmit(); }));
  }
  show(box);
}

function show(box) {
  place.replaceChildren(box);
  box.focus();
  box.scrollIntoView({ block: "start" });
}

async function save(event) {
  event.preventDefault();
  await begun;
  const body = valuesOf(new FormData(form));
  if (!check()) {
    place.firstElementChild.focus();
    place.scrollIntoView({ block: "start" });
    return;
  }
  if (tooLong(body.text)) return show(refusal(say("stopped"), tooLong(body.text)));
  if (!body.text && body.setting !== "overheard") return area.focus();
  if (body.setting === "overheard" && !body.topic) return form.elements.topic.focus();
  const matter = answers.general ? null : matterIn(body.text);
  if (matter) return showMatter(matter);
  if (saving) return; // a second tap on the same note
  saving = true;
  const topic = body.topic ? form.elements.topic.selectedOptions[0].textContent : "";
  const item = await noteOf({ ...body, ...answers }, { owner, topic, receipt: store.newReceipt() });
  clearTimeout(later);
  try {
    await store.put(item, { replaces, draft: draftKey });
  } catch (fault) {
    console.error(fault); // no room on this phone: the form goes to the server, as it does without a script
    return form.submit();
  }
  if (body.topic) await store.write(recentKey, [body.topic, ...recent.filter((code) => code !== body.topic)].slice(0, 4));
  showSaved(item);
  await sendLater();
  await whenever(() => update(item));
}

function showSaved(item) {
  const saved = document.querySelector("[data-saved]");
  const at = new Date(item.written);
  form.hidden = true;
  saved.hidden = false;
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", day: "2-digit", month: "2-digit", year: "numeric" });
  part("at").textContent = `${clock(at)}, ${day.format(at)}`;
  part("receipt").textContent = item.receipt;
  part("out-term").hidden = part("out").hidden = removed.length === 0;
  part("out").textContent = say("saved.removed", { what: counted(removed) });
  told(say("saved.here"), say("saved.wait"));
  part("title").focus();
  scrollTo(0, 0);
}

const part = (name) => document.querySelector(`[data-saved-${name}]`);

function told(title, words) {
  part("title").textContent = title;
  part("say").textContent = words;
}

// What became of it so far: sent, waiting, or sent back to be rewritten.
async function update(item) {
  const problem = await sendAll(sender);
  const left = await store.waiting(owner);
  part("waiting").textContent = String(left.filter((one) => one.state === "waiting").length);
  const mine = left.find((one) => one.id === item.id);
  if (!mine) told(say("saved.sent"), say("saved.done"));
  else if (mine.state !== "waiting") location.replace(`${address("capture")}?edit=${item.id}`);
  else if (problem === "no_longer") told(say("saved.here"), say("no_longer"));
  else if (problem === "sign_in") told(say("saved.here"), say("waiting.sign_in", { n: left.length }));
  return !problem;
}

form.addEventListener("input", typed);
form.addEventListener("submit", save);
document.addEventListener("visibilitychange", () => { if (document.hidden && later && !saving) keepDraft(); });
area.addEventListener("scroll", () => { under.scrollTop = area.scrollTop; });
const begun = begin().catch(console.error); // a phone that keeps nothing: the note goes to the server at once
