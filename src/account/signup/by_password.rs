//! Making an account with a password.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::asked::{Asked, say_done, say_refused};
use super::form::Checked;
use crate::about;
use crate::account::password::{BUSY_FOR, ChosenPassword, Password, Requester, VerifyError};
use crate::account::session::Witness;
use crate::store::records::directory::person::Taken;
use crate::ticket::ids::AccountId;
use crate::web::problem::Problem;

/// What became of a form with right fields.
enum Added {
    /// The account was added.
    Done,
    /// Another account has this already, so none was added.
    Taken(Taken),
    /// The address of the person made enough accounts; this is the answer.
    TooMany(Response),
}

/// Makes an account with the password in the form.
pub async fn sign_up(asked: Asked<'_>) -> Result<Response, Problem> {
    let Asked { accounts, texts, headers, form, .. } = asked;
    if !accounts.passkeys.takes_passwords() {
        say_refused("no_passwords");
        let page = asked.again(&[], Some(texts.passkeys.no_passwords.to_owned()));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let (checked, password) = match form.read_with_password(&accounts.site, texts) {
        Ok(checked) => checked,
        Err(wrongs) => return Ok(asked.wrong("field_not_taken", &wrongs)),
    };
    let busy = || {
        say_refused("busy");
        Ok(Problem::queue_full(BUSY_FOR).beside_form(headers, texts, |text| asked.again(&[], Some(text))))
    };
    let (id, username) = (form.account(), checked.username.as_str().to_owned());
    let (way, requester) = match add(&asked, id, checked, password).await {
        Ok(Added::Done) => ("sign_up", Requester::Choosing),
        // If the button was pressed twice, the first request made the account. Whoever sends the form again is a stranger,
        // because that can be repeated without end.
        Ok(Added::Taken(_)) if accounts.records.account(id).await?.is_some() => {
            ("password", Requester::Stranger(asked.from))
        }
        Ok(Added::Taken(taken)) => return Ok(asked.taken(taken)),
        Ok(Added::TooMany(answer)) => return Ok(answer),
        Err(VerifyError::Fault(fault)) => return Err(fault.into()),
        Err(VerifyError::Busy | VerifyError::Wrong) => return busy(),
    };
    about::account(id);
    let password = Password::typed(form.password.clone());
    let verified = match accounts.passwords.verify(&accounts.records, &username, password, requester).await {
        Ok(verified) => verified,
        Err(VerifyError::Fault(fault)) => return Err(fault.into()),
        Err(VerifyError::Busy) => return busy(),
        // The same page was sent again with another password.
        Err(VerifyError::Wrong) => return Ok(asked.taken(Taken::Username)),
    };
    asked.signed_in(Witness::Verified(Box::new(verified)), way).await
}

/// Adds the account. Whether its names are free is asked before the account is counted and the password is hashed, which takes
/// a core for a while. If the account is not made, it is not counted.
async fn add(
    asked: &Asked<'_>,
    id: AccountId,
    checked: Checked,
    password: ChosenPassword,
) -> Result<Added, VerifyError> {
    let accounts = asked.accounts;
    let (mut person, by) = asked.person(id, checked);
    let taken = accounts.records.add_people(vec![person.clone()], true, by.clone()).await?;
    if let Some(conflict) = taken.first() {
        return Ok(Added::Taken(conflict.taken));
    }
    if let Some(too_many) = asked.too_many() {
        return Ok(Added::TooMany(too_many));
    }
    let hash = accounts.passwords.hash(password).await.inspect_err(|_| asked.not_made())?;
    person.account.password_hash = Some(hash);
    // After a fault it is not known whether the account was made.
    let taken = accounts.records.add_people(vec![person], false, by).await?;
    if let Some(conflict) = taken.first() {
        asked.not_made();
        return Ok(Added::Taken(conflict.taken));
    }
    say_done(id);
    Ok(Added::Done)
}
