// Chained pickers of a place: <div data-region="/wilayah/"> around <select>s in order (province, regency, district,
// village). Choosing one fills the next from GET /wilayah/?induk=CODE -> {"items": [{"code", "name"}]}.
// A hidden input or the last select carries the value; without JavaScript the page offers a search by name instead.
for (const box of document.querySelectorAll("[data-region]")) {
  const selects = [...box.querySelectorAll("select")];
  const note = box.querySelector("[data-region-note]");
  const keep = box.querySelector("input[type=hidden]");

  async function fill(select, parent) {
    const first = select.querySelector("option[value='']") || new Option(select.dataset.first || "—", "");
    select.replaceChildren(first);
    select.disabled = true;
    if (!parent) return;
    if (note) note.textContent = note.dataset.loading || "";
    try {
      const answer = await fetch(`${box.dataset.region}?induk=${encodeURIComponent(parent)}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { items } = await answer.json();
      select.append(...items.map((item) => new Option(item.name, item.code)));
      select.disabled = false;
      if (note) note.textContent = "";
    } catch { if (note) note.textContent = note.dataset.failed || ""; }
  }

  box.addEventListener("change", async (event) => {
    const at = selects.indexOf(event.target);
    if (at < 0) return;
    if (keep) keep.value = event.target.value || selects[at - 1]?.value || "";
    for (const later of selects.slice(at + 1)) await fill(later, later === selects[at + 1] ? event.target.value : "");
  });
}
