// Shows what the door stopped: quoted, marked in the text, with one tap that mends each. Checked again as she types.

import { say, sign } from "./shell.js";

const AROUND = 24;

export function fold(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đð]/gi, "d").toLowerCase().split(/\s+/).filter(Boolean).join(" ");
}

// Draws the refusal into `place` and the marks into `under`. `mend(hits)` is called with the hits that a tap mends.
export function showHits({ place, under, text, hits, isPublic, mend, clear, edit }) {
  under.replaceChildren(...marked(text, hits));
  const box = refusal(say("stopped"), say("holds", { what: counted(hits) }));
  for (const hit of hits) {
    const row = element("p", "row");
    row.append(button(say(hit.type === "PERSON" ? "remove.PERSON" : "remove.number"), () => mend([hit])));
    if (hit.type === "PERSON" && isPublic(text.slice(hit.start16, hit.end16))) row.append(button(say("public"), clear));
    box.append(quote(text, hit), row);
  }
  const foot = element("p", "row");
  if (hits.length > 1) foot.append(button(say("remove.all", { n: hits.length }), () => mend(hits)));
  foot.append(button(say("mend.own"), edit, "btn plain"));
  box.append(foot, element("p", "hint", say("contact")));
  place.replaceChildren(box);
}

export function refusal(title, ...lines) {
  const box = element("div", "refusal");
  box.setAttribute("role", "alert");
  box.tabIndex = -1;
  const head = element("h2");
  head.append(sign("stop"), ` ${title}`);
  box.append(head, ...lines.filter(Boolean).map((line) => element("p", "", line)));
  return box;
}

export function button(label, tap, kind = "btn") {
  const made = element("button", kind, label);
  made.type = "button";
  made.addEventListener("click", tap);
  return made;
}

export function element(name, kind = "", text = "") {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
  return made;
}

export function counted(hits) {
  const counts = new Map();
  for (const hit of hits) counts.set(hit.type, (counts.get(hit.type) ?? 0) + 1);
  return [...counts].map(([type, n]) => say(`hit.${type}`, { n })).join(", ");
}

function quote(text, hit) {
  const before = text.slice(Math.max(0, hit.start16 - AROUND), hit.start16).split("\n").pop();
  const after = text.slice(hit.end16, hit.end16 + 12).split("\n")[0];
  const made = element("p", "quote");
  made.append(`“${hit.start16 > AROUND ? "… " : ""}${before}`, element("mark", "", text.slice(hit.start16, hit.end16)), `${after}”`);
  return made;
}

function marked(text, hits) {
  const parts = [];
  let done = 0;
  for (const hit of hits) {
    parts.push(text.slice(done, hit.start16), element("mark", "", text.slice(hit.start16, hit.end16)));
    done = hit.end16;
  }
  return [...parts, `${text.slice(done)}\n`];
}

// The text with each of these hits mended: “a resident” for a name, nothing for a number.
export function mended(text, hits) {
  let done = 0;
  let clean = "";
  for (const hit of hits) {
    clean += text.slice(done, hit.start16) + (hit.type === "PERSON" ? say("resident") : "");
    done = hit.end16;
  }
  return (clean + text.slice(done)).replace(/ {2,}/g, " ").replace(/ +([.,;:!?])/g, "$1").trimEnd();
}
