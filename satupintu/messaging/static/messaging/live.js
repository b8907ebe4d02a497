// What is said while one looks at a conversation appears: <ol data-live="address">. Without it the page is loaded again.
// The id of an event says what the page holds; with it the next stream begins, so nothing is missed in between.
const list = document.querySelector("[data-live]");
const form = document.getElementById("akhir");
let source;

function put(words) {
  const shown = form && form.getBoundingClientRect().top < innerHeight;
  const before = form?.getBoundingClientRect().top;
  for (const line of new DOMParser().parseFromString(words, "text/html").querySelectorAll("[data-line]")) {
    const old = list.querySelector(`[data-line="${CSS.escape(line.dataset.line)}"]`);
    if (old) { old.replaceWith(line); continue; }
    const next = [...list.children].find((one) => Number(one.dataset.at) > Number(line.dataset.at));
    list.insertBefore(line, next || null);
  }
  if (shown) scrollBy(0, form.getBoundingClientRect().top - before);  // whoever is typing stays where they are
}

function listen() {
  source?.close();
  if (document.hidden) return;
  source = new EventSource(list.dataset.live);
  source.onmessage = (event) => {
    put(event.data);
    const address = new URL(list.dataset.live, location.href);
    address.searchParams.set("punya", event.lastEventId);
    list.dataset.live = address.href;
  };
}

if (list && window.EventSource) {
  listen();
  document.addEventListener("visibilitychange", listen);
}
