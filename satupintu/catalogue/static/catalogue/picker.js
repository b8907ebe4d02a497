// Matches of a picker while typing: <div data-picker="kbli" data-name="x">. Without this script the "Cari" button does it.
for (const box of document.querySelectorAll("[data-picker]")) {
  const text = box.querySelector("[data-picker-text]");
  const seen = box.querySelector("[data-picker-seen]");
  const list = box.querySelector("[data-picker-options]");
  let timer = 0;
  let latest = 0;
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const asked = text.value.trim();
      if (asked.length < 3) return;
      const turn = ++latest;
      const query = new URLSearchParams({ q: asked, name: box.dataset.name });
      const answer = await fetch(`/layanan/pilihan/${box.dataset.picker}/?${query}`, { credentials: "same-origin" }).catch(() => null);
      if (!answer?.ok || turn !== latest) return;
      list.innerHTML = await answer.text();
      seen.value = asked;
    }, 300);
  });
}
