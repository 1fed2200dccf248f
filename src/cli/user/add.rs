//! `tessera user add`.

use serde_json::Value;

use super::one::{by, one_described};
use super::password::read_password;
use crate::account::password::Passwords;
use crate::account::{DisplayName, Username};
use crate::cause::caused;
use crate::cli::common::{How, say};
use crate::cli::find;
use crate::clock::Clock;
use crate::crypto::random::random;
use crate::names::NotAName;
use crate::store::records::NewAccount;
use crate::store::records::directory::person::NewPerson;
use crate::store::records::people::{Email, NotAnEmail, Role};
use crate::ticket::ids::AccountId;

/// The options of `tessera user add`.
#[derive(clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Add {
    /// User name that the owner types to sign in
    name: String,
    /// Name that others see [default: the name]
    #[arg(long)]
    display_name: Option<String>,
    /// Given name
    #[arg(long)]
    given_name: Option<String>,
    /// Family name
    #[arg(long)]
    family_name: Option<String>,
    /// E-mail address; no two accounts have the same, in whatever letter case
    #[arg(long)]
    email: Option<String>,
    /// You know that the address is theirs, so that apps may trust it
    #[arg(long, requires = "email")]
    email_verified: bool,
    /// Group of which the account becomes a member; may be given several times
    #[arg(long)]
    group: Vec<String>,
    /// What the account may administer [default: none]
    #[arg(long, value_enum, conflicts_with = "admin")]
    role: Option<Role>,
    /// Make it an administrator, who manages everything, as --role admin does
    #[arg(long)]
    admin: bool,
    /// Read the password from standard input
    #[arg(long, required_unless_present = "no_password")]
    password_stdin: bool,
    /// Set no password: the owner chooses one later
    #[arg(long, conflicts_with = "password_stdin")]
    no_password: bool,
    #[command(flatten)]
    how: How,
}

impl Add {
    /// Adds the account.
    pub async fn run(self) -> Result<(), String> {
        let said = |why: NotAName| why.to_string();
        let username: Username = self.name.parse().map_err(said)?;
        let display_name = self.display_name.as_deref().unwrap_or(&self.name).parse::<DisplayName>().map_err(said)?;
        let [given_name, family_name] = [&self.given_name, &self.family_name]
            .map(|name| name.as_deref().map(str::parse::<DisplayName>).transpose().map_err(said));
        let email = self.email.as_deref().map(str::parse::<Email>).transpose();
        let email = email.map_err(|why: NotAnEmail| why.to_string())?;
        let password_hash = if self.no_password {
            None
        } else {
            let hash = Passwords::new().hash(read_password()?).await;
            Some(hash.map_err(|error| error.to_string())?)
        };
        let now = Clock::system().now();
        let role = if self.admin { Role::Admin } else { self.role.unwrap_or_default() };
        let account = NewAccount {
            id: AccountId::from_random(random()),
            username: username.as_str().to_owned(),
            display_name: display_name.to_string(),
            email: email.clone(),
            email_verified_at: self.email_verified.then_some(now),
            password_hash,
            role,
            created_at: now,
        };
        let (given_name, family_name) = (given_name?, family_name?);
        let mut person = NewPerson {
            account,
            given_name: given_name.map(|name| name.to_string()),
            family_name: family_name.map(|name| name.to_string()),
            groups: Vec::new(),
        };
        let (id, name) = (person.account.id, username.as_str());
        self.how
            .on
            .run(async |_, records| {
                for group in &self.group {
                    person.groups.push(find::group(records, group).await?.id);
                }
                let conflicts = records.add_people(vec![person], false, by()).await.map_err(|fault| caused(&fault))?;
                if let Some(conflict) = conflicts.first() {
                    return Err(find::taken(conflict.taken, name, email.as_ref()));
                }
                if self.how.json {
                    let document: Value = one_described(records, id).await?;
                    say(&document.to_string());
                    return Ok(());
                }
                let can = if self.no_password { "is added without a password" } else { "can sign in" };
                let more = match role {
                    Role::None => "",
                    Role::People => " and manages people",
                    Role::Admin => " and is an administrator",
                };
                say(&format!("{name} {can}{more}."));
                Ok(())
            })
            .await
    }
}
