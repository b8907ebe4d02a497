// Turns on this browser's notifications: <form data-push="the office's key"> posts the browser's subscription as "address".
// Nobody is asked for permission before the button is pressed. Without a script the form is not shown.
const form = document.querySelector("form[data-push]");
const say = (name) => {
  const note = form.querySelector("[data-push-note]");
  note.textContent = form.dataset[name];
  note.hidden = false;
};

async function subscription(key) {
  const worker = await navigator.serviceWorker.register("/pekerja-kabar.js");
  await navigator.serviceWorker.ready;
  const held = await worker.pushManager.getSubscription();
  if (held) await held.unsubscribe();  // the office's key may be another by now
  return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

async function turnOn() {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) { say("unable"); return; }
  if (await Notification.requestPermission() !== "granted") { say("denied"); return; }
  try {
    form.elements.address.value = JSON.stringify(await subscription(form.dataset.push));
  } catch { say("failed"); return; }
  form.submit();
}

document.querySelector("[data-push-without]")?.remove();
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
  turnOn();
}, { capture: true });
