// Keys for officers: / search everywhere; in a list marked [data-keys]: j k move, o opens, x picks, ? help, Esc clears.
// Rows are [data-row] with a first link; a [data-bulk] bar appears when something is picked.
const table = document.querySelector("[data-keys]");
const rows = table ? [...table.querySelectorAll("[data-row]")] : [];
const bulk = document.querySelector("[data-bulk]");
const picks = rows.map((row) => row.querySelector("input[type=checkbox]"));
let at = -1;

function move(to) {
  if (!rows.length) return;
  rows[at]?.removeAttribute("aria-selected");
  at = Math.min(rows.length - 1, Math.max(0, to));
  rows[at].setAttribute("aria-selected", "true");
  rows[at].querySelector("a")?.focus({ preventScroll: true });
  rows[at].scrollIntoView({ block: "nearest" });
}

function count() {
  const n = picks.filter((box) => box?.checked).length;
  rows.forEach((row, i) => row.classList.toggle("on", Boolean(picks[i]?.checked)));
  if (!bulk) return;
  bulk.hidden = n === 0;
  const words = bulk.querySelector("[data-picked]");
  if (words) words.textContent = words.dataset.picked.replace("%", n);
}

// Without JavaScript the bar is always there; with it, only when it has something to do.
if (bulk) { count(); table?.addEventListener("change", count); addEventListener("pageshow", count); }
document.querySelector("[data-pick-all]")?.addEventListener("change", (event) => { picks.forEach((box) => { if (box && !box.disabled) box.checked = event.target.checked; }); count(); });
rows.forEach((row, i) => row.addEventListener("focusin", () => { if (at !== i) { rows[at]?.removeAttribute("aria-selected"); at = i; } }));

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const typing = event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  if (typing) { if (event.key === "Escape") event.target.blur(); return; }
  const act = {
    "/": () => document.querySelector("[data-search]")?.focus(),
    "?": () => document.querySelector("[data-key-help]")?.showModal?.(),
    j: () => move(at + 1),
    k: () => move(at - 1),
    o: () => rows[at]?.querySelector("a")?.click(),
    x: () => { if (picks[at] && !picks[at].disabled) { picks[at].checked = !picks[at].checked; count(); } },
    Escape: () => { picks.forEach((box) => { if (box) box.checked = false; }); count(); },
  }[event.key];
  if (!act) return;
  if (event.key !== "Escape") event.preventDefault();
  act();
});
