// The form of a note: its draft, the days by this phone's clock, topics suggested from the words.

import { fold } from "./mark.js";
import { say } from "./shell.js";
import { WORDS } from "./values.js";

const SUGGESTED = 4;

export const iso = (moment) => [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()]
  .map((part, place) => String(part).padStart(place ? 2 : 4, "0")).join("-");

// Puts values back: a draft, or a note that needs rewriting.
export function fill(form, values) {
  for (const name of WORDS) if (name in values) setValue(form, name, values[name]);
  for (const box of form.querySelectorAll('[name="moods"]')) box.checked = (values.moods ?? []).includes(box.value);
  setValue(form, "intensity", values.intensity === null ? "" : String(values.intensity ?? ""));
  form.elements.unsafe_to_ask.checked = values.unsafe_to_ask === true;
  if (values.day) setDay(form, values.day);
}

function setValue(form, name, value) {
  const field = form.elements[name];
  if (!field) return;
  if (field instanceof RadioNodeList) for (const radio of field) radio.checked = radio.value === value;
  else field.value = value;
}

function setDay(form, day) {
  const near = [...form.querySelectorAll('[name="day"]')].find((radio) => radio.value === day);
  if (near) near.checked = true;
  const other = form.elements.other_day;
  other.value = near ? "" : day;
  if (!near && other.value !== day) {
    other.append(new Option(day, day, false, true));
  }
}

// A page may have been kept for days: today is what this phone says now.
export function setDays(form, now = new Date()) {
  const days = Array.from({ length: 8 }, (unused, back) => new Date(now.getFullYear(), now.getMonth(), now.getDate() - back, 12));
  form.querySelectorAll('[name="day"]').forEach((radio, place) => { radio.value = iso(days[place]); });
  const language = document.documentElement.lang;
  const shown = new Intl.DateTimeFormat(language, { weekday: "long", day: "2-digit", month: "2-digit" });
  const other = form.elements.other_day;
  const name = (day) => { const text = shown.format(day).replace(",", ""); return text[0].toUpperCase() + text.slice(1); };
  other.replaceChildren(other.options[0], ...days.slice(2).map((day) => new Option(name(day), iso(day))));
}

// Topics whose names share words with the text, and those used last on this phone.
export function suggest(form, text, recent) {
  const said = new Set(fold(text).split(/[^\p{L}\p{N}]+/u));
  const rows = [...form.elements.topic.options].filter((option) => option.value).map((option) => {
    const parts = fold(option.textContent).split(/[^\p{L}\p{N}]+/u).filter((part) => part.length > 1);
    const pairs = parts.slice(1).filter((part, place) => said.has(part) && said.has(parts[place])).length;
    const alone = parts.filter((part) => part.length > 3 && said.has(part)).length;
    return { value: option.value, name: option.textContent, weight: pairs * 2 + alone + (recent.includes(option.value) ? 0.5 : 0) };
  });
  return rows.filter((row) => row.weight >= 1 || (!text && row.weight > 0)).sort((one, other) => other.weight - one.weight).slice(0, SUGGESTED);
}

export function showSuggested(form, rows) {
  const place = form.querySelector("[data-suggest]");
  const chosen = form.elements.topic.value;
  place.hidden = form.querySelector("[data-suggest-hint]").hidden = rows.length === 0;
  place.replaceChildren(...rows.map((row) => {
    const label = document.createElement("label");
    label.className = "pick";
    const radio = document.createElement("input");
    Object.assign(radio, { type: "radio", name: "suggested", value: row.value, checked: row.value === chosen });
    radio.addEventListener("change", () => { form.elements.topic.value = row.value; form.dispatchEvent(new Event("input")); });
    label.append(radio, ` ${row.name}`);
    return label;
  }));
}

export const tooLong = (text) => (text.length > 4000 ? say("long", { n: text.length - 4000 }) : "");
