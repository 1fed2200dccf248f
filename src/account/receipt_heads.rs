//! The newest signed heads of the receipts of the accounts that approved on a phone, which the phone keeps in a cookie. With
//! them the activity page notices that the server lost receipts. The cookie authenticates nobody, and whoever changes their
//! own one is warned, or is not.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue};

use crate::cause::caused;
use crate::receipt::remembered::{ChainState, head_of, with_head, without_head};
use crate::receipt::{Kept, Receipts};
use crate::store::Fault;
use crate::ticket::ids::AccountId;
use crate::web::cookie;

/// The time for which a phone remembers a head after its last approval or look; browsers keep no cookie for longer.
const LIFE: Duration = Duration::from_secs(400 * 24 * 3600);

/// Returns what the chain of an account is like, as far as the server and this device know, and the cookie with which the
/// device remembers the newest head from now on. There is no cookie while something is wrong, so that the warning stays.
pub async fn compared(
    receipts: &Receipts,
    headers: &HeaderMap,
    account: AccountId,
) -> Result<(ChainState, Option<HeaderValue>), Fault> {
    let heads = of(headers);
    let (state, newest) = receipts.compare(account, heads).await?;
    // A device that has the newest head already gets no other one of the same receipt.
    let known = head_of(heads, account).map(|(head, _)| head.seq);
    let cookie = match newest.filter(|newest| known != Some(newest.seq)) {
        Some(newest) => Some(remembering(receipts, heads, newest).await?),
        None => None,
    };
    Ok((state, cookie))
}

/// Returns the cookie with which a phone that just approved remembers the newest head; `None` if it is not to be changed, or
/// if the records do not answer, which is only logged: the approval stands.
pub async fn after_approval(receipts: &Receipts, headers: &HeaderMap, account: AccountId) -> Option<HeaderValue> {
    match compared(receipts, headers, account).await {
        Ok((_, cookie)) => cookie,
        Err(fault) => {
            tracing::error!(fault = %caused(&fault), "a phone could not be told the newest head of its receipts");
            None
        }
    }
}

/// Returns the cookie with which a device remembers the chain as it is now, whatever it remembered before; one that forgets
/// the account if the chain is empty.
pub async fn accepted(receipts: &Receipts, headers: &HeaderMap, account: AccountId) -> Result<HeaderValue, Fault> {
    let (_, newest) = receipts.compare(account, "").await?;
    let heads = of(headers);
    match newest {
        Some(newest) => remembering(receipts, heads, newest).await,
        None => Ok(match without_head(heads, account) {
            none if none.is_empty() => cookie::clear(cookie::RECEIPTS),
            others => cookie::set(cookie::RECEIPTS, &others, LIFE),
        }),
    }
}

/// Returns the text of the head of this account that the device remembers; `None` if it has none.
pub fn text_of(headers: &HeaderMap, account: AccountId) -> Option<String> {
    head_of(of(headers), account).map(|(_, text)| text.to_owned())
}

fn of(headers: &HeaderMap) -> &str {
    cookie::read(headers, cookie::RECEIPTS).unwrap_or_default()
}

async fn remembering(receipts: &Receipts, heads: &str, newest: Kept) -> Result<HeaderValue, Fault> {
    let head = receipts.head(newest).await?;
    Ok(cookie::set(cookie::RECEIPTS, &with_head(heads, newest.account, &head), LIFE))
}
