//! `tessera user import`: adds all people of a file, or none if anything in it is wrong.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::import_file::{Row, read};
use super::one::by;
use crate::account::{DisplayName, Username};
use crate::cause::caused;
use crate::cli::common::{How, say};
use crate::cli::find::among;
use crate::cli::find::taken;
use crate::clock::Clock;
use crate::crypto::random::random;
use crate::names::skeleton;
use crate::store::records::directory::person::{Conflict, NewPerson};
use crate::store::records::people::{Email, Group, GroupId, Role};
use crate::store::records::{NewAccount, Records};
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use crate::web::bounds::{IMPORT_BYTES, IMPORT_PEOPLE};

/// The options of `tessera user import`.
#[derive(clap::Args)]
pub struct Import {
    /// CSV file with the columns `username`, `display_name`, `email`, `email_verified`, `given_name`, `family_name`, `groups`
    /// (separated by semicolons) and `role`, or JSON file with a list of such objects; only `username` is required
    file: PathBuf,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    how: How,
}

/// What is wrong in the file: the number of a row, to sort by, and the message.
type Wrongs = Vec<(usize, String)>;

impl Import {
    /// Adds the people of the file.
    pub async fn run(self) -> Result<(), String> {
        self.how.on.run(async |_, records| self.import(records, self.rows()?).await).await
    }

    fn rows(&self) -> Result<Vec<Result<Row, String>>, String> {
        let shown = self.file.display();
        let size = fs::metadata(&self.file).map_err(|error| format!("{shown}: {error}"))?.len();
        if size > IMPORT_BYTES {
            return Err(format!("{shown} has {size} bytes; at most {IMPORT_BYTES} are imported at once: split it"));
        }
        let bytes = fs::read(&self.file).map_err(|error| format!("{shown}: {error}"))?;
        let named_json = self.file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        let is_json = named_json || bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
        let rows = read(&bytes, is_json)?;
        if rows.len() > IMPORT_PEOPLE {
            let number = rows.len();
            return Err(format!("{shown} has {number} people; at most {IMPORT_PEOPLE} are imported at once: split it"));
        }
        Ok(rows)
    }

    async fn import(&self, records: &Records, rows: Vec<Result<Row, String>>) -> Result<(), String> {
        let groups = records.all_groups().await.map_err(|fault| caused(&fault))?;
        let (mut wrongs, mut people, mut at) = (Wrongs::new(), Vec::new(), Vec::new());
        let mut places: Vec<String> = Vec::new();
        let (now, mut seen) = (Clock::system().now(), Seen::default());
        for (number, row) in rows.into_iter().enumerate() {
            places.push(row.as_ref().map(|row| row.place.clone()).unwrap_or_default());
            match row.and_then(|row| person(&row, &groups, &mut seen, now)) {
                Ok(person) => {
                    people.push(person);
                    at.push(number);
                }
                Err(why) => wrongs.push((number, why)),
            }
        }
        // Also what is right is looked up if something is wrong, so that all that is wrong is said at once.
        let is_dry_run = self.dry_run || !wrongs.is_empty();
        let conflicts = records.add_people(people.clone(), is_dry_run, by()).await.map_err(|fault| caused(&fault))?;
        for Conflict { at: index, taken: what } in conflicts {
            let account = &people[index].account;
            let why = taken(what, &account.username, account.email.as_ref());
            match wrongs.iter_mut().find(|(number, _)| *number == at[index]) {
                Some((_, before)) => *before = format!("{before}; {why}"),
                None => wrongs.push((at[index], format!("{}: {why}", places[at[index]]))),
            }
        }
        if !wrongs.is_empty() {
            wrongs.sort_by_key(|(number, _)| *number);
            let number = wrongs.len();
            let mut lines: Vec<String> = wrongs.into_iter().map(|(_, why)| why).collect();
            lines.push(format!("nobody was imported: {number} of the file's people cannot be added"));
            return Err(lines.join("\n"));
        }
        self.answer(&people, &groups);
        Ok(())
    }

    fn answer(&self, people: &[NewPerson], groups: &[Group]) {
        if self.how.json {
            let added: Value = people.iter().map(|person| described(person, groups, self.dry_run)).collect();
            say(&json!({ "dry_run": self.dry_run, "added": added }).to_string());
            return;
        }
        if self.dry_run {
            for person in people {
                say(&format!("would add {}", in_words(person, groups)));
            }
        }
        let number = people.len();
        let noun = if number == 1 { "person" } else { "people" };
        say(&match (self.dry_run, number) {
            (true, _) => format!("{number} {noun} would be added."),
            (false, 1) => "1 person is added.".to_owned(),
            (false, _) => format!("{number} {noun} are added."),
        });
    }
}

/// What earlier rows of the file have: each with the place of the row.
#[derive(Default)]
struct Seen {
    names: HashMap<String, String>,
    alike: HashMap<String, String>,
    emails: HashMap<String, String>,
}

impl Seen {
    /// Notes the name and the address of a row, and says which of them an earlier row has.
    fn note(&mut self, place: &str, username: Option<&str>, email: Option<&Email>) -> Vec<String> {
        let mut whys = Vec::new();
        if let Some(username) = username {
            let alike = self.alike.get(&skeleton(username)).cloned();
            match (self.names.get(username), alike) {
                (Some(before), _) => whys.push(format!("username: {before} has {username} already")),
                (None, Some(before)) => whys.push(format!("username: {before} has a name that looks the same")),
                (None, None) => {}
            }
            self.names.entry(username.to_owned()).or_insert_with(|| place.to_owned());
            self.alike.entry(skeleton(username)).or_insert_with(|| place.to_owned());
        }
        if let Some(email) = email {
            if let Some(before) = self.emails.get(&email.key()) {
                whys.push(format!("email: {before} has {email} already, perhaps in other letter case"));
            }
            self.emails.entry(email.key()).or_insert_with(|| place.to_owned());
        }
        whys
    }
}

/// Makes a person of a row. The error is one message with everything that is wrong in the row.
fn person(row: &Row, groups: &[Group], seen: &mut Seen, now: Timestamp) -> Result<NewPerson, String> {
    let mut whys = Vec::new();
    let username = taken_from(&mut whys, "username", row.username.parse::<Username>());
    let shown = if row.display_name.is_empty() { &row.username } else { &row.display_name };
    // A display name that follows from the user name has no error of its own.
    let display_name = match shown.parse::<DisplayName>() {
        Err(_) if row.display_name.is_empty() => None,
        parsed => taken_from(&mut whys, "display_name", parsed),
    };
    let mut optional = |field, text: &str| {
        let parsed = Some(text).filter(|text| !text.is_empty()).map(str::parse::<DisplayName>).transpose();
        taken_from(&mut whys, field, parsed).flatten().map(|name| name.to_string())
    };
    let (given_name, family_name) =
        (optional("given_name", &row.given_name), optional("family_name", &row.family_name));
    let email = Some(&*row.email).filter(|text| !text.is_empty()).map(str::parse::<Email>).transpose();
    let email = taken_from(&mut whys, "email", email).flatten();
    let is_verified = match &*row.email_verified {
        "" | "false" | "no" | "0" => false,
        "true" | "yes" | "1" => true,
        other => {
            whys.push(format!("email_verified: {other:?} is neither true nor false"));
            false
        }
    };
    let role = match &*row.role {
        "" => Role::None,
        word => word.parse().unwrap_or_else(|_| {
            whys.push(format!("role: {word:?} is none of none, people and admin"));
            Role::None
        }),
    };
    let mut own: Vec<GroupId> = Vec::new();
    for name in &row.groups {
        match among(groups, name) {
            Some(group) => own.push(group.id),
            None => whys.push(format!("groups: there is no group named {name}")),
        }
    }
    whys.extend(seen.note(&row.place, username.as_ref().map(Username::as_str), email.as_ref()));
    match (username, display_name) {
        (Some(username), Some(display_name)) if whys.is_empty() => {
            let account = NewAccount {
                id: AccountId::from_random(random()),
                username: username.into(),
                display_name: display_name.to_string(),
                email_verified_at: (is_verified && email.is_some()).then_some(now),
                email,
                password_hash: None,
                role,
                created_at: now,
            };
            Ok(NewPerson { account, given_name, family_name, groups: own })
        }
        _ => Err(format!("{}: {}", row.place, whys.join("; "))),
    }
}

/// Returns what was parsed; on an error, adds it to `whys` after the name of the field.
fn taken_from<T, E: std::fmt::Display>(whys: &mut Vec<String>, field: &str, parsed: Result<T, E>) -> Option<T> {
    parsed.map_err(|why| whys.push(format!("{field}: {why}"))).ok()
}

fn names_of(person: &NewPerson, groups: &[Group]) -> Vec<String> {
    let own = groups.iter().filter(|group| person.groups.contains(&group.id));
    own.map(|group| group.name.to_string()).collect()
}

fn described(person: &NewPerson, groups: &[Group], is_dry_run: bool) -> Value {
    let account = &person.account;
    json!({
        "account_id": (!is_dry_run).then(|| account.id.to_string()),
        "username": account.username,
        "display_name": account.display_name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "email": account.email.as_ref().map(Email::as_str),
        "email_verified": account.email_verified_at.is_some(),
        "role": account.role.word(),
        "groups": names_of(person, groups),
    })
}

fn in_words(person: &NewPerson, groups: &[Group]) -> String {
    let account = &person.account;
    let mut words = vec![account.display_name.clone()];
    words.extend(account.email.as_ref().map(Email::to_string));
    let names = names_of(person, groups);
    if !names.is_empty() {
        words.push(format!("groups {}", names.join(" and ")));
    }
    if account.role != Role::None {
        words.push(format!("role {}", account.role.word()));
    }
    format!("{} ({})", account.username, words.join(", "))
}
