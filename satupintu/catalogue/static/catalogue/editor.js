// The service file editor: says on which line the cursor is, and keeps the preview beside what is typed.
const form = document.querySelector("[data-editor]");
const area = form?.querySelector("textarea");
const note = form?.querySelector("[data-editor-line]");
const PAUSE = 600; // milliseconds without a key before the preview is asked for

let timer = 0;
let asked = null;

// The page itself is the preview: post what is typed, take the part below the editor, leave the editor alone.
const refresh = async () => {
  asked?.abort();
  asked = new AbortController();
  const body = new FormData(form);
  body.set("preview", "1");
  let text;
  try {
    const answer = await fetch(location.pathname, { method: "POST", body, signal: asked.signal });
    if (answer.redirected || (!answer.ok && answer.status !== 422)) return;
    text = await answer.text();
  } catch {
    return; // typed on, or no line: the button still works
  }
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-preview]");
  const shown = document.querySelector("[data-preview]");
  if (!fresh || !shown || fresh.isEqualNode(shown)) return;
  const focused = shown.contains(document.activeElement) ? document.activeElement.id : "";
  shown.replaceWith(fresh);
  if (focused) document.getElementById(focused)?.focus();
};

if (area && note) {
  note.hidden = false;
  const tell = () => { note.textContent = `${note.dataset.word} ${area.value.slice(0, area.selectionStart).split("\n").length}`; };
  for (const event of ["keyup", "click", "input"]) area.addEventListener(event, tell);
  tell();
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, PAUSE);
  });
  area.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") refresh();
  });
  document.addEventListener("change", (event) => {
    if (event.target.form === form && event.target !== area) refresh();
  });
}
