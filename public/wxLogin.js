/* Tessera in the place of that platform's script: the same constructor, with the same names.
   new WxLogin({ self_redirect, id, appid, scope, redirect_uri, state, style, stylelite, fast_login, href }) */
(function () {
  "use strict";
  var base = new URL(document.currentScript.src).origin;
  /* A frame that is there says so before it has loaded, and one that nobody answers never has. */
  var SOON = 1000, LATE = 15000;

  function WxLogin(options) {
    var place = document.getElementById(options.id);
    if (!place) return;
    var query = [
      "appid=" + encodeURIComponent(options.appid),
      "scope=" + encodeURIComponent(options.scope || "snsapi_login"),
      // Written by the site already, as that platform wants it.
      "redirect_uri=" + options.redirect_uri,
      "state=" + encodeURIComponent(options.state || ""),
      "response_type=code",
      "login_type=jssdk",
      "self_redirect=" + (options.self_redirect === true || options.self_redirect === "true"),
      "origin=" + encodeURIComponent(location.origin)
    ];
    // "cn", which is what is meant without it, or "en".
    if (options.lang) query.push("lang=" + encodeURIComponent(options.lang));
    var frame = document.createElement("iframe");
    // The page in the frame says what it is, in its own language.
    frame.title = new URL(base).host;
    frame.src = base + "/connect/qrconnect?" + query.join("&");
    frame.width = "300";
    frame.height = "480";
    frame.style.border = "0";
    /* A page that may not be shown here cannot say so: what is heard is that it says nothing. Once it was there, the frame
       may go wherever the sign-in leads. */
    var isReady = false, wait = setTimeout(fail, LATE);
    frame.addEventListener("load", function () {
      clearTimeout(wait);
      if (!isReady) wait = setTimeout(fail, SOON);
    });
    /* An empty frame tells nobody anything: the console says why it is empty, and a link stands in its place. */
    function fail() {
      if (!frame.isConnected) return;
      var link = document.createElement("a");
      fetch(frame.src, { headers: { accept: "application/json" } })
        .then(function (answer) { return answer.json(); })
        .catch(function () { return {}; })
        .then(function (said) {
          console.error("WxLogin: no code is shown here. " + (said.message || "Nothing came from " + frame.src));
          if (said.message) link.textContent = said.message;
        });
      link.href = frame.src;
      link.textContent = new URL(base).host;
      link.target = "_blank";
      link.rel = "noopener";
      frame.replaceWith(link);
    }
    addEventListener("message", function (message) {
      if (message.origin !== base || message.source !== frame.contentWindow) return;
      var said = message.data || {};
      if (said.tessera === "ready") {
        isReady = true;
        if (said.title) frame.title = said.title;
        clearTimeout(wait);
      }
      if (said.tessera === "scanned" && options.onScanned) options.onScanned();
      if (said.tessera === "approved" && typeof said.url === "string") location.assign(said.url);
    });
    place.replaceChildren(frame);
  }

  window.WxLogin = WxLogin;
})();
