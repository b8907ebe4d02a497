// Keeps a form while it is being filled: <form data-autosave="/address/">. The whole form (without files) is posted
// 1.2 s after the last change and when the page is left; the words of [data-saved] say how it stands.
// The address answers 2xx when the fields are kept, even if they are not valid yet, and may say more in JSON: saved_at
// (the time by the office's clock), errors (name -> sentence, shown at fields that were typed in and left), shown (what the
// page now stands for, kept in the hidden field "semula"). 401: the session has ended; {"kept"} says if this was put aside.
const form = document.querySelector("form[data-autosave]");
const state = document.querySelector("[data-saved]");
const clock = (at) => new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : "id-ID", { hour: "2-digit", minute: "2-digit" }).format(at);
const touched = new Set();
let timer = 0, running = false, again = false, changed = false, wait = 5000, pause = 1200;

function say(kind, words) {
  if (!state) return;
  state.className = `saved ${kind}`;
  state.textContent = words;
}

function fields() {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

// A field tells what is wrong with it once it has been left; a server's own sentence above it stays until the next press.
function check(name, text) {
  const control = form.querySelector(`[name="${CSS.escape(name)}"], [name="${CSS.escape(name)}-q"]`);
  const box = control?.closest(".field");
  if (!box || (text && (!touched.has(name) || box.contains(document.activeElement)))) return;
  let note = box.querySelector("[data-instant]");
  if (!text) {
    if (note) { note.remove(); box.classList.remove("has-error"); control.removeAttribute("aria-invalid"); }
    return;
  }
  if (!note) {
    if (box.querySelector(".error")) return;
    note = Object.assign(document.createElement("p"), { className: "error", id: `${control.id}_instant` });
    note.dataset.instant = "";
    note.setAttribute("role", "status");
    (control.closest(".choices, .picker") || control).before(note);
    control.setAttribute("aria-describedby", [control.getAttribute("aria-describedby"), note.id].filter(Boolean).join(" "));
  }
  note.textContent = text;
  box.classList.add("has-error");
  control.setAttribute("aria-invalid", "true");
}

function learn(said) {
  const hidden = form.elements.semula;
  if (hidden && said.shown) {
    let before = {};
    try { before = JSON.parse(hidden.value); } catch { /* shown anew by the server next time */ }
    hidden.value = JSON.stringify({ ...before, ...said.shown });
  }
  if (said.errors) for (const name of touched) check(name, said.errors[name] || "");
}

async function save() {
  clearTimeout(timer);
  if (!changed) return;
  if (running) { again = true; return; }
  running = true; changed = false;
  say("", state?.dataset.saving);
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body: fields(), headers: { "X-Autosave": "1", Accept: "application/json" }, credentials: "same-origin", redirect: "error" });
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) {
      say("kept", `${state?.dataset.savedWord} ${said.saved_at || clock(new Date())}`);
      wait = 5000;
      learn(said);
    } else if (answer.status === 401) {
      pause = 30000; // nobody is signed in: what is typed is put aside now and then, until the button is pressed
      say("refused", said.kept ? state?.dataset.ended : state?.dataset.lost);
    } else { say("refused", state?.dataset.refused); }
  } catch {
    // No line, or the session ended (a redirect). What was typed stays on the page; we try again later.
    changed = true;
    say("offline", state?.dataset.offline);
    timer = setTimeout(save, wait);
    wait = Math.min(wait * 2, 60000);
  }
  running = false;
  if (again) { again = false; save(); }
}

if (form) {
  form.addEventListener("input", (event) => {
    if (event.target.name) touched.add(event.target.name.replace(/-(q|seen|rows|\d+-.*)$/, ""));
    changed = true; clearTimeout(timer); timer = setTimeout(save, pause);
  });
  // Left with something new in it: asked at once, so that what is wrong is said while the paper is still in the hand.
  form.addEventListener("focusout", () => { if (changed && pause < 5000) setTimeout(save, 0); });
  addEventListener("online", save);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || !changed) return;
    fetch(form.dataset.autosave, { method: "POST", body: fields(), headers: { "X-Autosave": "1" }, credentials: "same-origin", keepalive: true }).then((answer) => answer.json()).then(learn).catch(() => {});
  });
  form.addEventListener("submit", () => { changed = false; clearTimeout(timer); });
}
