//! What may be chosen for an option: the variants and words of the type itself, and what `--help` says of each.

use clap::ValueEnum;
use clap::builder::PossibleValue;
use strum::VariantArray as _;

use crate::store::records::apps::{Dialect, SigningAlgorithm, Verification};

impl ValueEnum for Dialect {
    fn value_variants<'a>() -> &'a [Self] {
        Self::VARIANTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Oidc => "OpenID Connect",
            Self::WeChat => "The dialect of WeChat's open platform",
            Self::Both => "Either",
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
            Self::Rs256 => "RSA, which every relying party knows",
            Self::Es256 => "ECDSA on P-256",
            Self::EdDsa => "Ed25519",
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
}

impl ValueEnum for Verification {
    fn value_variants<'a>() -> &'a [Self] {
        Self::VARIANTS
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Any => "A session that is there will do",
            Self::Fresh => "Each time anew, by password or by a scan",
            Self::Scan => "Each time by a scan; no password will do",
        };
        Some(PossibleValue::new(self.word()).help(help))
    }
}
