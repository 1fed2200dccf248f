/* Tessera: subscribes this phone to messages, so that a browser may ask it. */
(() => {
  "use strict";
  const page = document.querySelector("[data-ask]");
  if (!page) return;
  const form = page.querySelector("form"), button = page.querySelector("[data-on]");
  const isApple = /iPhone|iPad/.test(navigator.userAgent) || navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1;
  const system = isApple ? "ios" : /Android/.test(navigator.userAgent) ? "android" : "computer";

  const show = state => {
    page.dataset.state = state;
    page.querySelectorAll("[data-in]").forEach(it => {
      const isHere = !it.dataset.system || it.dataset.system === system;
      it.hidden = !isHere || !it.dataset.in.split(" ").includes(state);
    });
  };
  const key = () => Uint8Array.from(atob(page.dataset.ask.replace(/-/g, "+").replace(/_/g, "/")), it => it.charCodeAt(0));
  const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

  /* A subscription for another key is of another server at this address, which the push service would not let send. */
  const subscription = async manager => {
    const made = await manager.getSubscription();
    const its = made && made.options && made.options.applicationServerKey;
    if (!made || its && same(new Uint8Array(its), key())) return made;
    await made.unsubscribe();
    return null;
  };

  const turnOn = async () => {
    show("starting");
    if (await Notification.requestPermission() !== "granted") return show("refused");
    const registration = await navigator.serviceWorker.register("/worker.js");
    await navigator.serviceWorker.ready;
    const manager = registration.pushManager;
    const made = await subscription(manager)
      || await manager.subscribe({ userVisibleOnly: true, applicationServerKey: key() });
    const { endpoint, keys } = made.toJSON();
    form.elements.endpoint.value = endpoint;
    form.elements.p256dh.value = keys.p256dh;
    form.elements.auth.value = keys.auth;
    form.submit();
  };

  const look = async () => {
    if (!isSecureContext) return show("insecure");
    if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
      return show(system === "ios" ? "ios" : "unsupported");
    }
    if (Notification.permission === "denied") return show("refused");
    const registration = await navigator.serviceWorker.getRegistration("/");
    const isOn = page.dataset.own && registration && await registration.pushManager.getSubscription();
    show(isOn ? "on" : "off");
  };

  page.hidden = false;
  button.addEventListener("click", () => turnOn().catch(() => show("failed")));
  look().catch(() => show("failed"));
})();
