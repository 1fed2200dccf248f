//! The form of a person: reads the submitted fields, and reports each error at the field that caused it.

use axum::Form;
use axum::extract::{FromRequest, Request};

use crate::account::{DisplayName, Username, name_error_text};
use crate::store::records::Account;
use crate::store::records::accounts::{Listed, NewAccount};
use crate::store::records::directory::person::{NewPerson, PersonDetails, Taken};
use crate::store::records::fingerprint::Fingerprint;
use crate::store::records::people::{Email, GroupId, Role};
use crate::text::Texts;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use crate::web::problem::Problem;

/// Name of the field with the user name. The constants below name the other fields.
pub const USERNAME: &str = "username";
pub const NAME: &str = "display_name";
pub const GIVEN: &str = "given_name";
pub const FAMILY: &str = "family_name";
pub const EMAIL: &str = "email";
pub const PROVEN: &str = "email_verified";
pub const ROLE: &str = "role";
pub const GROUP: &str = "group";
/// Name of a hidden field with what the form showed, so that a change by somebody else is noticed.
pub const SEEN: &str = "seen";
/// Name of a hidden field with a random id of the page, so that a form that is sent twice adds one person only.
pub const ATTEMPT: &str = "attempt";

/// The submitted fields of a form, as pairs of name and value; not checked yet.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<(String, String)>);

/// An error at a field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The name of the field.
    pub name: &'static str,
    /// The text for the person who filled it in: what is wrong, and what to enter.
    pub text: &'static str,
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let form = Form::<Vec<(String, String)>>::from_request(request, state).await;
        let Form(mut pairs) = form.map_err(|_| Problem::malformed())?;
        for (_, value) in &mut pairs {
            *value = value.trim().to_owned();
        }
        Ok(Self(pairs))
    }
}

impl Fields {
    /// Makes the form that is filled in with the details of an account.
    pub fn of(account: &Account) -> Self {
        let details = account.details();
        let email = details.email.as_ref().map(Email::to_string);
        let pairs = [
            (NAME, Some(details.display_name.clone())),
            (GIVEN, details.given_name.clone()),
            (FAMILY, details.family_name.clone()),
            (EMAIL, email),
            (PROVEN, details.is_email_proven.then(|| "on".to_owned())),
        ];
        Self::filled(pairs.into_iter().filter_map(|(name, value)| Some((name, value?))), details.fingerprint())
    }

    /// Makes a form that is filled in with these values, and was shown with this fingerprint.
    pub fn filled(pairs: impl Iterator<Item = (&'static str, String)>, seen: Fingerprint) -> Self {
        Self(pairs.map(|(name, value)| (name.to_owned(), value)).collect()).with_seen(seen)
    }

    /// Puts this fingerprint into the form, in place of an older one, and keeps the other fields.
    #[must_use]
    pub fn with_seen(mut self, seen: Fingerprint) -> Self {
        self.0.retain(|(name, _)| name != SEEN);
        self.0.push((SEEN.to_owned(), seen.to_string()));
        self
    }

    /// Returns the fingerprint that the form was shown with; `None` if the field is missing or malformed.
    pub fn seen(&self) -> Option<Fingerprint> {
        Fingerprint::of(self.one(SEEN))
    }

    /// Returns the value of the first field of this name; empty if there is none.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Returns whether a field of this name has this value.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.0.iter().any(|(key, given)| key == name && given == value)
    }

    /// Returns whether the check box of this name is ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        !self.one(name).is_empty()
    }

    /// Returns all fields as bytes, from which the id of a new account or group is derived.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(&self.0).expect("texts are JSON")
    }

    /// Reads the details. Fails with an error for each wrong field. A display name that comes from the token of a phone
    /// app stays as it is in `person`, because the next token would replace it.
    pub fn details(&self, texts: &'static Texts, person: Option<&Listed>) -> Result<PersonDetails, Vec<Wrong>> {
        let mut wrongs = Vec::new();
        let told = person.filter(|person| person.account.is_named_by_token());
        let display_name = match told {
            Some(person) => person.account.display_name.clone(),
            None => self.one(NAME).parse::<DisplayName>().map_or_else(
                |why| {
                    let text = name_error_text(texts, why, texts.person.wrong_display_name);
                    wrongs.push(Wrong { name: NAME, text });
                    String::new()
                },
                |name| name.to_string(),
            ),
        };
        let mut name = |field: &'static str| {
            let typed = Some(self.one(field)).filter(|text| !text.is_empty());
            typed.map(str::parse::<DisplayName>).transpose().map_or_else(
                |why| {
                    wrongs.push(Wrong { name: field, text: name_error_text(texts, why, texts.person.wrong_name) });
                    None
                },
                |name| name.map(|name| name.to_string()),
            )
        };
        let (given_name, family_name) = (name(GIVEN), name(FAMILY));
        let email = Some(self.one(EMAIL)).filter(|text| !text.is_empty()).map(str::parse::<Email>).transpose();
        let email = email.unwrap_or_else(|_| {
            wrongs.push(Wrong { name: EMAIL, text: texts.person.wrong_email });
            None
        });
        if !wrongs.is_empty() {
            return Err(wrongs);
        }
        let is_email_proven = email.is_some() && self.is_ticked(PROVEN);
        Ok(PersonDetails { display_name, given_name, family_name, email, is_email_proven })
    }

    /// Reads a person who is to be added, without a password. Fails with an error for each wrong field.
    pub fn person(&self, texts: &'static Texts, id: AccountId, now: Timestamp) -> Result<NewPerson, Vec<Wrong>> {
        let username = self
            .one(USERNAME)
            .parse::<Username>()
            .map_err(|why| Wrong { name: USERNAME, text: name_error_text(texts, why, texts.person.wrong_username) });
        let role = match self.one(ROLE) {
            "" => Ok(Role::None),
            word => word.parse().map_err(|_| Wrong { name: ROLE, text: texts.person.wrong_choice }),
        };
        let groups = self.0.iter().filter(|(name, _)| name == GROUP).map(|(_, group)| GroupId::parse(group));
        let groups = groups.collect::<Option<Vec<_>>>();
        let groups = groups.ok_or(Wrong { name: GROUP, text: texts.person.wrong_choice });
        match (username, self.details(texts, None), role, groups) {
            (Ok(username), Ok(details), Ok(role), Ok(groups)) => {
                let PersonDetails { display_name, given_name, family_name, email, is_email_proven } = details;
                let account = NewAccount {
                    id,
                    username: username.into(),
                    display_name,
                    email,
                    email_verified_at: is_email_proven.then_some(now),
                    password_hash: None,
                    role,
                    created_at: now,
                };
                Ok(NewPerson { account, given_name, family_name, groups })
            }
            (username, details, role, groups) => {
                let mut wrongs: Vec<_> = username.err().into_iter().collect();
                wrongs.extend(details.err().unwrap_or_default());
                wrongs.extend(role.err());
                wrongs.extend(groups.err());
                Err(wrongs)
            }
        }
    }
}

impl Wrong {
    /// Makes the error for a person who cannot be added, because another account has this already.
    pub fn taken(texts: &'static Texts, taken: Taken) -> Self {
        let (name, text) = match taken {
            Taken::Username => (USERNAME, texts.person.username_taken),
            Taken::Alike => (USERNAME, texts.person.username_alike),
            Taken::Email => (EMAIL, texts.person.email_taken),
        };
        Self { name, text }
    }
}
