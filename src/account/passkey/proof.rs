//! Verifies that a person used a passkey.

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use webauthn_rs::prelude::{DiscoverableAuthentication, Passkey as Verifier, PublicKeyCredential};

use super::challenge::{BrowserKey, Step};
use super::domain::Passkeys;
use super::refusal::{PasskeyRefusal, Refused};
use crate::store::Fault;
use crate::store::records::links::{ProvenBy, SessionProof};
use crate::store::records::passkeys::{CredentialId, Passkey, PasskeyUse, PasskeyUsed};
use crate::store::records::{Account, OpenedBy};
use crate::ticket::ids::SessionTokenHash;
use crate::ticket::time::Timestamp;
use crate::web::client::ClientAddress;

/// Proof that a person used a passkey of an account, and that their device checked them. Only this module and
/// [`registration`](super::registration) make one.
#[derive(Debug)]
pub struct PasskeyProof {
    pub(super) account: Account,
    pub(super) id: CredentialId,
    pub(super) is_synced: bool,
    pub(super) went_back: bool,
}

impl PasskeyProof {
    /// Returns the account whose passkey was used.
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// Returns how a session is opened with this proof.
    pub fn opened_by(&self) -> OpenedBy {
        OpenedBy::passkey(self.is_synced)
    }

    /// Returns whether the counter of the passkey did not grow, which may mean that it was copied.
    pub fn went_back(&self) -> bool {
        self.went_back
    }

    /// Returns the proof that the passkey was used now in this session of the account. The records accept it only if the
    /// passkey is still there.
    pub fn proves(&self, session: SessionTokenHash, now: Timestamp) -> SessionProof {
        SessionProof { session, seen: self.account.epoch, by: ProvenBy::Passkey(self.id.clone()), now }
    }
}

impl Passkeys {
    /// Makes the options for a person who signs in or proves themselves, as WebAuthn's JSON, and remembers their challenge.
    /// `allowed` are the passkeys of a known account; if it is empty, the browser offers every passkey of this site.
    ///
    /// # Errors
    /// A refusal, if there can be no passkeys here; or a fault of the store.
    pub async fn ask(
        &self,
        key: &BrowserKey,
        step: Step,
        allowed: &[Passkey],
        from: ClientAddress,
    ) -> Result<Value, Refused> {
        let ours = self.relying_party.as_ref().map_err(|why| PasskeyRefusal::Unavailable(*why))?;
        let begun = ours.webauthn.start_discoverable_authentication();
        let (mut asked, state) = begun.map_err(|error| PasskeyRefusal::of(&error))?;
        self.remember(key, step, &asked.public_key.challenge, &state, from).await?;
        // No browser supports the extension that the library asks for.
        asked.public_key.extensions = None;
        let mut options =
            serde_json::to_value(&asked.public_key).map_err(|_| Fault::Unreadable("the options of a passkey"))?;
        let allowed = allowed.iter().map(|passkey| json!({ "type": "public-key", "id": text_of(&passkey.id) }));
        options["allowCredentials"] = allowed.collect();
        Ok(options)
    }

    /// Verifies what the browser answered, the JSON of its `PublicKeyCredential`, and stores the use of the passkey. The
    /// owner of the passkey, the user handle in the answer and, if the step has one, the account of the step must agree.
    ///
    /// # Errors
    /// Why the answer is refused, with the account whose passkey it is; or a fault of a store.
    pub async fn verify(&self, headers: &HeaderMap, step: Step, answer: &str) -> Result<PasskeyProof, Refused> {
        let ours = self.relying_party.as_ref().map_err(|why| PasskeyRefusal::Unavailable(*why))?;
        let answer: PublicKeyCredential = serde_json::from_str(answer).map_err(|_| PasskeyRefusal::Malformed)?;
        let state: DiscoverableAuthentication = self.taken(headers, step, &answer.response.client_data_json).await?;
        let id = CredentialId(answer.raw_id.clone());
        let (passkey, account) = self.records.passkey(&id).await?.ok_or(PasskeyRefusal::Unknown)?;
        let refused = |why, account: &Account| Refused::Because(why, Some(Box::new(account.clone())));
        if let Step::Prove(signed_in) | Step::Approve(signed_in, _) = step
            && account.id != signed_in
        {
            return Err(PasskeyRefusal::OtherAccount.into());
        }
        // WebAuthn Level 3 §7.2 step 6. Of a known account, an authenticator may leave the handle out.
        match (answer.get_user_unique_id(), step) {
            (Some(handle), _) if handle == account.id.as_bytes() => {}
            (None, Step::Prove(_) | Step::Approve(..)) => {}
            _ => return Err(refused(PasskeyRefusal::Wrong, &account)),
        }
        let verifier: Verifier =
            serde_json::from_str(&passkey.credential).map_err(|_| Fault::Unreadable("passkeys"))?;
        let verified = ours
            .webauthn
            .finish_discoverable_authentication_v2(&answer, state, &verifier)
            .map_err(|error| refused(PasskeyRefusal::of(&error), &account))?;
        // A person who has the passkey may know that the account is disabled.
        if account.is_disabled {
            return Err(refused(PasskeyRefusal::Disabled, &account));
        }
        let used = PasskeyUse {
            id: id.clone(),
            account: account.id,
            counter: verified.counter(),
            is_backed_up: verified.backup_state(),
            now: self.clock.now(),
        };
        let went_back = match self.records.use_passkey(used).await? {
            PasskeyUsed::Forward => false,
            PasskeyUsed::WentBack => true,
            PasskeyUsed::Removed => return Err(refused(PasskeyRefusal::Unknown, &account)),
        };
        Ok(PasskeyProof { account, id, is_synced: verified.backup_eligible(), went_back })
    }
}

/// Returns the id of a credential as WebAuthn's JSON has it.
pub(super) fn text_of(id: &CredentialId) -> String {
    URL_SAFE_NO_PAD.encode(&id.0)
}
