// Bringing in a file: how much of it has gone up, how many rows were read. Without this, the plain form and a refresh do the same.

const form = document.querySelector("[data-import]");
const reading = document.querySelector("[data-reading]");

function tooLarge(file) {
  const says = form.querySelector("[data-says]");
  const large = file.size > Number(form.dataset.most) * 1024 * 1024;
  says.hidden = !large;
  says.textContent = large ? form.dataset.tooLarge : "";
  return large;
}

function send(event) {
  event.preventDefault();
  const file = form.elements.table.files[0];
  if (!file || tooLarge(file)) return;
  const bar = form.querySelector("[data-bar]");
  bar.hidden = false;
  const up = new XMLHttpRequest();
  up.upload.onprogress = ({ loaded, total }) => { bar.value = (100 * loaded) / total; };
  up.onload = () => show(up);
  up.onerror = () => form.submit();
  up.open("POST", form.action);
  up.send(new FormData(form));
}

// A refusal is the same page again, with what is wrong.
function show(up) {
  if (up.status < 400) {
    location.assign(up.responseURL);
    return;
  }
  const page = new DOMParser().parseFromString(up.responseText, "text/html");
  document.querySelector("main").replaceWith(page.querySelector("main"));
  document.querySelector("[role=alert]")?.focus();
}

async function follow() {
  const answer = await fetch(reading.dataset.reading);
  const { state, rows } = await answer.json();
  reading.querySelector("[data-rows]").textContent = rows.toLocaleString(document.documentElement.lang);
  if (state === "reading") setTimeout(follow, 500);
  else location.reload();
}

if (form) {
  form.addEventListener("submit", send);
  form.elements.table.addEventListener("change", () => tooLarge(form.elements.table.files[0]));
}
if (reading) follow();
