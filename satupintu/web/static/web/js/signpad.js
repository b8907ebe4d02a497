// A place to sign with a finger: <canvas class="signpad" data-sign-pad="id of a hidden input">, <button data-sign-clear>.
// The input receives a PNG data address; empty means not signed. Paper stays possible: the form also takes a photo.
for (const pad of document.querySelectorAll("canvas[data-sign-pad]")) {
  const input = document.getElementById(pad.dataset.signPad);
  const pen = pad.getContext("2d");
  let drawing = false;
  pad.width = 1000; pad.height = 400;
  Object.assign(pen, { lineWidth: 5, lineCap: "round", lineJoin: "round", strokeStyle: "#10264d" });
  const spot = (event) => { const box = pad.getBoundingClientRect(); return [((event.clientX - box.left) * pad.width) / box.width, ((event.clientY - box.top) * pad.height) / box.height]; };
  pad.addEventListener("pointerdown", (event) => { drawing = true; pad.setPointerCapture(event.pointerId); pen.beginPath(); pen.moveTo(...spot(event)); });
  pad.addEventListener("pointermove", (event) => { if (drawing) { pen.lineTo(...spot(event)); pen.stroke(); } });
  pad.addEventListener("pointerup", () => { if (drawing && input) input.value = pad.toDataURL("image/png"); drawing = false; });
  pad.parentElement.querySelector("[data-sign-clear]")?.addEventListener("click", () => { pen.clearRect(0, 0, pad.width, pad.height); if (input) input.value = ""; });
}
