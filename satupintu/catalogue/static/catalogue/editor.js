// The service file editor: says on which line the cursor is, and refreshes the preview with Ctrl+Enter.
const form = document.querySelector("[data-editor]");
const area = form?.querySelector("textarea");
const note = form?.querySelector("[data-editor-line]");
if (area && note) {
  note.hidden = false;
  const tell = () => { note.textContent = `${note.dataset.word} ${area.value.slice(0, area.selectionStart).split("\n").length}`; };
  for (const event of ["keyup", "click", "input"]) area.addEventListener(event, tell);
  tell();
  area.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") form.querySelector("[name=preview]").click();
  });
}
