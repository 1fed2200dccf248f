//! What a browser says it is, in the words that people use for it: "Firefox" and "Windows", and never a version, because
//! browsers no longer tell the true one. Only names from the tables below are ever shown, and no text of the client's.

use std::borrow::Cow;

use axum::http::HeaderMap;

/// What a browser says it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    /// "Firefox"
    pub browser: Option<Box<str>>,
    /// "Windows"
    pub system: Option<Box<str>>,
    /// Whether it is a phone.
    pub is_phone: bool,
}

/// So much of a header is looked at. Browsers inside of apps write up to 500 bytes.
const LOOKED_AT: usize = 1024;

/// Brands in `Sec-CH-UA`. Only those are here that the `User-Agent` may hide, or that are the same in both.
const BRANDS: [(&str, &str); 7] = [
    ("Microsoft Edge", "Edge"),
    ("Opera", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("YaBrowser", "Yandex Browser"),
    ("Samsung Internet", "Samsung Internet"),
    ("DuckDuckGo", "DuckDuckGo"),
    ("Google Chrome", "Chrome"),
];

/// Values of `Sec-CH-UA-Platform`.
const PLATFORMS: [(&str, &str); 6] = [
    ("Windows", "Windows"),
    ("macOS", "macOS"),
    ("Linux", "Linux"),
    ("Android", "Android"),
    ("Chrome OS", "ChromeOS"),
    ("Chromium OS", "ChromeOS"),
];

/// What a `User-Agent` of a browser holds. Most browsers name others beside themselves, so the first line that fits says
/// which one it is.
const BROWSERS: [(&str, &str); 24] = [
    ("MicroMessenger/", "WeChat"),
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("OPT/", "Opera"),
    ("OPiOS/", "Opera"),
    ("Opera", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("YaBrowser/", "Yandex Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("UCBrowser/", "UC Browser"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("Ddg/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("; wv)", "Webview"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("GSA/", "Google Search App"),
    ("Safari/", "Safari"),
    ("Trident/", "Internet Explorer"),
    ("like Mac OS X) AppleWebKit/", "Webview"),
];

/// The same for systems: iPhones and iPads name the Mac beside themselves, and Android and `ChromeOS` name Linux.
const SYSTEMS: [(&str, &str); 8] = [
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("iPod", "iPod"),
    ("Android", "Android"),
    ("CrOS ", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

impl Agent {
    /// What the headers of a request say.
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).map(|value| text(value.as_bytes()));
        Self::read(
            text("user-agent").as_deref().unwrap_or_default(),
            text("sec-ch-ua").as_deref(),
            text("sec-ch-ua-platform").as_deref(),
            text("sec-ch-ua-mobile").as_deref(),
        )
    }

    /// Reads the Client Hints first (brands, platform and whether it is mobile), where there are any, and then the
    /// `User-Agent`.
    fn read(agent: &str, brands: Option<&str>, platform: Option<&str>, mobile: Option<&str>) -> Self {
        // Programs that fetch pages by themselves tell whom to ask about them, and name a browser although they are none.
        let agent = if agent.contains("+http") { "" } else { agent };
        // A list such as `"Chromium";v="142", "Google Chrome";v="142"`.
        let branded = |(brand, _): &&(&str, &str)| {
            brands.is_some_and(|list| list.split('"').skip(1).step_by(2).any(|word| word == *brand))
        };
        let browser = BRANDS.iter().find(branded).or_else(|| within(agent, &BROWSERS));
        let hinted = platform.map(|platform| platform.trim_matches('"'));
        let system = PLATFORMS.iter().find(|(platform, _)| hinted == Some(platform));
        let system = system.or_else(|| within(agent, &SYSTEMS)).map(|(_, name)| *name);
        let is_phone = mobile.map_or(matches!(system, Some("Android" | "iPhone" | "iPad" | "iPod")), |it| it == "?1");
        Self { browser: browser.map(|(_, name)| (*name).into()), system: system.map(Into::into), is_phone }
    }
}

fn within<'a>(agent: &str, table: &'a [(&str, &str)]) -> Option<&'a (&'a str, &'a str)> {
    table.iter().find(|(part, _)| agent.contains(part))
}

/// Some makers of phones write their names in their own letters: the rest says as much as elsewhere.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(&bytes[..bytes.len().min(LOOKED_AT)])
}

#[cfg(test)]
mod tests;
