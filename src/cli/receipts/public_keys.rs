//! The public keys of the receipts of the server on this machine.

use jsonwebtoken::jwk::JwkSet;

use crate::cause::caused;
use crate::clock::Clock;
use crate::server::open_receipts;
use crate::settings::Settings;
use crate::store::records::Records;

/// Returns the public keys of the receipts of this server, as a JWK set.
pub(super) async fn public_keys(settings: &Settings, records: &Records) -> Result<JwkSet, String> {
    let receipts = open_receipts(settings, records, Clock::system()).await?;
    receipts.public_keys().await.map_err(|fault| caused(&fault))
}
