//! Why a passkey is refused.

use webauthn_rs::prelude::WebauthnError;

use crate::cause::caused;
use crate::measure;
use crate::settings::NoPasskeys;
use crate::store::Fault;
use crate::store::records::Account;
use crate::store::records::passkeys::PasskeyAdded;
use crate::text::Texts;

/// Why the answer of a browser with a passkey is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyRefusal {
    /// There can be no passkeys at the address of this server.
    Unavailable(NoPasskeys),
    /// The answer is not what browsers send.
    Malformed,
    /// No challenge of this step was made for this browser, or it is over.
    Challenge,
    /// The challenge was answered before.
    Replayed,
    /// The passkey was used on another site.
    Origin,
    /// The device did not check that its owner uses it.
    NotVerified,
    /// No account has the passkey.
    Unknown,
    /// The passkey belongs to another account than the one that is signed in.
    OtherAccount,
    /// The signature or another part of the answer is wrong.
    Wrong,
    /// The account is disabled.
    Disabled,
    /// The passkey is stored already.
    Exists,
    /// The account has as many passkeys as it may have.
    TooMany,
    /// The account was changed or signed out meanwhile.
    Changed,
}

/// Why the answer of a browser with a passkey led to nothing.
#[derive(Debug)]
pub enum Refused {
    /// It is refused, and belongs to this account if one is known.
    Because(PasskeyRefusal, Option<Box<Account>>),
    /// A store failed.
    Fault(Fault),
}

impl From<PasskeyRefusal> for Refused {
    fn from(why: PasskeyRefusal) -> Self {
        Self::Because(why, None)
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl PasskeyRefusal {
    /// Returns the stable code of the refusal, for logs, metrics and programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unavailable(_) => "passkey_unavailable",
            Self::Malformed => "passkey_malformed",
            Self::Challenge => "passkey_challenge",
            Self::Replayed => "passkey_replayed",
            Self::Origin => "passkey_origin",
            Self::NotVerified => "passkey_not_verified",
            Self::Unknown => "passkey_unknown",
            Self::OtherAccount => "passkey_other_account",
            Self::Wrong => "passkey_wrong",
            Self::Disabled => "account_disabled",
            Self::Exists => "passkey_exists",
            Self::TooMany => "too_many_passkeys",
            Self::Changed => "passkey_not_added",
        }
    }

    /// Returns the sentence that the person is shown.
    pub fn text(self, texts: &'static Texts) -> &'static str {
        let words = &texts.passkeys;
        match self {
            Self::Unavailable(why) => unavailable_text(texts, why),
            Self::Malformed | Self::Wrong => words.wrong,
            Self::Challenge => words.too_late,
            Self::Replayed => words.used_twice,
            Self::Origin => words.other_site,
            Self::NotVerified => words.not_verified,
            Self::Unknown => words.unknown,
            Self::OtherAccount => words.other_account,
            Self::Disabled => texts.signin.account_disabled,
            Self::Exists => words.exists,
            Self::TooMany => words.too_many,
            Self::Changed => words.not_added,
        }
    }

    /// Logs and counts the refusal at `step`, the name of a metric: `sign_in`, `proof`, `passkey`, `link`, `set_up` or `sign_up`.
    pub fn note(self, step: &'static str) {
        tracing::info!(code = self.code(), step, "a passkey was refused");
        measure::refused(step, self.code());
    }

    /// Returns why a passkey was not added; `None` if it was.
    pub fn of_added(added: PasskeyAdded) -> Option<Self> {
        match added {
            PasskeyAdded::Done => None,
            PasskeyAdded::Exists => Some(Self::Exists),
            PasskeyAdded::TooMany => Some(Self::TooMany),
            PasskeyAdded::NotOwner => Some(Self::Changed),
            PasskeyAdded::OtherDomain => {
                tracing::error!(
                    "account.passkey_domain is not the domain of the stored passkeys: start this server again"
                );
                Some(Self::Changed)
            }
        }
    }

    /// Returns the refusal for a fault that the verification found.
    pub(super) fn of(error: &WebauthnError) -> Self {
        tracing::debug!(cause = %caused(error), "a passkey was not verified");
        match error {
            WebauthnError::InvalidRPOrigin | WebauthnError::InvalidRPIDHash | WebauthnError::CredentialCrossOrigin => {
                Self::Origin
            }
            WebauthnError::UserNotVerified | WebauthnError::UserNotPresent => Self::NotVerified,
            WebauthnError::MismatchedChallenge => Self::Challenge,
            WebauthnError::CredentialExcludedFromRequest => Self::Exists,
            _ => Self::Wrong,
        }
    }
}

/// Returns the sentence that says why there can be no passkeys here.
pub(super) fn unavailable_text(texts: &'static Texts, why: NoPasskeys) -> &'static str {
    match why {
        NoPasskeys::IpAddress => texts.passkeys.none_at_address,
        NoPasskeys::PlainHttp => texts.passkeys.none_on_http,
    }
}
