//! The HTML document around every page: the head, the Content Security Policy with a fresh nonce, and the
//! scripts of pages that have islands (interactive components).

pub mod brand;
pub mod languages;
pub mod manifest;
pub mod signed_in;

use std::sync::Arc;

use axum::extract::Request;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use leptos::config::LeptosOptions;
use leptos::hydration::AutoReload;
use leptos::nonce::Nonce;
use leptos::prelude::*;

use super::assets::Assets;
use super::form::owner;
use super::language::varies;
use super::marked_text::marked_text;
use super::next_path::may_lead_on;
use super::problem::{Problem, Words};
use crate::crypto::hash::version_of;
use crate::crypto::random::random;
use crate::settings::{LookSettings, Settings};
use crate::text::Texts;

/// The header that says which abilities of the device a page may use.
pub(super) const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
/// The permissions of a page that uses the camera; all others have none.
const WITH_CAMERA: &str = "camera=(self), microphone=(), geolocation=()";
/// URL path of the page of languages.
pub const LANGUAGES: &str = "/language";
/// URL path of the style sheet with the colours of the operator.
pub const STYLE: &str = "/look.css";
/// URL path of the logo of the operator.
pub const LOGO: &str = "/logo";
/// URL path of the web app manifest.
pub const MANIFEST: &str = "/manifest.webmanifest";

/// The name and the address of this site, with which all pages are rendered; cheap to clone.
#[derive(Clone, Debug)]
pub struct Site(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    look: LookSettings,
    /// The style sheet with the colours of the operator, and its address; `None` if the colours are the default ones.
    style: Option<(String, String)>,
    origin: Arc<str>,
    options: LeptosOptions,
    /// Whether browsers must use HTTPS for the subdomains of this host as well.
    has_subdomains: bool,
    /// The sources of `connect-src` in the policy: this site, and in development the socket of automatic
    /// reload.
    connect: String,
}

/// What a page may use of the device, beside what every page may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uses {
    /// Nothing.
    Nothing,
    /// Workers.
    Workers,
    /// The camera, and workers.
    Camera,
}

/// The properties of a page besides its content.
#[derive(Clone, Debug)]
pub struct Page {
    /// The texts in the language of the page.
    pub texts: &'static Texts,
    /// The title, without the site's name, which is appended.
    pub title: &'static str,
    /// Whether the page has islands, so that it loads the scripts that make them interactive.
    pub islands: bool,
    /// Seconds after which a browser without scripts goes on, and the address to which it goes; `None` if it
    /// stays.
    pub reload: Option<(u8, String)>,
    /// The CSS class of the `body` element, which selects the layout of the page; may be empty.
    pub class: &'static str,
    /// What the page may use of the device, beside what every page may.
    pub uses: Uses,
    /// Whether the form of the page may be answered with a redirect to another site. Browsers apply
    /// `form-action` to every redirect that follows a form, and this server cannot know where a site
    /// redirects to; so the policy of such a page has no `form-action`.
    pub posts_to_a_site: bool,
    /// The origins whose pages may show this one in a frame, as `frame-ancestors` lists them; `None` forbids
    /// all frames.
    pub framed_by: Option<String>,
    /// The query of `/embed/theme.css`, which sets the colours of an embedded frame. Only values that the
    /// server checked are in it.
    pub theme: Option<String>,
}

impl Page {
    /// Makes a page with this language and title, without islands (interactive components). All other properties are
    /// empty or off.
    pub fn new(texts: &'static Texts, title: &'static str) -> Self {
        Self {
            texts,
            title,
            islands: false,
            reload: None,
            class: "",
            uses: Uses::Nothing,
            posts_to_a_site: false,
            framed_by: None,
            theme: None,
        }
    }
}

/// The script that activates the islands (interactive components) of a page. That of Leptos waits until the browser is idle,
/// which some browsers report late or never, and also walks through islands within islands; it would be a seventh of the
/// login page. `SCRIPT` and `WASM` stand for the paths of both files.
const START: &str = "import('SCRIPT').then(async m=>{await m.default({module_or_path:'WASM'});m.hydrate();\
    for(const i of document.querySelectorAll('leptos-island'))m[i.dataset.component](i)})";

impl Site {
    /// Makes the site with the name and the address of the settings. Its pages load their scripts and styles
    /// from the folder of `assets`.
    pub fn new(settings: &Settings, assets: &Assets) -> Self {
        let origin = Arc::clone(&settings.public_url);
        let options = LeptosOptions::builder().output_name("tessera").site_pkg_dir(assets.pkg_dir()).build();
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        let scheme = if settings.is_https() { "wss" } else { "ws" };
        // CSP has no IPv6 addresses; `'self'` also permits a socket of the same host (CSP3 §6.7.2).
        let socket = if host.starts_with('[') { String::new() } else { format!(" {scheme}://{host}") };
        let mut connect = format!("'self'{socket}");
        if std::env::var_os("LEPTOS_WATCH").is_some() {
            connect.push_str(" ws://127.0.0.1:3001 ws://localhost:3001");
        }
        let has_subdomains = settings.server.hsts_subdomains;
        let look = settings.look.clone();
        let style = look.css().map(|css| {
            let href = format!("{STYLE}?v={}", version_of(css.as_bytes()));
            (css, href)
        });
        Self(Arc::new(Inner { look, style, origin, options, has_subdomains, connect }))
    }

    /// Returns the name of the site, as people read it.
    pub fn name(&self) -> &str {
        &self.0.look.name
    }

    /// Returns how the pages look: the name, the logo and the colours.
    pub fn look(&self) -> &LookSettings {
        &self.0.look
    }

    /// Returns the address of the operator's logo; `None` if there is none.
    fn logo(&self) -> Option<String> {
        self.0.look.logo.as_ref().map(|logo| format!("{LOGO}?v={}", logo.version))
    }

    /// Returns the address of the icon of the pages, and its media type: the logo, or the mark of Tessera.
    fn icon(&self) -> (String, &'static str) {
        let kind = self.0.look.logo.as_ref().map_or("image/svg+xml", |logo| logo.kind.media_type());
        (self.logo().unwrap_or_else(|| "/favicon.svg".to_owned()), kind)
    }

    /// Returns the origin of this site, at which browsers reach it: scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// Returns host and port of the address at which browsers reach this site.
    pub fn host(&self) -> &str {
        self.origin().split_once("://").map_or("", |(_, host)| host)
    }

    /// Returns the path of the script that reads QR codes in a worker.
    pub fn decoder(&self) -> String {
        format!("/{}/decoder.js", self.0.options.site_pkg_dir)
    }

    /// Returns whether browsers reach this site over HTTPS.
    pub fn is_https(&self) -> bool {
        self.origin().starts_with("https://")
    }

    /// Returns the value of `Strict-Transport-Security` (RFC 6797), for two years; `None` without HTTPS.
    /// Subdomains are included only if the operator configured that.
    pub fn https_only(&self) -> Option<&'static str> {
        let text = if self.0.has_subdomains { "max-age=63072000; includeSubDomains" } else { "max-age=63072000" };
        self.is_https().then_some(text)
    }

    /// Returns the address of this request at `localhost`, to redirect the browser to, if the browser opened
    /// `127.0.0.1` or `[::1]` and this site is at `localhost`: to a browser, they are different origins. `None`
    /// otherwise, and for requests that do not accept HTML.
    pub fn canonical(&self, request: &Request) -> Option<String> {
        let host = request.headers().get(header::HOST)?.to_str().ok()?;
        let port = self.host().strip_prefix("localhost")?;
        let loopback = ["127.0.0.1", "[::1]"].iter().any(|ip| host.strip_prefix(ip) == Some(port));
        (loopback && super::problem::wants_html(request.headers())).then(|| self.address_of(request))
    }

    /// Returns the path and the query of this request as a complete address at the origin of this site.
    pub fn address_of(&self, request: &Request) -> String {
        format!("{}{}", self.origin(), request.uri().path_and_query().map_or("/", |path| path.as_str()))
    }

    /// Returns the host that a browser opened if it is not the host of this site. `None` if it is, and for requests
    /// that do not accept HTML. A sign-in at another host could not succeed, because cookies and QR codes are for this
    /// site's host.
    pub fn opened_elsewhere<'a>(&self, request: &'a Request) -> Option<&'a str> {
        let host = request.headers().get(header::HOST)?.to_str().ok()?;
        // RFC 9110 §4.2.3: the default port of the scheme may be written or left out.
        let port = if self.is_https() { ":443" } else { ":80" };
        let is_ours = host.strip_suffix(port).unwrap_or(host).eq_ignore_ascii_case(self.host());
        (!is_ours && super::problem::wants_html(request.headers())).then_some(host)
    }

    /// Renders a page with these properties and this content, and returns it as an answer of status 200 with its
    /// Content Security Policy.
    pub fn page<V: IntoView + 'static>(&self, page: Page, body: impl FnOnce() -> V) -> Response {
        let nonce = STANDARD_NO_PAD.encode(random::<16>());
        let policy = format!(
            "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
             connect-src {}; {}{}{}base-uri 'none'; object-src 'none'; frame-ancestors {}",
            self.0.connect,
            if page.uses == Uses::Nothing { "" } else { "worker-src 'self'; " },
            if signed_in::is_kept_open() { "manifest-src 'self'; " } else { "" },
            if page.posts_to_a_site { "" } else { "form-action 'self'; " },
            page.framed_by.as_deref().unwrap_or("'none'"),
        );
        let (texts, uses_camera) = (page.texts, page.uses == Uses::Camera);
        let html = Owner::new().with(|| {
            provide_context(Nonce::from_value(nonce));
            provide_context(self.clone());
            owner::marked(self.document(page, body()).to_html())
        });
        let policy = HeaderValue::try_from(policy).expect("a policy is header characters");
        let headers = [
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        ];
        let mut response = (headers, html).into_response();
        varies(response.headers_mut(), texts);
        if uses_camera {
            response.headers_mut().insert(PERMISSIONS_POLICY, HeaderValue::from_static(WITH_CAMERA));
        }
        response
    }

    fn document<V: IntoView + 'static>(&self, page: Page, body: V) -> impl IntoView + use<V> {
        let options = self.0.options.clone();
        let style = format!("/{}/tessera.css", options.site_pkg_dir);
        let title = format!("{} · {}", page.title, self.name());
        let manifest = signed_in::is_kept_open().then(|| view! { <link rel="manifest" href=MANIFEST/> });
        let (before, after) = signed_in::beside(page.texts);
        // A frame of another site has no cookie in which a choice could be kept, and follows that site.
        let foot = page.framed_by.is_none().then(|| {
            view! { <footer><a href=LANGUAGES lang=page.texts.tag>{page.texts.name}</a></footer> }
        });
        let brand = self.0.style.as_ref().map(|(_, href)| view! { <link rel="stylesheet" href=href.clone()/> });
        let (icon, kind) = self.icon();
        let theme = page.theme.map(|query| view! { <link rel="stylesheet" href=format!("/embed/theme.css?{query}")/> });
        let reload = page.reload.map(|(seconds, path)| {
            let content = format!("{seconds};url={path}");
            view! { <noscript><meta http-equiv="refresh" content=content/></noscript> }
        });
        let scripts = page.islands.then(|| {
            let [script, code] = ["js", "wasm"].map(|kind| format!("/{}/tessera.{kind}", options.site_pkg_dir));
            let start = START.replace("SCRIPT", &script).replace("WASM", &code);
            view! {
                <link rel="modulepreload" href=script/>
                <link rel="preload" href=code r#as="fetch" type="application/wasm" crossorigin=""/>
                <script type="module" nonce=leptos::nonce::use_nonce()>{start}</script>
            }
        });
        view! {
            <!DOCTYPE html>
            <html lang=page.texts.tag dir=page.texts.dir()>
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <meta name="color-scheme" content="light dark"/>
                    <meta name="robots" content="noindex"/>
                    <title>{title}</title>
                    <link rel="stylesheet" href=style/>
                    {brand}
                    {theme}
                    <link rel="icon" href=icon type=kind/>
                    {manifest}
                    {reload}
                    {scripts}
                    <AutoReload options=options.clone()/>
                </head>
                <body class=page.class>
                    <main>{before}{body}</main>
                    {after}
                    {foot}
                </body>
            </html>
        }
    }

    /// Returns the answer to a form that succeeded: a redirect to this path, or [a page that goes
    /// there](Self::going_on) if the path may redirect to another site.
    pub fn after_form(&self, texts: &'static Texts, path: &str) -> Response {
        if may_lead_on(path) { self.going_on(texts, path) } else { Redirect::to(path).into_response() }
    }

    /// Renders a page that opens another address by itself, as the answer to a form. A redirect could be blocked,
    /// because browsers apply the `form-action` of the form's page to every redirect that follows, also on other
    /// sites. The page is replaced in the browser's history, so that going back does not send the form again.
    pub fn going_on(&self, texts: &'static Texts, to: &str) -> Response {
        self.going_on_as(Page { class: "turn", ..Page::new(texts, texts.consent.going_back) }, to)
    }

    /// Renders the page of [`going_on`](Self::going_on) with the properties of `page`, for example for a frame. Its
    /// `title` and `reload` are replaced.
    pub fn going_on_as(&self, page: Page, to: &str) -> Response {
        let (texts, to) = (page.texts, to.to_owned());
        let page = Page { title: texts.consent.going_back, reload: Some((0, to.clone())), ..page };
        self.page(page, move || {
            let nonce = leptos::nonce::use_nonce();
            view! {
                <h1>{texts.consent.going_back}</h1>
                <p><a id="onward" class="button" href=to>{texts.common.go_on}</a></p>
                <script nonce=nonce>"location.replace(document.getElementById('onward').href)"</script>
            }
        })
    }

    /// Renders a problem as a page: what happened, what to do, and a link to the next step. The caller sets its
    /// status. `framed_by` lists the origins whose pages may show it in a frame; then the link opens in the whole
    /// window.
    pub fn problem_page(&self, texts: &'static Texts, problem: &Problem, framed_by: Option<String>) -> Response {
        let (Words { title, advice }, (step, path)) = (problem.words(texts), problem.step.clone());
        let target = framed_by.is_some().then_some("_top");
        self.page(Page { class: "turn", framed_by, ..Page::new(texts, title) }, move || {
            view! {
                <Mark/>
                <h1>{title}</h1>
                <p class="lead">{marked_text(advice)}</p>
                <p><a class="button" href=path.into_owned() target=target>{step(texts)}</a></p>
            }
        })
    }
}

/// Renders the logo of the operator. Without one, it is that of Tessera: a small mosaic of four tiles, one of them turned.
#[component]
pub fn Mark() -> impl IntoView {
    if let Some(src) = use_context::<Site>().and_then(|site| site.logo()) {
        // The name of the site is on the page, so screen readers do not read the logo.
        return view! { <img class="mark" src=src alt="" height="40"/> }.into_any();
    }
    view! {
        <svg class="mark" viewBox="0 0 32 32" width="40" height="40" aria-hidden="true">
            <rect x="2" y="2" width="12.5" height="12.5" rx="3"/>
            <rect x="17.5" y="2" width="12.5" height="12.5" rx="3" class="turned"/>
            <rect x="2" y="17.5" width="12.5" height="12.5" rx="3"/>
            <rect x="17.5" y="17.5" width="12.5" height="12.5" rx="3"/>
        </svg>
    }
    .into_any()
}
