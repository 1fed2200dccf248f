//! The table `[push]`: messages to the phones that a known browser may ask for an approval.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

use super::wrong_setting::WrongSetting;

/// The table `[push]`: whether phones are sent messages, who answers for them, and push services in the operator's network.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Push {
    /// Whether phones are sent messages. It takes HTTPS, or `localhost`.
    pub enabled: bool,
    /// Where a push service reaches the operator (RFC 8292 §2.1): `mailto:` or `https:`; `None` for the address of this site.
    pub contact: Option<String>,
    /// Hosts of push services in the operator's network, which may have private addresses. All others have public ones.
    pub private_hosts: Vec<String>,
    /// A file with certificates in PEM that are trusted for push services, beside those of the system.
    pub ca_file: Option<PathBuf>,
}

impl Default for Push {
    fn default() -> Self {
        Self { enabled: true, contact: None, private_hosts: Vec::new(), ca_file: None }
    }
}

impl Push {
    pub(super) fn check(&self) -> Result<(), WrongSetting> {
        if let Some(contact) = &self.contact {
            let is_one = Url::parse(contact).is_ok_and(|url| match url.scheme() {
                "mailto" => url.path().contains('@'),
                "https" => url.has_host(),
                _ => false,
            });
            if !is_one {
                let what = "is mailto: and an address, or a https: address, such as mailto:login@example.com";
                return Err(WrongSetting::new("push.contact", what));
            }
        }
        let is_host =
            |host: &String| Url::parse(&format!("https://{host}/")).is_ok_and(|url| url.host_str() == Some(host));
        match self.private_hosts.iter().find(|host| !is_host(host)) {
            Some(wrong) => {
                let what = format_args!("{wrong:?} is not a host alone, in lower case, such as push.example.com");
                Err(WrongSetting::new("push.private_hosts", what))
            }
            None => Ok(()),
        }
    }
}
