// Sends what waits, oldest first, one after the other. A note leaves the outbox only when the server says that it has it.

import * as store from "./store.js";
import { address, owner } from "./shell.js";

const PATIENCE = 20000;
export const SNIPPET = 90;

// Answers {sent, problem}; problem is "", "offline", "sign_in" or "no_longer". One tab at a time sends.
export function sendAll() {
  return navigator.locks ? navigator.locks.request("langnghe-send", sendEach) : sendEach();
}

async function sendEach() {
  let sent = 0;
  for (const item of await store.waiting(owner)) {
    if (item.state !== "waiting") continue;
    const answer = await sendOne(item);
    if (answer.problem) return { sent, problem: answer.problem };
    sent += answer.taken ? 1 : 0;
  }
  return { sent, problem: "" };
}

async function sendOne(item) {
  const place = item.what === "note" ? address("sendNote") : address("sendNothing");
  let answer;
  try {
    answer = await post(place, { ...item.body, written: item.written, clock: new Date().toISOString() });
  } catch {
    return { problem: "offline" };
  }
  if (answer.status === 200 || answer.status === 201) {
    const said = await answer.json();
    await store.settle(item, item.what === "note" ? keptOf(item, said) : null);
    return { taken: true };
  }
  if (answer.type === "opaqueredirect" || answer.status === 403) return { problem: "sign_in" };
  if (answer.status === 404) return { problem: "no_longer" };
  if ([400, 409, 422].includes(answer.status)) {
    const { refusal } = await answer.json();
    await store.put({ ...item, state: refusal.code === "door.personal_data" ? "rewrite" : "refused", refusal });
    return { taken: false };
  }
  return { problem: "offline" };
}

function keptOf(item, said) {
  return {
    receipt: item.receipt, owner: item.owner, written: item.written, day: said.day, topic: item.topic,
    snippet: item.body.text.slice(0, SNIPPET),
  };
}

export function post(place, body) {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  return fetch(place, {
    method: "POST", redirect: "manual", credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE),
    headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(body),
  });
}
