// Copy a text by one press. Without this file the text stands there to be marked by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.querySelector(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // an office's plain HTTP has no clipboard
    }
    document.querySelector("[data-copied]").textContent = button.dataset.done;
  });
}
