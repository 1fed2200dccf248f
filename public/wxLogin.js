/* Tessera in the place of that platform's script: the same constructor, with the same names.
   new WxLogin({ self_redirect, id, appid, scope, redirect_uri, state, style, stylelite, fast_login, href }) */
(function () {
  "use strict";
  var base = new URL(document.currentScript.src).origin;

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
    var frame = document.createElement("iframe");
    frame.title = "Sign in with your phone";
    frame.src = base + "/connect/qrconnect?" + query.join("&");
    frame.width = "300";
    frame.height = "480";
    frame.style.border = "0";
    addEventListener("message", function (message) {
      if (message.origin !== base || message.source !== frame.contentWindow) return;
      var said = message.data || {};
      if (said.tessera === "scanned" && options.onScanned) options.onScanned();
      if (said.tessera === "approved" && typeof said.url === "string") location.assign(said.url);
    });
    place.replaceChildren(frame);
  }

  window.WxLogin = WxLogin;
})();
