/* Tessera: the service worker. It shows that a browser asks this phone, and leads to the page that says which one. It keeps
   nothing, and all words come from the server. */
"use strict";
const ASKED = "/account/asked", ASK = "/account/ask";

self.addEventListener("push", event => {
  let words = {};
  try { words = event.data.json(); } catch { /* A browser may lose what a message says; that there is one is enough. */ }
  event.waitUntil(self.registration.showNotification(words.title || self.location.host, {
    body: words.body, lang: words.lang, dir: words.dir,
    icon: "/icons/192.png", badge: "/icons/192.png", tag: "ask", renotify: true,
  }));
});

self.addEventListener("notificationclick", event => {
  event.notification.close();
  event.waitUntil((async () => {
    const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    /* A page that shows something else may hold what its person has begun to type. */
    const page = pages.find(it => new URL(it.url).pathname === ASKED);
    try {
      if (page) return await (await page.focus()).navigate(ASKED);
    } catch { /* A page that this worker does not control cannot be led on. */ }
    return self.clients.openWindow(ASKED);
  })());
});

/* The push service replaced the subscription. The server takes the new one only in the place of the one before, of the account
   that is in use: what was turned off stays off. */
self.addEventListener("pushsubscriptionchange", event => {
  event.waitUntil((async () => {
    const before = event.oldSubscription;
    const made = before && (event.newSubscription || await self.registration.pushManager.subscribe(before.options));
    if (!made) return;
    const { endpoint, keys } = made.toJSON();
    const body = new URLSearchParams({ endpoint, p256dh: keys.p256dh, auth: keys.auth, renews: before.endpoint });
    await fetch(ASK, { method: "POST", body, redirect: "manual" });
  })());
});
