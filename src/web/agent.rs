//! Recognises the browser and the operating system of a request ("Firefox", "Windows"), without versions,
//! because browsers no longer state the true one. Only names from the tables below are shown, never text that
//! a client sent.

use std::borrow::Cow;

use axum::http::HeaderMap;

use super::client::ClientAddress;
use crate::ticket::machine::Asker;

/// The browser and the operating system that the headers of a request name, and whether the device is a phone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    /// The browser, such as "Firefox"; `None` if it is unknown.
    pub browser: Option<Box<str>>,
    /// The operating system, such as "Windows"; `None` if it is unknown.
    pub system: Option<Box<str>>,
    /// Whether the device is a phone: by `Sec-CH-UA-Mobile`, or without it by the operating system.
    pub is_phone: bool,
}

/// Largest number of bytes of a header that are read; the rest is ignored. Browsers inside of apps send up to 500
/// bytes.
const LOOKED_AT: usize = 1024;

/// Brands in the header `Sec-CH-UA`, and the browser names to show for them; the first one in this table that the
/// header contains counts. For a browser with none of them, the `User-Agent` decides.
const BRANDS: [(&str, &str); 7] = [
    ("Microsoft Edge", "Edge"),
    ("Opera", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("YaBrowser", "Yandex Browser"),
    ("Samsung Internet", "Samsung Internet"),
    ("DuckDuckGo", "DuckDuckGo"),
    ("Google Chrome", "Chrome"),
];

/// Values of the header `Sec-CH-UA-Platform`, and the names of operating systems to show for them. For any other
/// value, the `User-Agent` decides.
const PLATFORMS: [(&str, &str); 6] = [
    ("Windows", "Windows"),
    ("macOS", "macOS"),
    ("Linux", "Linux"),
    ("Android", "Android"),
    ("Chrome OS", "ChromeOS"),
    ("Chromium OS", "ChromeOS"),
];

/// Parts of a `User-Agent` and the browsers that they indicate. Most browsers also name other browsers, so
/// the first match counts.
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

/// Parts of a `User-Agent` and the systems that they indicate; the first match counts, because iPhones and
/// iPads also name the Mac, and Android and `ChromeOS` also name Linux.
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
    /// Returns this browser, at this address, as a ticket records it.
    pub fn at(self, from: ClientAddress) -> Asker {
        Asker { browser: self.browser, system: self.system, address: from.0 }
    }

    /// Reads from the headers of a request which browser and operating system sent it, and whether the device is a
    /// phone.
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).map(|value| text(value.as_bytes()));
        Self::read(
            text("user-agent").as_deref().unwrap_or_default(),
            text("sec-ch-ua").as_deref(),
            text("sec-ch-ua-platform").as_deref(),
            text("sec-ch-ua-mobile").as_deref(),
        )
    }

    /// Recognises the browser, the system and whether the device is a phone from the values of `User-Agent`,
    /// `Sec-CH-UA`, `Sec-CH-UA-Platform` and `Sec-CH-UA-Mobile`. Each of the three comes from its Client Hint if that
    /// is known, and otherwise from the `User-Agent`.
    fn read(agent: &str, brands: Option<&str>, platform: Option<&str>, mobile: Option<&str>) -> Self {
        // Crawlers give a link to a page about them, and name a browser although they are none.
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

/// Returns at most the first [`LOOKED_AT`] bytes of a header as text. Bytes that are not UTF-8 are replaced.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(&bytes[..bytes.len().min(LOOKED_AT)])
}

#[cfg(test)]
mod tests;
