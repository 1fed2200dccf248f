//! The secret of an app, for client authentication.

use aws_lc_rs::{constant_time, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::base64url;
use crate::store::records::apps::{App, AppSecretHash};

/// The secret of an app, of which the server stores only a hash. `Debug` does not print it, and it cannot be
/// serialised.
pub struct AppSecret([u8; 32]);

impl AppSecret {
    /// Makes a secret of these 32 bytes, which must be random.
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Returns the hash (SHA-256) of the secret, which is all that the server stores of it.
    pub fn hash(&self) -> AppSecretHash {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, &self.0).as_ref());
        AppSecretHash(hash)
    }

    /// Returns the secret as text (base64url), which the administrator enters in the app's configuration. This
    /// is the only way in which a secret leaves the server.
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Parses a secret from its text; `None` if it is not 32 bytes in base64url.
    pub fn parse(text: &str) -> Option<Self> {
        base64url::decode(text).map(Self)
    }

    /// Returns whether this text is one of the secrets of the app; `false` for an app without a secret.
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
