// What every page of the phone shares: who it belongs to, its words, whether there is a network, the service worker.

import * as store from "./store.js";

export const owner = document.body.dataset.owner ?? "";
export const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");
export const address = (name) => document.body.dataset[name];
export const sender = { owner, note: address("sendNote"), nothing: address("sendNothing") };

// `say("waiting", {n: 2})`: words of the page with their gaps filled.
export function say(key, gaps = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => gaps[name] ?? whole);
}

export const clock = (moment) => `${moment.getHours()}:${String(moment.getMinutes()).padStart(2, "0")}`;

export function sign(name) {
  const drawing = document.querySelector("template[data-sign]").content.firstElementChild.cloneNode(true);
  drawing.firstElementChild.setAttribute("href", `${address("icons")}#${name}`);
  return drawing;
}

const drawn = new WeakMap();

// Shows `items` in a list. A row that says the same as before stays: drawn anew it would lose what is typed in it, focus, a tap.
export function redraw(list, items, row) {
  const here = [...list.children];
  const before = new Map(here.map((made) => [drawn.get(made), made]));
  const rows = items.map((item) => {
    const said = JSON.stringify(item);
    const made = before.get(said) ?? row(item);
    drawn.set(made, said);
    return made;
  });
  for (const made of here) if (!rows.includes(made)) made.remove();
  rows.forEach((made, place) => { if (list.children[place] !== made) list.insertBefore(made, list.children[place] ?? null); });
}

const net = document.querySelector("[data-net]");
const label = net?.textContent;

export function showNet(offline = !navigator.onLine) {
  if (!net) return;
  net.textContent = offline ? "" : label;
  if (offline) net.append(sign("off"), ` ${net.dataset.offline}`);
}

const RETRY = 2000;
const AT_MOST = 30000;

// Calls `work` now, when the network comes back, when the page is looked at again, and from time to time: soon after it
// answered false (it could not), later and later as long as it cannot. A call that comes while one runs is not lost.
export function whenever(work) {
  let running = false;
  let again = false;
  let wait = RETRY;
  let later = null;
  const once = async () => {
    showNet();
    again = true;
    if (running) return;
    running = true;
    clearTimeout(later);
    let done = false;
    try {
      while (again) {
        again = false;
        done = (await work()) !== false;
      }
    } finally {
      running = false;
      wait = done ? RETRY : Math.min(2 * wait, AT_MOST);
      later = setTimeout(once, done ? AT_MOST : wait);
    }
  };
  const anew = () => { wait = RETRY; return once(); };
  addEventListener("online", anew);
  addEventListener("offline", () => showNet());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && anew());
  return once();
}

// Asks the browser to send by itself once there is a network, even with this page closed. Where it does not know how, or may not,
// the page sends when it is open.
export async function sendLater() {
  const place = await navigator.serviceWorker?.getRegistration(address("scope"));
  await place?.sync?.register("outbox").catch(() => showNet());
}

async function begin() {
  showNet();
  if (!("serviceWorker" in navigator) || !owner) return;
  await store.write("sender", sender);
  await navigator.serviceWorker.register(address("worker"), { scope: address("scope"), type: "module", updateViaCache: "none" });
  const ready = await navigator.serviceWorker.ready;
  if (navigator.onLine) ready.active?.postMessage("refresh");
  for (const form of document.querySelectorAll(`form[action="${address("out")}"]`)) {
    form.addEventListener("submit", () => ready.active?.postMessage("forget"));
  }
}

begin();
