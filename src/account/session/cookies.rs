//! The cookies with which a device keeps a session.

use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{SessionToken, Sessions, SignedInCookies};
use crate::store::Fault;
use crate::store::records::SessionRow;
use crate::ticket::approval::Stay;
use crate::ticket::ids::{AccountId, DeviceId};
use crate::web::cookie;

impl Sessions {
    /// Returns the id by which this device is recognised at this account: the one that it has, or a new one.
    pub(super) fn device(&self, headers: &HeaderMap, account: AccountId, token: &SessionToken) -> DeviceId {
        self.known_device(headers, account).unwrap_or_else(|| token.new_device())
    }

    /// Returns the cookie with the token of a session, for as long as the session may go on.
    pub(super) fn session_cookie(&self, token: &SessionToken, row: &SessionRow) -> (HeaderName, HeaderValue) {
        let life = row.ends_at.left(self.clock.now());
        let token_text = URL_SAFE_NO_PAD.encode(token.0);
        let session = match row.stay {
            Stay::Visit => cookie::set_for_visit(cookie::SESSION, &token_text),
            Stay::Today | Stay::Longest => cookie::set(cookie::SESSION, &token_text, life),
        };
        (SET_COOKIE, session)
    }

    /// Returns the cookies of a session on the device that sent these headers: its token, and that the device is recognised.
    pub(super) fn cookies(&self, headers: &HeaderMap, token: &SessionToken, row: &SessionRow) -> SignedInCookies {
        let device = self.device(headers, row.account, token);
        let device = self.known_devices.remember(headers, row.account, device);
        vec![self.session_cookie(token, row), (SET_COOKIE, device)]
    }

    /// Returns the cookies of a session that goes on in the place of the one in use; those aside stay.
    pub(super) async fn cookies_beside_others(
        &self,
        headers: &HeaderMap,
        token: &SessionToken,
        row: &SessionRow,
    ) -> Result<SignedInCookies, Fault> {
        let aside = self.still_aside(headers).await?;
        Ok(self.cookies(headers, token, row).into_iter().chain(aside).collect())
    }
}
