// Keeps a form while it is being filled: <form data-autosave="/address/">. The whole form (without files) is posted
// 1.2 s after the last change and when the page is left; the words of [data-saved] say how it stands.
// The address answers 2xx when the fields are kept, even if they are not valid yet.
const form = document.querySelector("form[data-autosave]");
const state = document.querySelector("[data-saved]");
const clock = (at) => new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : "id-ID", { hour: "2-digit", minute: "2-digit" }).format(at);
let timer = 0, running = false, again = false, changed = false, wait = 5000;

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

async function save() {
  clearTimeout(timer);
  if (!changed) return;
  if (running) { again = true; return; }
  running = true; changed = false;
  say("", state?.dataset.saving);
  try {
    const answer = await fetch(form.dataset.autosave, { method: "POST", body: fields(), headers: { "X-Autosave": "1", Accept: "application/json" }, credentials: "same-origin", redirect: "error" });
    if (answer.ok) { say("kept", `${state?.dataset.savedWord} ${clock(new Date())}`); wait = 5000; } else { say("refused", state?.dataset.refused); }
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
  form.addEventListener("input", () => { changed = true; clearTimeout(timer); timer = setTimeout(save, 1200); });
  addEventListener("online", save);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || !changed) return;
    fetch(form.dataset.autosave, { method: "POST", body: fields(), headers: { "X-Autosave": "1" }, credentials: "same-origin", keepalive: true }).catch(() => {});
  });
  form.addEventListener("submit", () => { changed = false; clearTimeout(timer); });
}
