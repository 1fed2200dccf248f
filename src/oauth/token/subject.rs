//! What a person is called at an app. The name follows from the account and the server's key, so nothing is kept of it,
//! and it tells nothing of the account: no two apps can find out that they know the same person, unless they may.

use crate::store::records::app_options::SubjectType;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::hash::Keyed;
use crate::oauth::client::redirect_uri::RedirectUri;
use crate::store::records::apps::App;
use crate::ticket::ids::AccountId;

/// Makes the names; cheap to clone.
#[derive(Clone, Debug)]
pub struct Subjects(Keyed);

impl Subjects {
    /// Names under the server's secret.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(Keyed::new(secret, "names of accounts at apps"))
    }

    /// `sub` (OpenID Connect Core §8): the same at all apps, or at all apps of one host.
    pub fn sub(&self, app: &App, account: AccountId) -> String {
        let uri = app.redirect_uris.first().and_then(|uri| uri.parse::<RedirectUri>().ok());
        match uri.filter(|_| app.options.subject_type == SubjectType::Pairwise) {
            Some(uri) => self.name("pairwise", uri.host(), account),
            None => self.name("public", "", account),
        }
    }

    /// `openid` of WeChat's dialect: another at every app.
    pub fn openid(&self, app: &App, account: AccountId) -> String {
        self.name("openid", &app.id.to_string(), account)
    }

    /// `unionid` of WeChat's dialect: the same at all apps of one owner, and all apps here have one.
    pub fn unionid(&self, account: AccountId) -> String {
        self.name("unionid", "", account)
    }

    /// 168 bits as 28 letters, as long as WeChat's.
    fn name(&self, kind: &str, of: &str, account: AccountId) -> String {
        let parts = [kind.as_bytes(), b"\0", of.as_bytes(), b"\0", account.as_bytes()];
        URL_SAFE_NO_PAD.encode(&self.0.of(&parts)[..21])
    }
}
