/* Tessera: the sign-in code in your own page.
   <script src="https://login.example/embed.js"></script>
   <tessera-login app="ts…" redirect-uri="https://…" state="…" code-challenge="…"></tessera-login>
   Events: scanned, approved (detail.url; preventDefault() keeps the page), denied, expired, error. */
(function () {
  "use strict";
  var script = document.currentScript;
  var base = new URL(script.src).origin;
  var parameters = {
    "redirect-uri": "redirect_uri", scope: "scope", state: "state", nonce: "nonce",
    "code-challenge": "code_challenge"
  };

  class TesseraLogin extends HTMLElement {
    connectedCallback() {
      if (this.frame) return;
      var query = new URLSearchParams({ response_type: "code", origin: location.origin });
      for (var name in parameters) {
        if (this.hasAttribute(name)) query.set(parameters[name], this.getAttribute(name));
      }
      if (!query.has("scope")) query.set("scope", "openid profile");
      if (query.has("code_challenge")) query.set("code_challenge_method", "S256");
      var frame = document.createElement("iframe");
      frame.title = this.getAttribute("label") || "Sign in with your phone";
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
      frame.addEventListener("error", this.say.bind(this, "error", {}));
      this.append(frame);
    }

    disconnectedCallback() {
      removeEventListener("message", this.hear);
      if (this.frame) this.frame.remove();
      this.frame = null;
    }

    hear(message) {
      if (message.origin !== base || !this.frame || message.source !== this.frame.contentWindow) return;
      var said = message.data || {};
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
