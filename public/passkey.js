/* Tessera: opens the browser's dialogue for a passkey and puts its answer into the form. */
(function () {
  "use strict";
  var K = window.PublicKeyCredential, running, all = function (what) { return document.querySelectorAll(what); };
  function bytes(text) {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), function (c) { return c.charCodeAt(0); });
  }
  function text(buffer) {
    return buffer && btoa(String.fromCharCode.apply(null, new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  }
  async function run(form, mediation) {
    var body = new URLSearchParams(), response = {}, own, answer, asked, made;
    /* The options are for the account of the page too. */
    ("made_for " + (form.dataset.send || "")).split(" ").forEach(function (n) {
      var f = n && form.elements[n];
      if (f && (f.type !== "checkbox" || f.checked)) body.append(n, f.value);
    });
    if (running) running.abort();
    own = running = new AbortController();
    answer = await fetch(form.dataset.options, { method: "POST", body: body, headers: { accept: "application/json" } });
    asked = await answer.json();
    if (!answer.ok) throw asked;
    asked.challenge = bytes(asked.challenge);
    if (asked.user) asked.user.id = bytes(asked.user.id);
    [].concat(asked.allowCredentials || [], asked.excludeCredentials || []).forEach(function (c) { c.id = bytes(c.id); });
    if (own !== running) return;
    asked = { publicKey: asked, signal: own.signal };
    if (mediation) asked.mediation = mediation;
    made = await navigator.credentials[form.dataset.passkey](asked);
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      response[name] = text(made.response[name]) || undefined;
    });
    form.elements.credential.value = JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response: response });
    HTMLFormElement.prototype.submit.call(form);
  }
  function suggest(form) {
    run(form, "conditional").catch(function () {});
    /* A challenge lasts five minutes. */
    setTimeout(function () { if (!form.dataset.pressed) suggest(form); }, 240000);
  }
  if (!K) return all("[data-passkey-none]").forEach(function (none) { none.hidden = false; });
  all("form[data-passkey]").forEach(function (form) {
    var button = form.querySelector("[data-passkey-button]"), said = form.querySelector("[data-passkey-said]");
    if (!button) return;
    form.querySelector("[data-passkey-part]").hidden = false;
    button.addEventListener("click", function () {
      if (!(form.dataset.send || "").split(" ").every(function (n) { return !n || form.elements[n].reportValidity(); })) return;
      button.disabled = form.dataset.pressed = true;
      said.textContent = "";
      run(form).catch(function (why) {
        said.textContent = why.message && why.error ? why.message : said.dataset[
          why.name === "InvalidStateError" ? "exists" : /NotAllowed|Abort/.test(why.name) ? "cancelled" : "failed"];
        button.disabled = false;
      });
    });
    if (form.querySelector("[autocomplete~=webauthn]") && K.isConditionalMediationAvailable) {
      K.isConditionalMediationAvailable().then(function (is) { if (is && !form.dataset.pressed) suggest(form); });
    }
  });
  all("[data-signal]").forEach(function (signal) {
    if (K[signal.dataset.signal]) K[signal.dataset.signal](JSON.parse(signal.dataset.about)).catch(function () {});
  });
})();
