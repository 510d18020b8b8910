// What is being written in a form with data-draft="NAME" is kept on this device until it is sent, so that a sign-out, a lost
// network or a closed tab loses nothing. The form's page says data-draft-done="NAME" once the server has taken it.

const key = (name) => `draft:${name}`;

for (const done of document.querySelectorAll("[data-draft-done]")) localStorage.removeItem(key(done.dataset.draftDone));

for (const form of document.querySelectorAll("form[data-draft]")) {
  const fields = () => [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit"].includes(field.type));
  const kept = JSON.parse(localStorage.getItem(key(form.dataset.draft)) || "null");
  if (kept) {
    for (const field of fields()) {
      if (!(field.name in kept)) continue;
      if (field.type === "radio" || field.type === "checkbox") field.checked = kept[field.name].includes(field.value);
      else if (!field.value || !field.defaultValue) field.value = kept[field.name][0] ?? "";
    }
    form.dispatchEvent(new CustomEvent("draft", { bubbles: true }));
  }
  form.addEventListener("input", () => {
    const now = {};
    for (const field of fields()) {
      now[field.name] ??= [];
      if (field.type === "radio" || field.type === "checkbox") { if (field.checked) now[field.name].push(field.value); }
      else now[field.name].push(field.value);
    }
    localStorage.setItem(key(form.dataset.draft), JSON.stringify(now));
  });
}
