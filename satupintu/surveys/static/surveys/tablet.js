// The tablet at the counter goes back to its start when nobody touches it: a note first, then the next person's page.
const page = document.querySelector("[data-idle]");
const note = document.querySelector("[data-idle-note]");
const NOTE_AFTER = 90_000;
const LEAVE_AFTER = 30_000;
let timer;

function wait() {
  clearTimeout(timer);
  note.hidden = true;
  timer = setTimeout(() => {
    note.hidden = false;
    note.scrollIntoView({ block: "center" });
    timer = setTimeout(() => location.replace(page.dataset.idle), LEAVE_AFTER);
  }, NOTE_AFTER);
}

if (page && location.pathname !== page.dataset.idle) {
  for (const kind of ["pointerdown", "keydown", "input", "scroll"]) addEventListener(kind, wait, { passive: true });
  wait();
}
