// Keys for the queue of notes. Without this file the same links, buttons and forms do the work.
const items = [...document.querySelectorAll(".item")];
const decide = document.querySelector("#decide");
const other = document.querySelector("#other");
const keys = document.querySelector("#keys");
const queue = document.querySelector("#queue");

const current = () => items.findIndex((item) => item.hasAttribute("aria-current"));
const go = (step) => {
  const place = current();
  const item = items[place < 0 ? 0 : place + step];
  if (item) location.assign(item.querySelector(".say").href);
};
const tick = () => {
  const box = items[current()]?.querySelector(".tick input");
  if (box) box.click();
};
const chooseOther = () => {
  if (!other) return;
  other.open = true;
  (other.querySelector("input") ?? other.querySelector("select")).focus();
};

const acts = {
  j: () => go(1),
  k: () => go(-1),
  e: chooseOther,
  x: () => decide?.querySelector("[data-aside]")?.click(),
  s: () => document.querySelector("[data-next]")?.click(),
  d: () => items[current()]?.querySelector("[data-fold]")?.click(),
  "/": () => document.querySelector("#words")?.focus(),
  "?": () => keys?.showModal(),
  Enter: () => decide?.requestSubmit(decide.querySelector(".btn.main")),
  " ": tick,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || keys?.open || event.isComposing) return;
  const at = event.target;
  const writing = at.matches("input:not([type=checkbox], [type=radio]), select, textarea");
  if (writing) {
    if (event.key === "Escape") at.blur();
    return;
  }
  const pressable = at.matches("a, button, summary, input");
  if (pressable && (event.key === "Enter" || event.key === " ")) return;
  if (/^[1-4]$/.test(event.key)) {
    decide?.querySelectorAll("input[name=choice]")[event.key - 1]?.click();
    return;
  }
  const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// A long list is searched, marks not needed; the list itself stays the control.
const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");
const select = document.querySelector("#other-topic");
if (select) {
  const lines = [...select.querySelectorAll("option")].map((option) => ({ option, text: fold(option.textContent) }));
  const search = document.createElement("input");
  search.type = "search";
  search.className = "input";
  search.placeholder = search.ariaLabel = select.dataset.search;
  search.setAttribute("aria-controls", select.id);
  search.autocomplete = "off";
  select.before(search);
  const narrow = () => {
    const words = fold(search.value).split(/\s+/).filter(Boolean);
    for (const { option, text } of lines) option.hidden = option.disabled = option.value !== "" && !words.every((word) => text.includes(word));
    for (const group of select.querySelectorAll("optgroup")) group.hidden = [...group.children].every((option) => option.hidden);
    const first = lines.find(({ option }) => option.value && !option.hidden);
    select.value = words.length && first ? first.option.value : "";
  };
  search.addEventListener("input", narrow);
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") {
      event.preventDefault();
      select.focus();
    }
  });
}

// How many are ticked.
const label = document.querySelector("[data-ticked]");
const count = () => {
  const n = queue.querySelectorAll(".tick input:checked").length;
  label.textContent = n ? label.dataset.one.replace("{n}", n) : label.dataset.none;
};
if (queue && label) {
  queue.addEventListener("change", count);
  queue.addEventListener("reset", () => setTimeout(count));
  count();
}
// Where list and note stand side by side, the open note stays in sight in the list.
if (matchMedia("(min-width: 68rem)").matches) document.querySelector(".item[aria-current]")?.scrollIntoView({ block: "nearest" });
