/* Tessera: the sign-in code in your own page.
   <script src="https://login.example/embed.js"></script>
   <tessera-login app="ts…" redirect-uri="https://…" state="…" code-challenge="…"></tessera-login>
   Looks: accent, background, text (colours), radius, font, scheme, as attributes or as --tessera-accent and so on in CSS.
   Events: scanned, approved (detail.url; preventDefault() keeps the page), denied, expired, error (detail.address;
   preventDefault() keeps the frame, else a link takes its place). */
(function () {
  "use strict";
  var script = document.currentScript;
  var base = new URL(script.src).origin;
  var parameters = {
    "redirect-uri": "redirect_uri", scope: "scope", state: "state", nonce: "nonce",
    "code-challenge": "code_challenge"
  };
  var looks = ["accent", "background", "text", "radius", "font", "scheme"];
  /* A frame that is there says so before it has loaded, and one that nobody answers never has. */
  var SOON = 1000, LATE = 15000;

  /* Any opaque colour of CSS as #rrggbb; the server refuses the rest. */
  function colour(text) {
    var pen = document.createElement("canvas").getContext("2d");
    pen.fillStyle = "#000";
    pen.fillStyle = text;
    var once = pen.fillStyle;
    pen.fillStyle = "#fff";
    pen.fillStyle = text;
    return once === pen.fillStyle ? once : text;
  }

  class TesseraLogin extends HTMLElement {
    connectedCallback() {
      if (this.frame) return;
      var query = new URLSearchParams({ response_type: "code", origin: location.origin });
      for (var name in parameters) {
        if (this.hasAttribute(name)) query.set(parameters[name], this.getAttribute(name));
      }
      if (!query.has("scope")) query.set("scope", "openid profile");
      if (query.has("code_challenge")) query.set("code_challenge_method", "S256");
      var language = this.closest("[lang]");
      if (language && language.lang) query.set("ui_locales", language.lang);
      looks.forEach(function (name) {
        var value = this.getAttribute(name) || getComputedStyle(this).getPropertyValue("--tessera-" + name).trim();
        if (!value) return;
        if (looks.indexOf(name) < 3) value = colour(value);
        query.set(name, name === "radius" ? value.replace(/px$/, "") : value);
      }, this);
      var frame = document.createElement("iframe");
      // The page in the frame says what it is, in its own language.
      frame.title = this.getAttribute("label") || new URL(base).host;
      frame.src = base + "/embed/" + encodeURIComponent(this.getAttribute("app")) + "?" + query;
      // A frame that may leave only when somebody presses a link in it.
      frame.sandbox = "allow-scripts allow-same-origin allow-forms allow-top-navigation-by-user-activation";
      frame.style.cssText = "display:block;inline-size:100%;block-size:100%;border:0;color-scheme:light dark";
      if (!this.style.inlineSize) this.style.inlineSize = "min(100%, 20rem)";
      if (!this.style.blockSize) this.style.blockSize = "30rem";
      this.style.display = "block";
      this.style.minInlineSize = this.style.minBlockSize = "220px";
      this.frame = frame;
      this.hear = this.hear.bind(this);
      addEventListener("message", this.hear);
      // A page that may not be shown here cannot say so: what is heard is that it says nothing.
      this.isReady = false;
      this.wait = setTimeout(this.fail.bind(this), LATE);
      frame.addEventListener("load", this.loaded.bind(this));
      this.append(frame);
    }

    disconnectedCallback() {
      removeEventListener("message", this.hear);
      clearTimeout(this.wait);
      if (this.frame) this.frame.remove();
      this.frame = null;
    }

    /* A page came into the frame: it has said so, or does so soon. */
    loaded() {
      clearTimeout(this.wait);
      if (!this.isReady) this.wait = setTimeout(this.fail.bind(this), SOON);
      this.isReady = false;
    }

    /* An empty frame tells nobody anything: the console says why it is empty, and a link stands in its place. */
    fail() {
      if (!this.frame || this.isReady) return;
      var address = this.frame.src, label = this.getAttribute("label-error"), link = document.createElement("a");
      fetch(address, { headers: { accept: "application/json" } })
        .then(function (answer) { return answer.json(); })
        .catch(function () { return {}; })
        .then(function (said) {
          console.error("tessera-login: no code is shown here. " + (said.message || "Nothing came from " + address));
          if (said.message && !label) link.textContent = said.message;
        });
      if (!this.say("error", { address: address })) return;
      link.href = address;
      link.textContent = label || new URL(base).host;
      link.target = "_blank";
      link.rel = "noopener";
      this.frame.replaceWith(link);
      this.frame = link;
    }

    hear(message) {
      if (message.origin !== base || !this.frame || message.source !== this.frame.contentWindow) return;
      var said = message.data || {};
      if (said.tessera === "ready" || said.tessera === "approved") {
        clearTimeout(this.wait);
        this.isReady = true;
        if (said.title && !this.hasAttribute("label")) this.frame.title = said.title;
      }
      if (["scanned", "denied", "expired"].indexOf(said.tessera) >= 0) this.say(said.tessera, {});
      if (said.tessera !== "approved" || typeof said.url !== "string") return;
      var url = new URL(said.url);
      var detail = { url: said.url };
      ["code", "state", "iss"].forEach(function (name) { detail[name] = url.searchParams.get(name); });
      if (this.say("approved", detail)) location.assign(said.url);
    }

    say(name, detail) {
      return this.dispatchEvent(new CustomEvent(name, { detail: detail, bubbles: true, cancelable: true }));
    }
  }

  customElements.define("tessera-login", TesseraLogin);
})();
