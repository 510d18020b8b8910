// The service worker of the phone: its pages and files without a network, and words shared from other apps.
// The server puts in what is kept; a changed file makes a new list, and so a new cache.

const KEPT = null;
const FILES = `langnghe-files-${KEPT.version}`;
const PAGES = "langnghe-pages";
const PATIENCE = 4000;
const whoever = { ignoreVary: true }; // what was kept serves whichever cookies and languages a request names

addEventListener("install", (event) => {
  event.waitUntil(caches.open(FILES).then((cache) => cache.addAll([...KEPT.assets, KEPT.offline])).then(() => skipWaiting()));
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
  if (event.data === "forget") event.waitUntil(caches.delete(PAGES));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname === KEPT.share) event.respondWith(share(request));
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request, url));
  else if (KEPT.assets.includes(url.pathname)) event.respondWith(file(request));
});

async function file(request) {
  return (await caches.match(request, { cacheName: FILES, ...whoever })) ?? fetch(request);
}

// The network first; what was kept where there is none, or where it takes too long.
async function page(request, url) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    await keep(url.pathname, answer);
    return answer;
  } catch {
    const kept = await caches.match(url.pathname, { cacheName: PAGES, ...whoever });
    return kept ?? caches.match(KEPT.offline, { cacheName: FILES, ...whoever });
  }
}

async function keep(path, answer) {
  if (!KEPT.pages.includes(path) || !answer.ok || answer.redirected) return;
  const copy = answer.clone();
  await (await caches.open(PAGES)).put(path, copy);
}

async function refresh() {
  for (const path of KEPT.pages) {
    try {
      await keep(path, await fetch(path, { credentials: "same-origin" }));
    } catch {
      return;
    }
  }
}

// Shared words go into this phone's own store and from there into the form: they reach no server before the door has seen them.
async function share(request) {
  const data = await request.formData();
  const words = ["title", "text", "url"].map((name) => String(data.get(name) ?? "").trim()).filter(Boolean).join("\n");
  await new Promise((done, fail) => {
    const asked = indexedDB.open("langnghe-phone", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("outbox", { keyPath: "id" });
      asked.result.createObjectStore("kept", { keyPath: "receipt" });
      asked.result.createObjectStore("small");
    };
    asked.onerror = () => fail(asked.error);
    asked.onsuccess = () => {
      const change = asked.result.transaction(["small"], "readwrite");
      change.objectStore("small").put(words, "shared");
      change.oncomplete = () => { asked.result.close(); done(); };
      change.onerror = () => fail(change.error);
    };
  });
  return Response.redirect(`${KEPT.capture}?shared=1`, 303);
}
