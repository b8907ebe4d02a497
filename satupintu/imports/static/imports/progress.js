// Looks again at an import that the worker has in hand, while somebody is looking. Without it there is a link.
const every = 2500;
setTimeout(function again() {
  if (document.visibilityState === "visible") window.location.reload();
  else setTimeout(again, every);
}, every);
