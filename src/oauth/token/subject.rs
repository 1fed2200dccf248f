//! Subject identifiers: the names of a person at apps. They are derived from the account and the server's
//! secret, so nothing is stored, and they reveal nothing about the account. Unless an app's subject type is
//! `public`, apps on different hosts cannot find out that they know the same person.

use crate::store::records::app_options::SubjectType;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::hash::Keyed;
use crate::oauth::client::redirect_uri::RedirectUri;
use crate::store::records::apps::App;
use crate::ticket::ids::AccountId;

/// Derives subject identifiers; cheap to clone.
#[derive(Clone, Debug)]
pub struct Subjects(Keyed);

impl Subjects {
    /// Makes a `Subjects`, which derives from the server's secret.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(Keyed::new(secret, "names of accounts at apps"))
    }

    /// Returns the subject identifier `sub` (OpenID Connect Core §8): with subject type `public` it is the
    /// same at all such apps, with `pairwise` at all such apps on one host.
    pub fn sub(&self, app: &App, account: AccountId) -> String {
        let uri = app.redirect_uris.first().and_then(|uri| uri.parse::<RedirectUri>().ok());
        match uri.filter(|_| app.options.subject_type == SubjectType::Pairwise) {
            Some(uri) => self.name("pairwise", uri.host(), account),
            None => self.name("public", "", account),
        }
    }

    /// Returns the `openid` of WeChat's dialect, which is different at every app.
    pub fn openid(&self, app: &App, account: AccountId) -> String {
        self.name("openid", &app.id.to_string(), account)
    }

    /// Returns the `unionid` of WeChat's dialect, which is the same at all apps of one owner. Here all apps
    /// have one owner.
    pub fn unionid(&self, account: AccountId) -> String {
        self.name("unionid", "", account)
    }

    /// Returns a name of 168 bits as 28 characters, as long as WeChat's.
    fn name(&self, kind: &str, of: &str, account: AccountId) -> String {
        let parts = [kind.as_bytes(), b"\0", of.as_bytes(), b"\0", account.as_bytes()];
        URL_SAFE_NO_PAD.encode(&self.0.of(&parts)[..21])
    }
}
