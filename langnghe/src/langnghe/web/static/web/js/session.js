// Sixty seconds before sign-out a window asks. Every request of this browser renews the session, in any of its tabs: the tabs tell
// each other, so none warns while another is in use. What is being written is kept by drafts.js either way.

const dialog = document.getElementById("session-warning");
const spoken = dialog.querySelector("[data-spoken]");
const left = dialog.querySelector("[data-left]");
const lasts = Number(dialog.dataset.sessionSeconds) * 1000;
const warns = Number(dialog.dataset.warnSeconds) * 1000;
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("session") : null;
let ends = Date.now() + lasts;
let said = 0;

function renewed() {
  ends = Date.now() + lasts;
  if (dialog.open) dialog.close();
}

async function stay() {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  const answer = await fetch(dialog.dataset.renewUrl, { method: "POST", headers: { "X-CSRFToken": token ? token[1] : "" } });
  if (!answer.ok || answer.redirected) return leave();
  renewed();
  tabs?.postMessage("renewed");
}

function leave() {
  const here = location.pathname + location.search;
  const out = document.querySelector('form[action*="logout"]');
  if (out && Date.now() < ends) return out.submit();
  location.assign(`${dialog.dataset.signInUrl}?next=${encodeURIComponent(here)}`);
}

function tick() {
  const rest = ends - Date.now();
  if (rest <= 0) return leave();
  if (rest > warns) return;
  const seconds = Math.ceil(rest / 1000);
  left.textContent = String(seconds);
  if (!dialog.open) dialog.showModal();
  if (seconds % 15 === 0 && seconds !== said) {
    said = seconds;
    spoken.textContent = spoken.dataset.template.replace("{seconds}", String(seconds));
  }
}

dialog.querySelector("[data-stay]").addEventListener("click", stay);
dialog.querySelector("[data-leave]").addEventListener("click", leave);
dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
tabs?.addEventListener("message", renewed);
tabs?.postMessage("renewed");
setInterval(tick, 1000);
