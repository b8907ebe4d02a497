// Chained pickers of a place: <div data-region="/wilayah/"> around <select>s in order (province, regency, district,
// village). Choosing one fills the next from GET /wilayah/?induk=CODE&bentuk=pilihan, which answers <option> elements.
// A hidden input or the last select carries the value; without JavaScript the page offers a search by name instead.
for (const box of document.querySelectorAll("[data-region]")) {
  const selects = [...box.querySelectorAll("select")];
  const note = box.querySelector("[data-region-note]");
  const keep = box.querySelector("input[type=hidden]");

  async function fill(select, parent) {
    select.replaceChildren(...[...select.options].filter((option) => !option.value));
    select.disabled = true;
    if (!parent) return;
    if (note) note.textContent = note.dataset.loading || "";
    try {
      const answer = await fetch(`${box.dataset.region}?induk=${encodeURIComponent(parent)}&bentuk=pilihan`, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const options = new DOMParser().parseFromString(`<select>${await answer.text()}</select>`, "text/html").querySelectorAll("option");
      select.replaceChildren(...options);
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
