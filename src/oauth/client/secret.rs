//! The secret by which an app proves who it is.

use aws_lc_rs::{constant_time, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::base64url;
use crate::store::records::apps::{App, AppSecretHash};

/// An app's secret, as it is shown once. Does not print and does not serialise.
pub struct AppSecret([u8; 32]);

impl AppSecret {
    /// A secret out of 32 random bytes.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// What is kept of it.
    pub fn hash(&self) -> AppSecretHash {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, &self.0).as_ref());
        AppSecretHash(hash)
    }

    /// The text for the app's configuration: the one place where the secret leaves.
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// A secret that was made elsewhere, or shown before.
    pub fn parse(text: &str) -> Option<Self> {
        base64url::decode(text).map(Self)
    }

    /// Whether this text is a secret of the app; a public app has none, so no text is.
    pub fn fits(text: &str, app: &App) -> bool {
        let Some(given) = Self::parse(text) else { return false };
        let given = given.hash();
        app.secrets.iter().any(|kept| constant_time::verify_slices_are_equal(&kept.0, &given.0).is_ok())
    }
}

impl std::fmt::Debug for AppSecret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("AppSecret")
    }
}
