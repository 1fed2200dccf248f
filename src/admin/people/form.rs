//! The form of a person: reads the submitted fields, and reports each error at the field that caused it.

use super::require_people::Manager;
use crate::account::{DisplayName, Username, name_error_text};
use crate::store::records::Account;
use crate::store::records::accounts::{Listed, NewAccount};
use crate::store::records::directory::person::{NewPerson, PersonDetails, Taken};
use crate::store::records::people::{Email, GroupId, Role};
use crate::text::Texts;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use crate::web::form::{Fields, Wrong};

/// Name of the field with the user name. The constants below name the other fields.
pub const USERNAME: &str = "username";
pub const NAME: &str = "display_name";
pub const GIVEN: &str = "given_name";
pub const FAMILY: &str = "family_name";
pub const EMAIL: &str = "email";
pub const PROVEN: &str = "email_verified";
pub const ROLE: &str = "role";
pub const GROUP: &str = "group";

/// Makes the form that is filled in with the details of an account.
pub fn of(account: &Account) -> Fields {
    let details = account.details();
    let email = details.email.as_ref().map(Email::to_string);
    let pairs = [
        (NAME, Some(details.display_name.clone())),
        (GIVEN, details.given_name.clone()),
        (FAMILY, details.family_name.clone()),
        (EMAIL, email),
        (PROVEN, details.is_email_proven.then(|| "on".to_owned())),
    ];
    let given: Fields = pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    given.with_seen(details.fingerprint())
}

/// Reads the details. Fails with an error for each wrong field. A display name that comes from the token of a phone
/// app stays as it is in `person`, because the next token would replace it.
/// Only an administrator vouches for an address; if `who` is none, it stays as proven as it is.
pub fn details(
    typed: &Fields,
    texts: &'static Texts,
    who: &Manager,
    person: Option<&Listed>,
) -> Result<PersonDetails, Vec<Wrong>> {
    let mut wrongs = Vec::new();
    let told = person.filter(|person| person.account.is_named_by_token());
    let display_name = match told {
        Some(person) => person.account.display_name.clone(),
        None => typed.one(NAME).parse::<DisplayName>().map_or_else(
            |why| {
                let text = name_error_text(texts, why, texts.person.wrong_display_name);
                wrongs.push(Wrong { name: NAME, text });
                String::new()
            },
            |name| name.to_string(),
        ),
    };
    let mut name = |field: &'static str| {
        let given = Some(typed.one(field)).filter(|text| !text.is_empty());
        given.map(str::parse::<DisplayName>).transpose().map_or_else(
            |why| {
                wrongs.push(Wrong { name: field, text: name_error_text(texts, why, texts.person.wrong_name) });
                None
            },
            |name| name.map(|name| name.to_string()),
        )
    };
    let (given_name, family_name) = (name(GIVEN), name(FAMILY));
    let email = Some(typed.one(EMAIL)).filter(|text| !text.is_empty()).map(str::parse::<Email>).transpose();
    let email = email.unwrap_or_else(|_| {
        wrongs.push(Wrong { name: EMAIL, text: texts.person.wrong_email });
        None
    });
    if !wrongs.is_empty() {
        return Err(wrongs);
    }
    let is_email_proven = if who.may_vouch() {
        email.is_some() && typed.is_ticked(PROVEN)
    } else {
        let before = person.filter(|person| person.account.email_verified_at.is_some());
        let before = before.and_then(|person| person.account.email.as_ref()).map(Email::key);
        email.is_some() && email.as_ref().map(Email::key) == before
    };
    Ok(PersonDetails { display_name, given_name, family_name, email, is_email_proven })
}

/// Reads a person who is to be added, without a password. Fails with an error for each wrong field.
pub fn person(
    typed: &Fields,
    texts: &'static Texts,
    who: &Manager,
    id: AccountId,
    now: Timestamp,
) -> Result<NewPerson, Vec<Wrong>> {
    let username = typed
        .one(USERNAME)
        .parse::<Username>()
        .map_err(|why| Wrong { name: USERNAME, text: name_error_text(texts, why, texts.person.wrong_username) });
    let role = match typed.one(ROLE) {
        "" => Ok(Role::None),
        word => word.parse().map_err(|_| Wrong { name: ROLE, text: texts.person.wrong_choice }),
    };
    let groups = typed.every(GROUP).map(GroupId::parse);
    let groups = groups.collect::<Option<Vec<_>>>();
    let groups = groups.ok_or(Wrong { name: GROUP, text: texts.person.wrong_choice });
    match (username, details(typed, texts, who, None), role, groups) {
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

/// Makes the error for a person who cannot be added, because another account has this already.
pub fn taken(texts: &'static Texts, taken: Taken) -> Wrong {
    let (name, text) = match taken {
        Taken::Username => (USERNAME, texts.person.username_taken),
        Taken::Alike => (USERNAME, texts.person.username_alike),
        Taken::Email => (EMAIL, texts.person.email_taken),
    };
    Wrong { name, text }
}
