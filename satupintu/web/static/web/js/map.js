// A map on demand: <div data-map="/static/web/maps/61.03.json" data-target="id of an input"> with [data-map-open],
// [data-map-here], a [data-map-box] and a [data-map-note]. The input receives "latitude, longitude". The outline of the
// kecamatan is our own drawing; no tile, no third party. Without it people type the two numbers or pick the village.
const SVG = "http://www.w3.org/2000/svg";
const make = (name, attributes) => { const node = document.createElementNS(SVG, name); for (const key in attributes) node.setAttribute(key, attributes[key]); return node; };
const inside = ([x, y], ring) => { let hit = false; for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) { const [a, b] = ring[i], [c, d] = ring[j]; if (b > y !== d > y && x < ((c - a) * (y - b)) / (d - b) + a) hit = !hit; } return hit; };

for (const field of document.querySelectorAll("[data-map]")) {
  const input = document.getElementById(field.dataset.target);
  const box = field.querySelector("[data-map-box]");
  const note = field.querySelector("[data-map-note]");
  const button = field.querySelector("[data-map-open]");
  let draw = null, chosen = null;

  function put(latitude, longitude) {
    if (!input) return;
    input.value = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    const place = draw?.(latitude, longitude);
    if (note) note.textContent = [place, input.value].filter(Boolean).join(" · ");
  }

  async function open() {
    const data = await (await fetch(field.dataset.map)).json();
    const points = data.features.flatMap((f) => f.geometry.coordinates.flat(2));
    const xs = points.map((p) => p[0]), ys = points.map((p) => p[1]);
    const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const scale = 1000 / (right - left);
    const at = ([x, y]) => [((x - left) * scale).toFixed(1), ((high - y) * scale).toFixed(1)];
    const svg = make("svg", { viewBox: `-10 -10 1020 ${((high - low) * scale + 20).toFixed(0)}`, role: "img", "aria-label": field.dataset.label || "" });
    const paths = data.features.map((f) => {
      const path = make("path", { d: f.geometry.coordinates.map((polygon) => `M${polygon[0].map(at).join("L")}Z`).join("") });
      path.append(Object.assign(make("title", {}), { textContent: f.properties.nama }));
      svg.append(path);
      return path;
    });
    data.features.forEach((f) => { // each name in the middle of its largest part
      const ring = f.geometry.coordinates.map((polygon) => polygon[0]).reduce((a, b) => (b.length > a.length ? b : a)).map(at);
      const middle = (i) => { const all = ring.map((p) => Number(p[i])); return (Math.min(...all) + Math.max(...all)) / 2; };
      const name = make("text", { x: middle(0), y: middle(1), "text-anchor": "middle", "font-size": 36, "aria-hidden": "true" });
      name.textContent = f.properties.nama;
      svg.append(name);
    });
    chosen = () => {
      const village = document.querySelector('[data-picker="wilayah"] input[type=radio]:checked')?.value || "";
      data.features.forEach((f, i) => paths[i].classList.toggle("chosen", village.startsWith(`${f.properties.kode}.`)));
    };
    chosen();
    const pin = make("circle", { class: "pin", r: 16, cx: -100, cy: -100 });
    svg.append(pin);
    svg.addEventListener("click", (event) => {
      const spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      put(high - spot.y / scale, spot.x / scale + left);
    });
    draw = (latitude, longitude) => {
      const [x, y] = at([longitude, latitude]);
      pin.setAttribute("cx", x); pin.setAttribute("cy", y);
      const found = data.features.findIndex((f) => f.geometry.coordinates.some((polygon) => inside([longitude, latitude], polygon[0])));
      paths.forEach((path, i) => path.classList.toggle("on", i === found));
      return found < 0 ? "" : data.features[found].properties.nama;
    };
    const credit = Object.assign(document.createElement("p"), { textContent: data.credit });
    box.replaceChildren(svg, credit);
    show();
  }

  // What was typed as "latitude, longitude"; other notations are read by the server when the page is saved.
  function show() {
    const typed = (input?.value || "").split(",").map((part) => (part.trim() ? Number(part) : NaN));
    if (draw && typed.length === 2 && typed.every(Number.isFinite)) draw(...typed);
  }

  function toggle(opened) {
    box.hidden = !opened;
    button.setAttribute("aria-expanded", String(opened));
    button.textContent = opened ? button.dataset.close : button.dataset.open;
  }

  field.querySelectorAll("[data-map-open], [data-map-here]").forEach((button) => { button.hidden = false; });
  button?.addEventListener("click", () => {
    if (!box.hidden) { toggle(false); return; }
    (draw ? Promise.resolve() : open()).then(() => { chosen(); show(); toggle(true); }).catch(() => { if (note) note.textContent = field.dataset.failed || ""; });
  });
  input?.addEventListener("input", show);
  document.addEventListener("change", () => chosen?.());
  field.querySelector("[data-map-here]")?.addEventListener("click", () => {
    if (!navigator.geolocation) { if (note) note.textContent = field.dataset.refused || ""; return; }
    if (note) note.textContent = field.dataset.asking || "";
    navigator.geolocation.getCurrentPosition(
      (found) => put(found.coords.latitude, found.coords.longitude),
      () => { if (note) note.textContent = field.dataset.refused || ""; },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
}
