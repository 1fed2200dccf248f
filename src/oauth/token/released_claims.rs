//! What an app is told of a person, in either dialect: what the scopes of its token include, of what the person lets it know
//! at this moment, of what they tell at all. The consent decides and not the grant, so that a withdrawal takes effect at
//! once, for existing tokens too.

use super::tokens::Tokens;
use crate::consent::field::{Field, Fields};
use crate::consent::scope::Scopes;
use crate::picture;
use crate::store::Fault;
use crate::store::records::Account;
use crate::store::records::apps::App;
use crate::store::records::profiles::Profile;

/// What an app may know of a person; everything else is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Released {
    /// The name that others see.
    pub name: Option<String>,
    /// What they tell beside it.
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
            },
        }
    }
}

impl Tokens {
    /// Returns what this app is told of this person now, for a token of these scopes.
    pub async fn released_claims(&self, app: &App, account: Account, scopes: &Scopes) -> Result<Released, Fault> {
        let allowed = self.records.consent(account.id, app.id).await?.unwrap_or_default();
        Ok(Released::of(account, allowed.fields.intersection(Fields::asked_by(scopes))))
    }

    /// Returns the address of a person's picture: the one that they uploaded, else the one that a phone's token told.
    pub fn picture_link(&self, profile: &Profile) -> Option<String> {
        let own = profile.picture.map(|id| format!("{}{}", self.issuer(), picture::path(id, 0)));
        own.or_else(|| profile.picture_link.clone())
    }
}
