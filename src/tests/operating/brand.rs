//! The name, the logo and the colours that an operator gives the pages.

use reqwest::StatusCode;
use tessera::look::{Colour, LIGHT, Logo, LogoKind, Wanted};
use tessera::settings::LookSettings;

use crate::harness::browser::Browser;
use crate::harness::server::Server;

const SVG: &str =
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><script>alert(1)</script><circle r='4'/></svg>";

fn branded(look: &mut LookSettings) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("logo.svg");
    std::fs::write(&file, SVG).expect("written");
    look.name = "Blue Heron".into();
    look.logo = Some(Logo::read(&file).expect("a logo"));
    let accent = Colour::parse("#1a5fb4");
    look.light = LIGHT.with(Wanted { accent, ..Wanted::default() }).expect("it can be read");
}

#[tokio::test]
async fn pages_have_the_logo_and_the_colours_of_the_operator() {
    let server = Server::start_with(|settings| branded(&mut settings.look)).await;
    let browser = Browser::desktop(&server);
    for path in ["/", "/login", "/signin", "/nothing"] {
        let page = browser.get(path).await;
        let after =
            |start: &str| page.body.split(start).nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
        let (style, logo) = (after("href=\"/look.css"), after("<img src=\""));
        let (style, logo) = (style.expect("a style sheet"), logo.expect("a logo"));
        assert!(page.body.find("tessera.css") < page.body.find("/look.css"), "the colours replace those of the pages");
        assert!(logo.starts_with("/logo?v=") && page.body.contains("class=\"mark\""), "{logo}");
        assert!(page.body.contains(&format!("rel=\"icon\" href=\"{logo}\" type=\"image/svg+xml\"")), "{}", page.body);
        let style = browser.get(&format!("/look.css{style}")).await;
        assert_eq!((style.status, style.header("content-type")), (StatusCode::OK, "text/css; charset=utf-8"));
        assert!(style.body.contains("--accent:#1a5fb4;") && style.body.contains("--ground:#fbfaf7;"), "{}", style.body);
        assert!(style.body.contains("@media (prefers-color-scheme:dark){:root{color-scheme:dark;"), "{}", style.body);
        let logo = browser.get(&logo).await;
        assert_eq!((logo.status, logo.header("content-type"), &*logo.body), (StatusCode::OK, "image/svg+xml", SVG));
        let policy = logo.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "its script is not run: {policy}");
    }
    let manifest = browser.get("/manifest.webmanifest").await.body;
    assert!(manifest.contains("\"name\":\"Blue Heron\"") && manifest.contains("\"src\":\"/logo?v="), "{manifest}");
    assert!(!manifest.contains("/icons/"), "the mark of Tessera is not beside it: {manifest}");
}

#[tokio::test]
async fn pages_without_a_brand_load_nothing_more() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let page = browser.get("/signin").await;
    assert!(
        !page.body.contains("look.css") && !page.body.contains("/logo") && page.body.contains("viewBox=\"0 0 32 32\"")
    );
    for path in ["/look.css", "/logo"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[test]
fn a_logo_that_is_too_large_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("logo.svg");
    std::fs::write(&file, format!("{SVG}{}", " ".repeat(64 * 1024))).expect("written");
    assert_eq!(
        Logo::read(&file).expect_err("too large").to_string(),
        "has more than 64 KiB, which every page would load"
    );
    std::fs::write(&file, SVG).expect("written");
    assert_eq!(Logo::read(&file).expect("a logo").kind, LogoKind::Svg);
}
