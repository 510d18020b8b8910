// Sends what waits, oldest first, one after the other. A note leaves the outbox only when the server says that it has it.
// This knows no page: an open page sends by it, and the service worker where none is open.

import * as store from "./store.js";

const PATIENCE = 20000;
export const SNIPPET = 90;

// `sender` is who is signed in and where to send: {owner, note, nothing}. Answers what kept it from sending all: "" (nothing),
// "offline", "sign_in" or "no_longer". One tab or worker at a time sends.
export function sendAll(sender) {
  return navigator.locks ? navigator.locks.request("langnghe-send", () => sendEach(sender)) : sendEach(sender);
}

async function sendEach(sender) {
  for (const item of await store.waiting(sender.owner)) {
    const problem = item.state === "waiting" ? await sendOne(item, sender[item.what]) : "";
    if (problem) return problem;
  }
  return "";
}

async function sendOne(item, place) {
  let answer;
  try {
    answer = await post(place, { ...item.body, owner: item.owner, written: item.written, clock: new Date().toISOString() });
  } catch {
    return "offline";
  }
  if (answer.status === 200 || answer.status === 201) {
    const said = await answer.json();
    await store.settle(item, item.what === "note" ? keptOf(item, said) : null);
    return "";
  }
  if (answer.type === "opaqueredirect" || answer.status === 403) return "sign_in";
  if (answer.status === 404) return "no_longer";
  if ([400, 409, 422].includes(answer.status)) {
    const { refusal } = await answer.json();
    await store.put({ ...item, state: refusal.code === "door.personal_data" ? "rewrite" : "refused", refusal });
    return "";
  }
  return "offline";
}

function keptOf(item, said) {
  return {
    receipt: item.receipt, owner: item.owner, written: item.written, day: said.day, topic: item.topic,
    snippet: item.body.text.slice(0, SNIPPET),
  };
}

export async function post(place, body) {
  return fetch(place, {
    method: "POST", redirect: "manual", credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE),
    headers: { "Content-Type": "application/json", "X-CSRFToken": await token() }, body: JSON.stringify(body),
  });
}

async function token() {
  if (globalThis.document) return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  return (await globalThis.cookieStore?.get("csrftoken"))?.value ?? "";
}
