//! Whether there can be passkeys at the address of the server.

use url::{Host, Url};

use super::Settings;

/// Why there can be no passkeys at the address of this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPasskeys {
    /// The host of the public URL is an IP address, and passkeys belong to domains (WebAuthn Level 3 §5.1.3).
    IpAddress,
    /// The public URL is plain HTTP and not `localhost`, so browsers offer no passkeys.
    PlainHttp,
}

impl Settings {
    /// Returns the host of the public URL if there can be passkeys at this address, or why there can be none.
    ///
    /// # Errors
    /// Why there can be none.
    pub fn passkey_host(&self) -> Result<String, NoPasskeys> {
        let public = Url::parse(&self.public_url).map_err(|_| NoPasskeys::PlainHttp)?;
        match public.host() {
            Some(Host::Domain(host)) if public.scheme() == "https" || is_localhost(host) => Ok(host.to_owned()),
            Some(Host::Domain(_)) | None => Err(NoPasskeys::PlainHttp),
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => Err(NoPasskeys::IpAddress),
        }
    }
}

fn is_localhost(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}
