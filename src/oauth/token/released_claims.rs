//! Decides what an app may know of a person, in either dialect: those fields that the person has filled in,
//! that they allow the app now, and that the scopes of the token include. The consent decides and not the
//! grant, so that a withdrawal takes effect at once, for existing tokens too.

use super::tokens::Tokens;
use crate::consent::field::{Field, Fields};
use crate::consent::scope::Scopes;
use crate::picture;
use crate::store::Fault;
use crate::store::records::Account;
use crate::store::records::apps::App;
use crate::store::records::profiles::Profile;

/// What an app may know of a person. All fields that it may not know are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// The display name.
    pub name: Option<String>,
    /// The other fields of the profile.
    pub profile: Profile,
}

impl Released {
    fn of(account: Account, fields: Fields) -> Self {
        let has = |field| fields.has(field);
        let Account { display_name, profile, .. } = account;
        Self {
            name: Some(display_name).filter(|_| has(Field::Name)),
            profile: Profile {
                gender: profile.gender.filter(|_| has(Field::Gender)),
                city: profile.city.filter(|_| has(Field::Place)),
                province: profile.province.filter(|_| has(Field::Place)),
                country: profile.country.filter(|_| has(Field::Place)),
                language: profile.language.filter(|_| has(Field::Language)),
                picture: profile.picture.filter(|_| has(Field::Picture)),
                picture_link: profile.picture_link.filter(|_| has(Field::Picture)),
                ..Profile::default()
            },
        }
    }
}

impl Tokens {
    /// Returns what an app may know of a person now, with a token of these scopes. Without a consent that
    /// is nothing.
    pub async fn released_claims(&self, app: &App, account: Account, scopes: &Scopes) -> Result<Released, Fault> {
        let allowed = self.records.consent(account.id, app.id).await?.unwrap_or_default();
        Ok(Released::of(account, allowed.fields.intersection(Fields::asked_by(scopes))))
    }

    /// Returns the URL of a person's picture: of the one that they uploaded, or else of the one that the
    /// token of their phone app named; `None` if there is neither.
    pub fn picture_link(&self, profile: &Profile) -> Option<String> {
        let own = profile.picture.map(|id| format!("{}{}", self.issuer(), picture::path(id, 0)));
        own.or_else(|| profile.picture_link.clone())
    }
}
