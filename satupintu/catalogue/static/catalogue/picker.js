// Matches of a picker while typing, and parts of its list as they are opened: <div data-picker="kbli" data-name="x">.
// Without this script the buttons do it by posting the form.
for (const box of document.querySelectorAll("[data-picker]")) {
  const text = box.querySelector("[data-picker-text]");
  const seen = box.querySelector("[data-picker-seen]");
  const list = box.querySelector("[data-picker-options]");
  const parts = box.querySelector("[data-picker-in]");
  let timer = 0;
  let latest = 0;

  async function show(asked) {
    const turn = ++latest;
    const query = new URLSearchParams({ ...asked, name: box.dataset.name });
    const answer = await fetch(`/layanan/pilihan/${box.dataset.picker}/?${query}`, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || turn !== latest) return false;
    list.innerHTML = await answer.text();
    return true;
  }

  function open(part) {
    clearTimeout(timer);
    text.value = seen.value = ""; // what is opened counts now
    if (parts) {
      parts.value = part;
      if (parts.selectedIndex < 0) parts.value = "";
    }
    return show({ di: part });
  }

  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const asked = text.value.trim();
      if (asked.length >= 3 && (await show({ q: asked }))) seen.value = asked;
    }, 300);
  });
  list.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-picker-part]");
    if (!button) return;
    event.preventDefault();
    if (await open(button.value)) list.querySelector("input, button")?.focus(); // the button that had it is gone
  });
  if (parts) {
    box.querySelector("[data-picker-go]").hidden = true;
    parts.addEventListener("change", () => parts.value && open(parts.value));
  }
}
