// Small behaviours of every page. Nothing here is needed to get a thing done: without JavaScript the
// same pages work, with a page load more. Parts are found by data attributes, never by class.
const body = document.body;
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// A list of errors is read first.
document.querySelector("[data-focus]")?.focus();

// "Are you sure?" before a form that cannot be taken back: <form data-confirm="Tarik permohonan ini?" data-confirm-note="...">.
function ask(question, note, yes) {
  const dialog = document.createElement("dialog");
  const title = Object.assign(document.createElement("h2"), { id: "tanya", textContent: question });
  const text = Object.assign(document.createElement("p"), { textContent: note || "" });
  const row = Object.assign(document.createElement("div"), { className: "cluster" });
  const agree = Object.assign(document.createElement("button"), { className: "button", textContent: yes || body.dataset.yes });
  const back = Object.assign(document.createElement("button"), { className: "button secondary", textContent: body.dataset.no });
  dialog.setAttribute("aria-labelledby", "tanya");
  row.append(agree, back);
  dialog.append(title, ...(note ? [text] : []), row);
  body.append(dialog);
  return new Promise((resolve) => {
    agree.onclick = () => dialog.close("yes");
    back.onclick = () => dialog.close("");
    dialog.onclose = () => { dialog.remove(); resolve(dialog.returnValue === "yes"); };
    dialog.showModal();
    back.focus();
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const source = event.submitter?.dataset.confirm ? event.submitter : form;
  if (source.dataset.confirm && form.dataset.agreed !== "yes" && window.HTMLDialogElement) {
    event.preventDefault();
    ask(source.dataset.confirm, source.dataset.confirmNote, source.dataset.confirmYes).then((agreed) => {
      if (!agreed) return;
      form.dataset.agreed = "yes";
      form.requestSubmit(event.submitter || undefined);
      delete form.dataset.agreed;
    });
    return;
  }
  // One press is one post. The server is idempotent as well; this only spares people the doubt.
  if (form.method === "post" && event.submitter && !event.defaultPrevented && !("many" in form.dataset)) {
    const button = event.submitter;
    if (button.getAttribute("aria-busy") === "true") { event.preventDefault(); return; }
    button.setAttribute("aria-busy", "true");
    const label = button.textContent;
    if (button.matches(".button")) setTimeout(() => { if (button.getAttribute("aria-busy")) button.textContent = body.dataset.sending; }, 400);
    addEventListener("pageshow", () => { button.removeAttribute("aria-busy"); if (button.textContent === body.dataset.sending) button.textContent = label; }, { once: true });
  }
});

// Copy buttons: <button type="button" data-copy="text"> or data-copy-from="id".
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from], [data-print], [data-close], [data-share]");
  if (!button) return;
  if ("print" in button.dataset) { print(); return; }
  if ("close" in button.dataset) { button.closest("dialog")?.close(); return; }
  if ("share" in button.dataset) { event.preventDefault(); navigator.share?.({ title: document.title, text: button.dataset.share, url: location.href }).catch(() => {}); return; }
  const from = document.getElementById(button.dataset.copyFrom || "");
  const text = button.dataset.copy || from?.value || from?.textContent.trim() || "";
  try { await navigator.clipboard.writeText(text); toast(body.dataset.copied); } catch { from?.select?.(); }
});
all("[data-share]").forEach((button) => { button.hidden = !navigator.share; });
all("[data-needs-js]").forEach((part) => { part.hidden = false; });

export function toast(words) {
  const note = Object.assign(document.createElement("p"), { className: "toast", textContent: words });
  note.setAttribute("role", "status");
  body.append(note);
  setTimeout(() => note.remove(), 3000);
}

// <select data-submit> sends its form when changed (filters). The button stays for everybody else.
document.addEventListener("change", (event) => { if (event.target.closest("[data-submit]")) event.target.form.requestSubmit(); });

// A checklist people tick for themselves; ticks stay on this device: <ul data-ticks="sip-bidan">.
for (const list of all("[data-ticks]")) {
  const key = `ticks:${list.dataset.ticks}`;
  let kept = [];
  try { kept = JSON.parse(localStorage.getItem(key) || "[]"); } catch { /* private mode: not kept */ }
  const boxes = all("input[type=checkbox]", list);
  boxes.forEach((box) => { box.checked = kept.includes(box.value); });
  list.addEventListener("change", () => {
    try { localStorage.setItem(key, JSON.stringify(boxes.filter((box) => box.checked).map((box) => box.value))); } catch { /* not kept */ }
  });
}

// The case page on a phone: one part at a time. Without JavaScript the parts follow each other and the tabs jump.
for (const tabs of all("[data-case-tabs]")) {
  const links = all("a[href^='#']", tabs);
  const parts = links.map((link) => document.querySelector(link.hash)).filter(Boolean);
  const box = parts[0]?.parentElement;
  if (!box) continue;
  const show = (chosen) => {
    parts.forEach((part) => part.classList.toggle("on", part === chosen));
    links.forEach((link) => { if (link.hash === `#${chosen.id}`) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current"); });
  };
  box.classList.add("one");
  show(parts.find((part) => `#${part.id}` === location.hash) || parts[0]);
  tabs.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    show(document.querySelector(link.hash));
    history.replaceState(null, "", link.hash);
  });
}

// The page viewer: zoom and rotate by class, so that no style attribute is written.
for (const bar of all("[data-viewer]")) {
  const page = document.getElementById(bar.dataset.viewer);
  let zoom = 1, turn = 0;
  bar.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (!act || !page) return;
    event.preventDefault();  // without JavaScript the same controls are links
    if (act === "in") zoom = Math.min(3, zoom + 1);
    if (act === "out") zoom = Math.max(1, zoom - 1);
    if (act === "turn") turn = (turn + 1) % 4;
    page.className = page.className.replace(/ (zoom|turn)-\d/g, "") + ` zoom-${zoom} turn-${turn}`;
  });
}

// A long menu closes when the focus or a press goes elsewhere.
const menu = document.querySelector(".menu-small");
if (menu) {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); } });
}
