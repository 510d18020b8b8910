// The outbox as it is seen: how many notes wait, why, and what each says.

import { sendAll } from "./send.js";
import { address, clock, owner, redraw, say, sender, showNet } from "./shell.js";
import * as store from "./store.js";

const box = document.querySelector("[data-outbox]");
const part = (name) => box.querySelector(`[data-outbox-${name}]`);
const plain = part("say").textContent;

// Answers what kept it from sending all, as `sendAll` does.
export async function sendAndShow() {
  const problem = await sendAll(sender);
  await show(problem);
  return problem;
}

export async function show(problem = "") {
  const items = await store.waiting(owner);
  showNet(problem === "offline" || !navigator.onLine);
  box.hidden = items.length === 0;
  if (!items.length) return;
  const title = { offline: "waiting.offline", sign_in: "waiting.sign_in" }[problem] ?? "waiting";
  part("title").textContent = say(title, { n: items.length });
  part("say").textContent = problem === "no_longer" ? say("no_longer") : plain;
  part("show").textContent = say("show", { n: items.length });
  box.querySelector("[data-sign-in]").hidden = problem !== "sign_in";
  redraw(part("list"), items, row);
  if (items.some((item) => item.state !== "waiting")) box.querySelector("details").open = true;
}

function row(item) {
  const made = document.querySelector("template[data-out-row]").content.firstElementChild.cloneNode(true);
  const at = new Date(item.written);
  const find = (name) => made.querySelector(`[data-${name}]`);
  find("snippet").textContent = item.what === "note" ? item.body.text || item.topic
    : say(item.body.state === "nil" ? "nothing" : "could_not", { week: item.week });
  find("when").textContent = [item.topic, item.body.day, say("written", { time: clock(at) })].filter(Boolean).join(" · ");
  if (item.state !== "waiting") {
    find("bad").hidden = find("why").hidden = find("acts").hidden = false;
    find("bad").textContent = say(item.state === "rewrite" ? "rewrite" : "refused");
    find("why").textContent = `${item.refusal.message} ${item.refusal.todo}`;
    find("edit").href = `${address("capture")}?edit=${item.id}`;
    find("edit").hidden = item.what !== "note";
    find("discard").addEventListener("click", async () => {
      if (!confirm(say("discard.sure"))) return;
      await store.discard(item.id);
      await show();
    });
  }
  return made;
}

// Everything that waits, as a file for the office, should the phone have to be given away.
async function exportAll() {
  const items = await store.waiting(owner);
  const file = new Blob([JSON.stringify(items.map((item) => item.body), null, 1)], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = "langnghe.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

box.querySelector("[data-send]").addEventListener("click", sendAndShow);
box.querySelector("[data-export]").addEventListener("click", exportAll);
