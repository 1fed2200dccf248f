//! The values of options: the variants and words of the type itself, with the help text of each.

use clap::ValueEnum;
use clap::builder::PossibleValue;
use strum::VariantArray as _;

use crate::settings::Scanning;
use crate::store::records::app_options::{SigningAlgorithm, SubjectType, Verification};
use crate::store::records::apps::Dialects;
use crate::store::records::people::Role;
use crate::ticket::ladder::Rung;

impl ValueEnum for Dialects {
    fn value_variants<'a>() -> &'a [Self] {
        Self::VARIANTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Oidc => "OpenID Connect",
            Self::WeChat => "The dialect of WeChat's open platform",
            Self::Both => "Both",
        };
        Some(PossibleValue::new(self.word()).help(help))
    }
}

impl ValueEnum for SigningAlgorithm {
    fn value_variants<'a>() -> &'a [Self] {
        Self::VARIANTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Rs256 => "RSA, which every relying party supports",
            Self::Es256 => "ECDSA on P-256",
            Self::EdDsa => "Ed25519",
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
}

impl ValueEnum for SubjectType {
    fn value_variants<'a>() -> &'a [Self] {
        Self::VARIANTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Public => "The same ID as at all other apps of this type",
            Self::Pairwise => "Another ID than at any other app",
        };
        Some(PossibleValue::new(self.word()).help(help))
    }
}

impl ValueEnum for Verification {
    fn value_variants<'a>() -> &'a [Self] {
        Self::VARIANTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Any => "Any session, an existing one too",
            Self::Fresh => "A new sign-in each time, by password or by scan",
            Self::Scan => "A new sign-in by scan each time; a password is not accepted",
        };
        Some(PossibleValue::new(self.word()).help(help))
    }
}

impl ValueEnum for Rung {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::APPROVABLE
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Tap => "A tap on Approve",
            Self::Number => "The number that the browser shows",
            Self::Type => "Four digits of the phone, typed in the browser",
            Self::Passkey => "A passkey of the phone",
            Self::Refuse => "No approval",
        };
        Some(PossibleValue::new(self.word()).help(help))
    }
}

impl ValueEnum for Scanning {
    fn value_variants<'a>() -> &'a [Self] {
        Self::VARIANTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::On => "They do",
            Self::Off => "They do not; there are other ways to sign in",
        };
        Some(PossibleValue::new(self.word()).help(help))
    }
}

impl ValueEnum for Role {
    fn value_variants<'a>() -> &'a [Self] {
        Self::VARIANTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::None => "Nothing",
            Self::People => "People: add, disable and group them, but no administrators",
            Self::Admin => "Everything",
        };
        Some(PossibleValue::new(self.word()).help(help))
    }
}
