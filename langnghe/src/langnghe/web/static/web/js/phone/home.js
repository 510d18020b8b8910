// The first page: what waits, “nothing to report” in one tap, what became of the last ten notes.

import { sendAndShow, show } from "./outbox.js";
import { post } from "./send.js";
import { address, owner, redraw, say, sendLater, sign, whenever } from "./shell.js";
import * as store from "./store.js";

const LAST = 10;
const list = document.querySelector("[data-fates]");

async function answerDuty(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const item = {
    id: crypto.randomUUID(), owner, what: "nothing", state: "waiting", written: new Date().toISOString(), topic: "",
    week: form.dataset.week, body: { item: Number(form.dataset.nothing), state: event.submitter.value },
  };
  await store.put(item);
  form.replaceChildren(say(item.body.state === "nil" ? "nothing" : "could_not", { week: item.week }));
  await sendLater();
  const problem = await sendAndShow();
  if (!problem && !(await store.find(item.id))) location.reload();
}

// -- what became of the last notes; the phone keeps the last answer, for when there is no network

let newest;

async function drawKept() {
  const kept = (await store.receipts(owner)).slice(0, LAST);
  newest = kept[0]?.receipt;
  draw(kept);
  return kept;
}

async function askFates() {
  const kept = await drawKept();
  if (!kept.length) return;
  let answer;
  try {
    answer = await post(address("askFates"), { receipts: kept.map((one) => one.receipt) });
  } catch {
    return;
  }
  if (!answer.ok) return;
  const { fates } = await answer.json();
  const told = new Map(fates.map((fate) => [fate.receipt, fate]));
  for (const one of kept) {
    if (told.has(one.receipt)) await store.keep({ ...one, fate: told.get(one.receipt) });
  }
  await drawKept();
}

function draw(kept) {
  if (!kept.length) return;
  document.querySelector("[data-receipt-form]").hidden = true;
  redraw(list, kept, row);
}

function row(one) {
  const made = document.querySelector("template[data-fate-row]").content.firstElementChild.cloneNode(true);
  const find = (name) => made.querySelector(`[data-${name}]`);
  const [now, ...before] = one.fate?.steps ?? [{ icon: "open", words: say("saved.sent") }];
  made.querySelector("svg").replaceWith(sign(now.icon));
  find("snippet").textContent = one.snippet ? `“${one.snippet}”` : one.topic;
  find("now").textContent = now.words;
  find("before").replaceChildren(...before.map((step) => Object.assign(document.createElement("p"), { className: "meta", textContent: step.words })));
  find("when").textContent = [one.fate?.day ?? one.day, one.snippet ? one.topic : "", one.receipt].filter(Boolean).join(" · ");
  if (one.fate?.question) askBack(made, one);
  return made;
}

function askBack(made, one) {
  const form = made.querySelector("[data-question]");
  const no = form.querySelector("[data-answer-no]");
  form.hidden = false;
  form.querySelector("[data-asked]").textContent = one.fate.question;
  const send = async (body) => {
    no.hidden = true;
    try {
      const answer = await post(address("sendAnswer"), { receipt: one.receipt, ...body });
      if (answer.ok) {
        await store.keep({ ...one, fate: { ...one.fate, question: "" } });
        form.replaceChildren(say("answered"));
        return;
      }
      const told = answer.status === 422 ? (await answer.json()).refusal : null;
      no.textContent = told ? `${told.message} ${told.todo}` : say("no_answer");
    } catch {
      no.textContent = say("no_answer");
    }
    no.hidden = false;
  };
  form.addEventListener("submit", (event) => { event.preventDefault(); send({ answer: form.querySelector("textarea").value }); });
  form.querySelector("[data-cannot]").addEventListener("click", () => send({ cannot: true }));
}

for (const form of document.querySelectorAll("[data-nothing]")) form.addEventListener("submit", answerDuty);
await show();
await drawKept();
askFates();
whenever(async () => {
  const problem = await sendAndShow();
  if ((await store.receipts(owner))[0]?.receipt !== newest) await askFates();
  return !problem;
});
