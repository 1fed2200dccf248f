//! The steps of the phone as an API for the operator's own mobile app, which sends its bearer token. The app
//! takes the same steps as the phone's page and gets the same facts and refusals, as JSON. The account is taken
//! from the token alone.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::server_functions::fields_of_words;
use crate::account::activity::Whence;
use crate::account::phone_token::TokenError;
use crate::account::session::SignedIn;
use crate::login::Login;
use crate::login::facts::Facts;
use crate::login::flow::{Choice, StepError};
use crate::login::keys::ScanCode;
use crate::login::ladder::{Scan, ScanBy};
use crate::login::watch::carriers::{Resume, Waiter, carry};
use crate::store::records::Account;
use crate::text::Texts;
use crate::ticket::approval::Stay;
use crate::ticket::event::Event;
use crate::ticket::ids::UserCode;
use crate::ticket::ladder::Answer;
use crate::ticket::machine::{Refused, ScanCause, Ticket};
use crate::web::client::ClientAddress;
use crate::web::problem::{Beside, Problem};
use crate::websocket::handshake::Upgrade;

/// The JSON answer to a step: the state of the ticket after it, and the facts that the confirm page shows.
#[derive(Serialize)]
struct StepAnswer {
    /// The scan code, also if a typed code was sent.
    code: String,
    #[serde(flatten)]
    event: Event,
    facts: Facts,
}

/// One request of a phone's app, with its account verified: the account, the ticket's code, the client's
/// address, and its parameters.
pub struct Call {
    login: Login,
    who: SignedIn,
    from: ClientAddress,
    whence: Whence,
    code: ScanCode,
    /// Whether the path has the typed code.
    is_typed: bool,
    parameters: Parameters,
}

/// The parameters in the body of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameters {
    /// Whether a person pressed something in the app; only for a scan.
    #[serde(default)]
    pressed: bool,
    /// The words of the ticked profile fields; only for an approval.
    #[serde(default)]
    fields: Option<Vec<String>>,
    /// The answer to what the approval asks; only for an approval.
    #[serde(default)]
    answer: String,
    /// Whether the browser is to be remembered; only for an approval.
    #[serde(default)]
    remember: bool,
    /// For how long the browser is to stay signed in; only for an approval.
    #[serde(default)]
    stay: Option<Stay>,
}

/// `POST /v1/tickets/{code}/scan`: scans the code. Without `pressed` the browser is not shown which account
/// scanned, because any site can have a link opened in an app. A ticket for one account is scanned only with
/// `pressed`.
pub async fn scan(call: Call) -> Result<Response, Problem> {
    call.check_parameters(&Parameters { pressed: call.parameters.pressed, ..Parameters::default() })?;
    let cause = if call.parameters.pressed { ScanCause::Pressed } else { ScanCause::Opened };
    let scan = Scan { cause, by: if call.is_typed { ScanBy::Typing } else { ScanBy::Camera }, phone: call.from };
    let scanned = call.login.flow.scan(call.code, &call.who, None, scan).await;
    call.login.note_if_refused(scanned.as_ref(), call.code, &call.who, call.from).await;
    call.answer(&scanned?).await
}

/// `POST /v1/tickets/{code}/approve`: approves the sign-in; refused if the account may not use the app. `fields` are the profile fields that the app gets;
/// without it, those that the answer to `scan` has as ticked.
pub async fn approve(call: Call) -> Result<Response, Problem> {
    call.check_parameters(&Parameters { pressed: false, ..call.parameters.clone() })?;
    let answer = call.parameters.answer.parse::<Answer>().map_err(|_| unknown_parameter())?;
    let decided = call.login.flow.approve(call.code, &call.who, call.choice(), answer).await;
    let step = decided.as_ref().map(|decided| &decided.ticket);
    call.login.note_if_refused(step, call.code, &call.who, call.from).await;
    let decided = match decided {
        Err(StepError::Refused(refused @ (Refused::VerificationRequired | Refused::NotApprovable))) => {
            return call.required(refused).await;
        }
        decided => decided?,
    };
    call.login.note_decision(&call.who.account, &call.whence, &decided).await;
    call.answer(&decided.ticket).await
}

/// `POST /v1/tickets/{code}/deny`: denies the sign-in.
pub async fn deny(call: Call) -> Result<Response, Problem> {
    call.check_parameters(&Parameters::default())?;
    let decided = call.login.flow.deny(call.code, call.who.account.id).await?;
    call.login.note_decision(&call.who.account, &call.whence, &decided).await;
    call.answer(&decided.ticket).await
}

/// `GET /v1/tickets/{code}/watch`: sends the events of a ticket that this account scanned or decided.
pub async fn watch(
    State(login): State<Login>,
    Path(code): Path<String>,
    Query(resume): Query<Resume>,
    waiter: Waiter,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Response {
    let watch = async {
        let account = account(&login, &headers).await?;
        let code = read_code(&login, &account, &code).await?;
        let who = SignedIn { account, session: None };
        let begin = login.flow.watch_as_phone(code.ticket, &who);
        carry(upgrade, &headers, resume, &login.site, login.stopping.clone().into(), waiter, begin).await
    };
    watch.await.unwrap_or_else(refused)
}

impl Call {
    async fn answer(&self, ticket: &Ticket) -> Result<Response, Problem> {
        let facts = self.login.facts(ticket, &self.who, self.from).await?;
        let code = self.login.flow.link_text(self.code);
        Ok(Json(StepAnswer { code, event: self.login.flow.event(ticket).await, facts }).into_response())
    }

    /// Returns the answer to an approval without the answer that is owed: the refusal, with the facts that say what is.
    async fn required(&self, refused: Refused) -> Result<Response, Problem> {
        let ticket = self.login.flow.get(self.code.ticket).await?;
        let facts = self.login.facts(&ticket, &self.who, self.from).await?;
        let mut response = Problem::from(StepError::from(refused)).into_response();
        let facts = serde_json::to_value(facts).map_err(|_| Problem::broken())?;
        response.extensions_mut().insert(Beside(Map::from_iter([("facts".to_owned(), facts)])));
        Ok(response)
    }

    /// Returns what the person chose with their approval.
    fn choice(&self) -> Choice {
        let Parameters { fields, remember, stay, .. } = &self.parameters;
        let ticked = fields.as_deref().map(fields_of_words);
        Choice { ticked, remembers: *remember, stay: stay.unwrap_or_default() }
    }

    /// Returns an error if the request has more parameters than `taken`, which are those that its step takes.
    fn check_parameters(&self, taken: &Parameters) -> Result<(), Problem> {
        if self.parameters == *taken { Ok(()) } else { Err(unknown_parameter()) }
    }
}

async fn account(login: &Login, headers: &HeaderMap) -> Result<Account, Problem> {
    let tokens = login.phone_tokens.as_ref().ok_or(TokenError::Off);
    let account = match tokens {
        Ok(tokens) => tokens.account(headers).await,
        Err(off) => Err(off),
    };
    account.map_err(|error| {
        type Advice = fn(&'static Texts) -> &'static str;
        let (status, code, advice): (StatusCode, &'static str, Advice) = match error {
            TokenError::Fault(fault) => return fault.into(),
            TokenError::Off => (StatusCode::NOT_FOUND, "phone_tokens_off", |texts| texts.programs.off),
            TokenError::Missing => (StatusCode::UNAUTHORIZED, "missing_token", |texts| texts.programs.missing),
            TokenError::Invalid => (StatusCode::UNAUTHORIZED, "invalid_token", |texts| texts.programs.invalid),
            TokenError::Disabled => (StatusCode::FORBIDDEN, "account_disabled", |texts| texts.signin.account_disabled),
            TokenError::NoKeys => {
                (StatusCode::SERVICE_UNAVAILABLE, "keys_unavailable", |texts| texts.problems.broken_advice)
            }
        };
        tracing::info!(code, "a phone's token was refused");
        Problem::saying(status, code, move |texts| (texts.programs.title, advice(texts)))
    })
}

/// Returns the answer to a refused request; a 401 names the authentication scheme (RFC 6750 §3).
fn refused(problem: Problem) -> Response {
    let unauthorized = problem.status == StatusCode::UNAUTHORIZED;
    let mut response = problem.into_response();
    if unauthorized {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Returns the scan code for the code in the path of a request, which is a scan code itself or a typed code.
/// Typed codes are short, so their attempts are limited per account (RFC 8628 §5.1).
async fn read_code(login: &Login, account: &Account, text: &str) -> Result<ScanCode, Problem> {
    match text.parse::<UserCode>() {
        Ok(typed) => {
            login.limits.typed_code(account.id)?;
            Ok(login.flow.resolve_typed(typed).await?)
        }
        Err(_) => Ok(login.flow.parse_scan_code(text)?),
    }
}

impl<S> axum::extract::FromRequest<S> for Call
where
    S: Send + Sync,
    Login: axum::extract::FromRef<S>,
{
    type Rejection = Response;

    async fn from_request(request: axum::extract::Request, state: &S) -> Result<Self, Response> {
        let login = <Login as axum::extract::FromRef<S>>::from_ref(state);
        read(login, request).await.map_err(refused)
    }
}

async fn read(login: Login, request: axum::extract::Request) -> Result<Call, Problem> {
    use axum::extract::FromRequestParts as _;
    let (mut parts, body) = request.into_parts();
    let from = ClientAddress::from_request_parts(&mut parts, &()).await?;
    let account = account(&login, &parts.headers).await?;
    login.limits.decision(account.id)?;
    let Path(code) = Path::<String>::from_request_parts(&mut parts, &()).await.map_err(|_| Problem::malformed())?;
    let RawQuery(query) = RawQuery::from_request_parts(&mut parts, &()).await.map_err(|_| Problem::malformed())?;
    let body = axum::body::to_bytes(body, crate::web::bounds::BODY_BYTES).await.map_err(|_| Problem::malformed())?;
    let parameters = parse_parameters(&body).filter(|_| query.is_none_or(|query| query.is_empty()));
    let parameters = parameters.ok_or_else(unknown_parameter)?;
    let is_typed = code.parse::<UserCode>().is_ok();
    let code = read_code(&login, &account, &code).await?;
    let whence = Whence::of(&parts.headers, from);
    Ok(Call { login, who: SignedIn { account, session: None }, from, whence, code, is_typed, parameters })
}

/// Parses the parameters of a request: a JSON object, or a form with one parameter. An empty body has none.
/// `None` if the body cannot be parsed or has an unknown parameter.
fn parse_parameters(body: &Bytes) -> Option<Parameters> {
    let body = std::str::from_utf8(body).ok()?.trim_ascii();
    match body.strip_prefix("fields=") {
        Some(words) if !words.contains('&') => {
            let words = percent_decode_str(words).decode_utf8().ok()?;
            Some(Parameters { fields: Some(words.split('+').map(str::to_owned).collect()), ..Parameters::default() })
        }
        None if body == "pressed=true" => Some(Parameters { pressed: true, ..Parameters::default() }),
        None if body.is_empty() => Some(Parameters::default()),
        _ => serde_json::from_str(body).ok(),
    }
}

/// Returns the refusal of a request with a parameter that its step does not take, such as an account id: the
/// account is taken from the token alone.
fn unknown_parameter() -> Problem {
    Problem { code: "unknown_parameter", ..Problem::malformed_because(|texts| texts.programs.parameter) }
}
