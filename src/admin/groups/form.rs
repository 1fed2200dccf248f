//! The form of a group: reads the submitted fields, and reports each error at the field that caused it.

use crate::account::name_error_text;
use crate::names::shown;
use crate::store::records::people::{Group, GroupId, GroupName};
use crate::text::Texts;
use crate::ticket::time::Timestamp;
use crate::web::bounds::DESCRIPTION_CHARS;
use crate::web::form::{Fields, Wrong};

/// Name of the field with the name of the group. The constants below name the other fields.
pub const NAME: &str = "name";
pub const DESCRIPTION: &str = "description";
pub const GRANTS_RIGHTS: &str = "grants_rights";

/// Reads the group that a form describes, for adding or changing it. Fails with an error for each wrong field.
pub fn read(texts: &'static Texts, typed: &Fields, id: GroupId, now: Timestamp) -> Result<Group, Vec<Wrong>> {
    let mut wrongs = Vec::new();
    let name = typed.one(NAME).parse::<GroupName>();
    if let Err(why) = &name {
        wrongs.push(Wrong { name: NAME, text: name_error_text(texts, *why, texts.groups.wrong_name) });
    }
    let description = match typed.one(DESCRIPTION) {
        "" => Ok(String::new()),
        text => shown(text, DESCRIPTION_CHARS),
    };
    if let Err(why) = &description {
        wrongs.push(Wrong { name: DESCRIPTION, text: name_error_text(texts, *why, texts.groups.wrong_description) });
    }
    match (name, description) {
        (Ok(name), Ok(description)) => {
            Ok(Group { id, name, description, grants_rights: typed.is_ticked(GRANTS_RIGHTS), created_at: now })
        }
        _ => Err(wrongs),
    }
}

/// Makes the form that is filled in with the settings of a group.
pub fn of(group: &Group) -> Fields {
    let pairs = [
        (NAME, Some(group.name.to_string())),
        (DESCRIPTION, Some(group.description.clone())),
        (GRANTS_RIGHTS, group.grants_rights.then(|| "on".to_owned())),
    ];
    let given: Fields = pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    given.with_seen(group.fingerprint())
}
