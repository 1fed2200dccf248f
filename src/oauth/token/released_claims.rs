//! Decides what an app may know of a person, in either dialect: those fields that the person has filled in,
//! that they allow the app now, and that the scopes of the token include. The consent decides and not the
//! grant, so that a withdrawal takes effect at once, for existing tokens too.

use super::tokens::Tokens;
use crate::consent::field::{Allowed, Field, Fields};
use crate::consent::scope::{Scope, Scopes};
use crate::picture;
use crate::store::Fault;
use crate::store::records::Account;
use crate::store::records::apps::App;
use crate::store::records::people::Email;
use crate::store::records::profiles::{Profile, ShownToScreens};

/// What an app may know of a person. All fields that it may not know are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Released {
    /// The display name.
    pub name: Option<String>,
    /// The user name.
    pub username: Option<String>,
    /// The e-mail address, and whether it was proven that it belongs to the person.
    pub email: Option<(Email, bool)>,
    /// The other fields of the profile.
    pub profile: Profile,
    /// The names of the groups in which the person is; `None` if the app may not know them.
    pub groups: Option<Vec<String>>,
}

impl Released {
    fn of(account: Account, fields: Fields) -> Self {
        let has = |field| fields.has(field);
        let Account { display_name, username, email, email_verified_at, profile, .. } = account;
        // When the profile changed is told together with some of it, and not by itself.
        let tells_profile = !fields.intersection(Fields::asked_by(&Scopes::parse(Scope::Profile.word()))).is_empty();
        Self {
            name: Some(display_name).filter(|_| has(Field::Name)),
            username: username.filter(|_| has(Field::UserName)),
            email: email.filter(|_| has(Field::Email)).map(|email| (email, email_verified_at.is_some())),
            profile: Profile {
                given_name: profile.given_name.filter(|_| has(Field::FullName)),
                family_name: profile.family_name.filter(|_| has(Field::FullName)),
                gender: profile.gender.filter(|_| has(Field::Gender)),
                city: profile.city.filter(|_| has(Field::Place)),
                province: profile.province.filter(|_| has(Field::Place)),
                country: profile.country.filter(|_| has(Field::Place)),
                language: profile.language.filter(|_| has(Field::Language)),
                zone: profile.zone.filter(|_| has(Field::Zone)),
                updated_at: profile.updated_at.filter(|_| tells_profile),
                picture: profile.picture.filter(|_| has(Field::Picture)),
                picture_link: profile.picture_link.filter(|_| has(Field::Picture)),
                // No app is told of it.
                shown_to_screens: ShownToScreens::default(),
            },
            groups: None,
        }
    }

    /// Returns the groups alone, without anything that the person ticks.
    #[must_use]
    pub fn groups_only(self) -> Self {
        Self { groups: self.groups, ..Self::default() }
    }
}

impl Tokens {
    /// Returns what an app may know of a person now, with a token of these scopes. Without a consent that
    /// is nothing. The groups are told without a box of their own: if the consent and the token have the scope for them.
    pub async fn released_claims(&self, app: &App, account: Account, scopes: &Scopes) -> Result<Released, Fault> {
        let id = account.id;
        let Some(Allowed { scopes: allowed, fields }) = self.records.consent(id, app.id).await? else {
            return Ok(Released::default());
        };
        let released = Released::of(account, fields.intersection(Fields::asked_by(scopes)));
        if !scopes.has(Scope::Groups) || !allowed.has(Scope::Groups) {
            return Ok(released);
        }
        let groups = self.records.groups_of(id).await?;
        let names = groups.into_iter().map(|group| group.name.as_str().to_owned()).collect();
        Ok(Released { groups: Some(names), ..released })
    }

    /// Returns the URL of a person's picture: of the one that they uploaded, or else of the one that the
    /// token of their phone app named; `None` if there is neither.
    pub fn picture_link(&self, profile: &Profile) -> Option<String> {
        let own = profile.picture.map(|id| format!("{}{}", self.issuer(), picture::path(id, 0)));
        own.or_else(|| profile.picture_link.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::records::people::Role;
    use crate::store::records::scan_switch::AccountScan;
    use crate::ticket::approval::Epoch;
    use crate::ticket::ids::AccountId;
    use crate::ticket::time::Timestamp;

    fn alice() -> Account {
        Account {
            id: AccountId::from_random([1; 16]),
            username: Some("alice".to_owned()),
            display_name: "Alice".to_owned(),
            email: Some("alice@example.org".parse().expect("an address")),
            email_verified_at: None,
            role: Role::None,
            is_disabled: false,
            profile: Profile {
                given_name: Some("Alice".to_owned()),
                family_name: Some("Adams".to_owned()),
                zone: Some("Europe/Vienna".to_owned()),
                updated_at: Some(Timestamp::from_millis(5_000)),
                ..Profile::default()
            },
            epoch: Epoch::default(),
            deletion_due_at: None,
            scan: AccountScan::default(),
        }
    }

    #[test]
    fn each_field_releases_its_own_part_and_nothing_beside_it() {
        let released = |words: &str| Released::of(alice(), Fields::parse([words]));
        assert_eq!(released(""), Released::default());
        assert_eq!(released("username").username.as_deref(), Some("alice"));
        let named = released("fullname");
        assert_eq!((named.name, named.profile.family_name.as_deref()), (None, Some("Adams")));
        let addressed = released("email");
        assert_eq!(
            addressed.email.map(|(email, is_verified)| (email.to_string(), is_verified)),
            Some(("alice@example.org".to_owned(), false))
        );
        assert_eq!(addressed.profile, Profile::default(), "the address is no part of the profile");
        let zoned = released("zone").profile;
        assert_eq!((zoned.zone.as_deref(), zoned.updated_at), (Some("Europe/Vienna"), alice().profile.updated_at));
        let proven = Account { email_verified_at: Some(Timestamp::from_millis(1)), ..alice() };
        assert!(Released::of(proven, Fields::ALL).email.is_some_and(|(_, is_verified)| is_verified));
    }
}
