// The service worker of the phone: its pages and files without a network, notes sent with no page open, forms that were sent before
// their script had come, and words shared from other apps.
// The server puts in what is kept; a changed file makes a new list, and so a new cache.

import { sendAll } from "/static/web/js/phone/send.js";
import * as store from "/static/web/js/phone/store.js";
import { noteOfForm } from "/static/web/js/phone/values.js";

const KEPT = null;
const FILES = `langnghe-files-${KEPT.version}`;
const PAGES = "langnghe-pages";
const PATIENCE = 4000;
const whoever = { ignoreVary: true }; // what was kept serves whichever cookies and languages a request names

addEventListener("install", (event) => {
  const fresh = [...KEPT.assets, KEPT.offline].map((path) => new Request(path, { cache: "reload" }));
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll(fresh)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("langnghe-files-") && name !== FILES);
    await Promise.all(old.map((name) => caches.delete(name)));
    await clients.claim();
    await refresh();
  })());
});

addEventListener("message", (event) => {
  if (event.data === "refresh") event.waitUntil(refresh());
  if (event.data === "forget") event.waitUntil(Promise.all([caches.delete(PAGES), store.forget("sender")]));
});

addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(sendWaiting());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname === KEPT.share) event.respondWith(share(request));
  else if (request.method === "POST" && url.pathname === KEPT.capture) event.respondWith(post(request));
  else if (request.method !== "GET") return;
  else if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (KEPT.assets.includes(url.pathname)) event.respondWith(file(request));
});

async function file(request) {
  return (await caches.match(request, { cacheName: FILES, ...whoever })) ?? fetch(request);
}

// The network first; what was kept where there is none, or where it takes too long.
async function page(request, url) {
  const kept = await caches.match(url.pathname, { cacheName: PAGES, ...whoever });
  try {
    const answer = await fetch(request, kept ? { signal: AbortSignal.timeout(PATIENCE) } : {});
    await keep(url.pathname, answer);
    return answer;
  } catch {
    return kept ?? caches.match(KEPT.offline, { cacheName: FILES, ...whoever });
  }
}

async function keep(path, answer) {
  if (!KEPT.pages.includes(path) || !answer.ok || answer.redirected) return;
  const copy = answer.clone();
  await (await caches.open(PAGES)).put(path, copy);
}

// Nobody asked for these answers: however late they come, they change nothing of who is signed in.
async function refresh() {
  for (const path of KEPT.pages) {
    try {
      await keep(path, await fetch(path, { credentials: "same-origin", headers: { "X-Unasked": "1" } }));
    } catch {
      return;
    }
  }
}

// In the name of whoever was signed in last on this phone; the server refuses where it is somebody else by now.
async function sendWaiting() {
  const sender = await store.read("sender");
  if (sender && (await sendAll(sender)) === "offline") throw new Error("no network yet: the browser tries again later");
}

// A note that went off as a plain form, before its script had come: where there is no network it waits like any other.
async function post(request) {
  const copy = request.clone();
  try {
    return await fetch(request);
  } catch {
    await store.put(await noteOfForm(await copy.formData()));
    await registration.sync?.register("outbox").catch(() => null); // not allowed: the page sends when it is open
    return Response.redirect(KEPT.home, 303);
  }
}

// Shared words go into this phone's own store and from there into the form: they reach no server before the door has seen them.
async function share(request) {
  const data = await request.formData();
  await store.write("shared", ["title", "text", "url"].map((name) => String(data.get(name) ?? "").trim()).filter(Boolean).join("\n"));
  return Response.redirect(`${KEPT.capture}?shared=1`, 303);
}
