// Shows what the office sends to this browser while none of its pages is open, and tells the office that it was shown or
// pressed (/kanal/webpush/). It stores nothing, and answers no page's requests.
const tell = (kabar, apa) => kabar && fetch("/kanal/webpush/", {
  method: "POST", credentials: "omit", keepalive: true,
  headers: { "Content-Type": "application/json" }, body: JSON.stringify({ kabar, apa }),
}).catch(() => undefined);  // not told: the next channel tells the person

self.addEventListener("push", (event) => {
  const { title, body, lang, dir, tag, navigate, data } = event.data?.json().notification ?? {};
  const shown = self.registration.showNotification(title ?? "Satu Pintu", {
    body, lang, dir, tag, data: { ...data, navigate }, icon: "/static/web/icon.svg",
  });
  event.waitUntil(shown.then(() => tell(data?.kabar, "tampil")));
});

self.addEventListener("notificationclick", (event) => {
  const { navigate, kabar } = event.notification.data ?? {};
  const asked = new URL(navigate ?? "/", self.location.origin);
  const page = asked.origin === self.location.origin ? asked.href : "/";
  event.notification.close();
  event.waitUntil(Promise.all([self.clients.openWindow(page), tell(kabar, "dibuka")]));
});
