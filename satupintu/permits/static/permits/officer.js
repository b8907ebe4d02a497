// Keys of the case page: whatever carries data-key is pressed by that key (s fits, p needs repair, [ ] pages, t takes).
// Typing in a field is never taken for a key. Without JavaScript everything here is a link or a button as it stands.
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (typing(event.target)) return;
  const wanted = [...document.querySelectorAll("[data-key]")].find((part) => part.dataset.key === event.key);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
});

// The menu of further acts closes when the focus or a press goes elsewhere.
const more = document.querySelector(".more-acts");
if (more) {
  document.addEventListener("click", (event) => { if (!more.contains(event.target)) more.open = false; });
  more.addEventListener("keydown", (event) => { if (event.key === "Escape") { more.open = false; more.querySelector("summary").focus(); } });
}
