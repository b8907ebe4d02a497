// Sends a file as soon as it is chosen: <div data-upload="/address/"> around an <input type="file">. Large photographs
// are made smaller on the phone first (not with data-keep: then the place in the photo is wanted). Any trouble
// leaves the file in the form, which sends it the ordinary way.
// The address takes the file under the input's own name with csrfmiddlewaretoken; it answers JSON
// {"name", "note"} with 2xx, or {"message"} with 4xx.
const LONGEST = 2200, SMALL = 900 * 1024;

async function smaller(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < SMALL || !window.createImageBitmap) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.86));
    return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  } catch { return file; }
}

function send(url, name, file, token, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const data = new FormData();
    data.append("csrfmiddlewaretoken", token);
    data.append(name, file, file.name);
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => { if (event.lengthComputable) onProgress(Math.round((100 * event.loaded) / event.total)); };
    request.onload = () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* not ours: treated as trouble */ }
      if (request.status >= 200 && request.status < 300 && answer.name !== undefined) resolve(answer);
      else reject(answer);
    };
    request.onerror = () => reject({});
    request.send(data);
  });
}

for (const box of document.querySelectorAll(".upload")) {
  const input = box.querySelector("input[type=file]");
  const bar = box.querySelector("progress");
  const state = box.querySelector(".upload-state");
  const drop = box.querySelector(".drop");
  if (!input || !state) continue;
  const words = box.dataset;

  input.addEventListener("change", async () => {
    let file = input.files[0];
    if (!file) return;
    if (!("keep" in words)) {
      if (file.size > SMALL && file.type.startsWith("image/")) state.textContent = words.shrinking;
      file = await smaller(file);
      if (file !== input.files[0]) {
        const box = new DataTransfer();
        box.items.add(file);
        input.files = box.files;
      }
    }
    state.textContent = "";
    if (!words.upload) return;
    bar.hidden = false; bar.value = 0;
    state.textContent = words.sending;
    try {
      const answer = await send(words.upload, input.name, file, input.form?.querySelector("[name=csrfmiddlewaretoken]")?.value || "", (percent) => { bar.value = percent; });
      state.textContent = `✓ ${words.received}: ${answer.name}${answer.note ? ` · ${answer.note}` : ""}`;
      input.value = "";
      input.required = false;
      box.classList.remove("has-error");
      const reused = box.closest("section")?.querySelector("[name^='pakai-']"); // the new file takes its place
      if (reused) { reused.checked = false; reused.closest(".check-row").hidden = true; }
      const earlier = box.closest("section")?.querySelector(".file-row div"); // so does its name
      if (earlier) earlier.replaceChildren(answer.name);
      box.dispatchEvent(new CustomEvent("received", { bubbles: true, detail: answer }));
    } catch (answer) {
      state.textContent = answer.message || words.failed;
      if (answer.message) { input.value = ""; box.classList.add("has-error"); }
    }
    bar.hidden = true;
  });

  drop?.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop?.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop?.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
