// What is being written in a form with data-draft="NAME" is kept on this device until the server has taken it, so that a sign-out,
// a lost network or a closed tab loses nothing. The next page then says data-draft-done="NAME". A draft belongs to the words that
// it began from: where the server has other words by now, or answers with what was sent, the server's stand.

const key = (name) => `draft:${name}`;
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const isTick = (field) => field.type === "radio" || field.type === "checkbox";

function written(form) {
  const values = {};
  for (const field of fields(form)) {
    values[field.name] ??= [];
    if (!isTick(field)) values[field.name].push(...(field.selectedOptions ? [...field.selectedOptions].map((one) => one.value) : [field.value]));
    else if (field.checked) values[field.name].push(field.value);
  }
  return values;
}

function fields(form) {
  return [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit"].includes(field.type));
}

function fill(form, values) {
  for (const field of fields(form)) {
    const kept = values[field.name] ?? [];
    if (isTick(field)) field.checked = kept.includes(field.value);
    else if (field.selectedOptions) for (const option of field.options) option.selected = kept.includes(option.value);
    else field.value = kept[0] ?? "";
  }
}

for (const done of document.querySelectorAll("[data-draft-done]")) localStorage.removeItem(key(done.dataset.draftDone));

for (const form of document.querySelectorAll("form[data-draft]")) {
  const name = key(form.dataset.draft);
  const base = written(form);
  const kept = JSON.parse(localStorage.getItem(name) || "null");
  if (kept && same(kept.base, base)) fill(form, kept.values);
  form.addEventListener("input", () => {
    const values = written(form);
    if (same(values, base)) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify({ base, values }));
  });
}
