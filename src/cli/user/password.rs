//! `tessera user password`, and how the command line reads a password.

use std::io::{self, Read as _};

use super::one::{Found, One, answer, by};
use crate::account::password::{ChosenPassword, Password, Passwords};
use crate::cause::caused;
use crate::store::records::Records;
use crate::store::records::activity::ActivityKind;

/// The options of `tessera user password`.
#[derive(clap::Args)]
pub struct NewPassword {
    #[command(flatten)]
    one: One,
    /// Read the password from standard input
    #[arg(long, required = true)]
    password_stdin: bool,
    /// Also remove the passkeys of the account, which otherwise still sign in
    #[arg(long)]
    remove_passkeys: bool,
}

impl NewPassword {
    /// Replaces the password of the account.
    pub async fn run(self) -> Result<(), String> {
        let password = read_password()?;
        let removes = self.remove_passkeys;
        self.one.run(async |records, found| change_password(records, found, password, removes).await).await
    }
}

/// What is said if a password opens nothing.
const NO_PASSWORDS: &str = "account.passwords is off, so no password signs anybody in";

async fn change_password(
    records: &Records,
    found: Found,
    password: ChosenPassword,
    removes_passkeys: bool,
) -> Result<(), String> {
    let takes_passwords = records.ways_in().passwords;
    if removes_passkeys && !takes_passwords {
        return Err(format!(
            "{NO_PASSWORDS}: without passkeys {} could not sign in any more. `tessera user recover` makes a link with which \
             they choose another passkey",
            found.name
        ));
    }
    let hash = Passwords::new().hash(password).await.map_err(|error| error.to_string())?;
    let (account, by) = (&found.account, by());
    let changed = format!("The password of {} is changed.", found.name);
    if removes_passkeys {
        let (ended, removed) = records.replace_ways_in(account.id, hash, by).await.map_err(|fault| caused(&fault))?;
        return answer(records, &found, &format!("{changed} Passkeys removed: {removed}."), Some(ended)).await;
    }
    let ended = records.replace_password(account.id, hash, by.at).await.map_err(|fault| caused(&fault))?;
    let line = by.line(ActivityKind::PasswordChanged, Some(account.id), &account.display_name, String::new());
    records.add_activity(line).await.map_err(|fault| caused(&fault))?;
    let stay = match records.passkeys_of(account.id).await.map_err(|fault| caused(&fault))?.len() {
        0 => String::new(),
        some => format!(" Passkeys that stay: {some}; --remove-passkeys removes them too."),
    };
    let off = if takes_passwords { String::new() } else { format!(" But {NO_PASSWORDS}.") };
    answer(records, &found, &format!("{changed}{off}{stay}"), Some(ended)).await
}

/// Reads a password from standard input, without line breaks at its end, and checks it.
pub fn read_password() -> Result<ChosenPassword, String> {
    let mut typed = String::new();
    io::stdin()
        .take(2048)
        .read_to_string(&mut typed)
        .map_err(|_| "the password on standard input is not text".to_owned())?;
    let password = Password::typed(typed.trim_end_matches(['\n', '\r']).to_owned());
    password.chosen().map_err(|why| why.to_string())
}
