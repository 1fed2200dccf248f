//! The steps of the phone as server functions: they answer forms, which work without WebAssembly, and calls
//! of scripts. Each finds out who asks, calls the step of the flow, and leads back to the page.

use leptos::prelude::*;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// Path of the server function [`scan`].
#[cfg(feature = "ssr")]
pub const SCAN: &str = "/api/scan";
/// Path of the server function [`approve`].
#[cfg(feature = "ssr")]
pub const APPROVE: &str = "/api/approve";
/// Path of the server function [`deny`].
#[cfg(feature = "ssr")]
pub const DENY: &str = "/api/deny";

/// Why a scan, an approval or a denial by the phone was not carried out. It never contains an error text of a
/// library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum DecideError {
    /// No account is signed in on this device.
    #[error("sign in first")]
    SignInFirst,
    /// The step was refused, by the flow or by a rate limit. The codes of the flow are those of
    /// `flow::StepError::code`.
    #[error("refused: {code}")]
    Refused {
        /// The stable code of the refusal.
        code: String,
    },
    /// The request does not have the parameters of a step, or its answer could not be made.
    #[error("malformed request")]
    MalformedRequest,
}

impl FromServerFnError for DecideError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::MalformedRequest
    }
}

/// `POST /api/scan`: scans the code for the account that is signed in on the phone.
#[server(prefix = "/api", endpoint = "scan")]
pub async fn scan(
    /// The scan code.
    code: String,
    /// Whether a person pressed the button of the page: a browser then sends the button's value, and a script
    /// that submits the form does not.
    #[server(default)]
    pressed: bool,
) -> Result<(), DecideError> {
    let asking = server::asking(&code).await?;
    let scanned = asking.login.flow.scan(asking.code, &asking.who, asking.own_key, asking.scan(pressed)).await;
    asking.note_if_refused(scanned.as_ref()).await;
    asking.back(scanned)
}

/// `POST /api/approve`: approves the sign-in for the account that scanned the code.
#[server(prefix = "/api", endpoint = "approve")]
pub async fn approve(
    /// The scan code.
    code: String,
    /// The ticked boxes, and an empty text that tells a form without a tick from one without boxes; if
    /// absent, the boxes are taken as the page showed them at first.
    #[server(default)]
    fields: Option<Vec<String>>,
    /// The answer to what the approval asks: the number that the person chose, the end of the code as they typed it, or that
    /// the page goes on to show the digits which are typed in the browser.
    #[server(default)]
    answer: String,
    /// What the browser answered about a passkey.
    #[server(default)]
    credential: String,
    /// Whether the browser is to be remembered.
    #[server(default)]
    remember: bool,
    /// For how long the browser is to stay signed in.
    #[server(default)]
    stay: String,
) -> Result<(), DecideError> {
    let mut asking = server::asking(&code).await?;
    let answer = asking.answer(&answer, &credential).await?;
    let choice = server::Choice {
        ticked: fields.as_deref().map(server::fields_of_words),
        remembers: remember,
        stay: server::Stay::of_word(&stay),
    };
    let approved = asking.login.flow.approve(asking.code, &asking.who, choice, answer).await;
    asking.note_if_refused(approved.as_ref().map(|decided| &decided.ticket)).await;
    asking.decided(approved).await
}

/// `POST /api/deny`: denies the sign-in for the account that scanned the code.
#[server(prefix = "/api", endpoint = "deny")]
pub async fn deny(
    /// The scan code.
    code: String,
) -> Result<(), DecideError> {
    let asking = server::asking(&code).await?;
    let denied = asking.login.flow.deny(asking.code, asking.who.account.id).await;
    asking.decided(denied).await
}

#[cfg(feature = "ssr")]
pub use server::fields_of_words;

#[cfg(feature = "ssr")]
mod server {
    use std::net::{IpAddr, Ipv4Addr};

    use axum::http::request::Parts;
    use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
    use leptos::prelude::{expect_context, use_context};
    use leptos_axum::ResponseOptions;

    use crate::account::activity::Whence;
    use crate::account::passkey::{Refused, Step};
    use crate::account::receipt_heads;
    use crate::account::session::{ACCOUNT_SWITCHED, SignedIn};
    use crate::consent::field::Fields;
    use crate::login::Login;
    pub(in crate::login) use crate::login::flow::Choice;
    use crate::login::flow::{Decided, StepError};
    use crate::login::keys::ScanCode;
    use crate::login::ladder::{Scan, ScanBy};
    use crate::login::phone::server_functions::DecideError;
    use crate::login::phone::who::own_key;
    use crate::store::records::activity::ActivityKind;
    pub(in crate::login) use crate::ticket::approval::Stay;
    use crate::ticket::ids::{ClaimKeyHash, NotACode};
    use crate::ticket::ladder::Answer;
    use crate::ticket::machine::{ScanCause, Ticket};
    use crate::web::client::ClientAddress;
    use crate::web::form::owner::MadeFor;
    use crate::web::problem::{Problem, wants_html};

    /// The address of a client whose address is not known; it is in no network and no country.
    const UNKNOWN: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

    /// A request to scan, approve or deny that may go on: the code is one of this server's, a person is signed
    /// in, and their rate limit is not reached.
    pub(in crate::login) struct Asking {
        pub login: Login,
        pub code: ScanCode,
        pub who: SignedIn,
        pub own_key: Option<ClaimKeyHash>,
        from: Whence,
        headers: HeaderMap,
        reply: Reply,
    }

    /// How a request is answered: a form is redirected to `page`, and a script gets a status and JSON.
    struct Reply {
        html: bool,
        page: String,
    }

    /// Returns the set of the profile fields that these words name; unknown words are left out.
    pub fn fields_of_words(words: &[String]) -> Fields {
        Fields::parse(words.iter().map(String::as_str))
    }

    pub(in crate::login) async fn asking(code: &str) -> Result<Asking, DecideError> {
        let login = expect_context::<Login>();
        let parts = use_context::<Parts>();
        let from = parts.as_ref().map(Whence::of_parts).unwrap_or_default();
        let made_for = parts.as_ref().and_then(|parts| MadeFor::sent(&parts.extensions, &parts.uri));
        let made_for = made_for.map(str::to_owned);
        let headers = parts.map(|parts| parts.headers).unwrap_or_default();
        let mut reply = Reply { html: wants_html(&headers), page: "/link".to_owned() };
        let code = login.flow.parse_scan_code(code).map_err(|error| reply.refuse(error))?;
        reply.page = format!("/s/{}", login.flow.link_text(code));
        let who = match login.sessions.find_for(&headers, made_for.as_deref()).await {
            Ok(Some(who)) => who,
            Ok(None) => return Err(reply.send(StatusCode::UNAUTHORIZED, DecideError::SignInFirst)),
            // The page would show the code to the account in use, and not say that nothing was decided.
            Err(problem) if problem.code == ACCOUNT_SWITCHED => {
                let options = expect_context::<ResponseOptions>();
                options.set_status(problem.status);
                // The answer leads back to the page once the person chose an account.
                options.insert_header(header::LOCATION, reply.location());
                return Err(DecideError::Refused { code: problem.code.to_owned() });
            }
            Err(problem) => {
                return Err(reply.send(problem.status, DecideError::Refused { code: problem.code.to_owned() }));
            }
        };
        if let Err(problem) = login.limits.decision(who.account.id) {
            // A redirect to the page would not show this refusal, so it is an answer of its own.
            let options = expect_context::<ResponseOptions>();
            options.set_status(problem.status);
            options.insert_header(header::RETRY_AFTER, HeaderValue::from(problem.retry_seconds()));
            return Err(DecideError::Refused { code: problem.code.to_owned() });
        }
        Ok(Asking { code, who, own_key: own_key(&headers), from, headers, reply, login })
    }

    impl Asking {
        /// Returns how this phone scans. The code of a page was opened, and not typed.
        pub(in crate::login) fn scan(&self, pressed: bool) -> Scan {
            let cause = if pressed { ScanCause::Pressed } else { ScanCause::Opened };
            Scan { cause, by: ScanBy::Camera, phone: ClientAddress(self.from.address.unwrap_or(UNKNOWN)) }
        }

        /// Returns the answer to what the approval owes; verifies a passkey. A form with an answer that cannot be read, or with
        /// a passkey that is refused, is redirected to the page, which says so.
        pub(in crate::login) async fn answer(&mut self, answer: &str, credential: &str) -> Result<Answer, DecideError> {
            if !credential.is_empty() {
                return self.passkey_answer(credential).await;
            }
            answer.parse().map_err(|error: NotACode| {
                self.reply.page.push_str("?malformed=1");
                self.reply.refuse(error.into())
            })
        }

        async fn passkey_answer(&mut self, credential: &str) -> Result<Answer, DecideError> {
            let step = Step::Approve(self.who.account.id, self.code.ticket);
            match self.login.passkeys.verify(&self.headers, step, credential).await {
                Ok(proof) => {
                    if proof.went_back() {
                        self.login
                            .activity
                            .tell(ActivityKind::PasskeyWentBack, &self.who.account, &self.from, "")
                            .await;
                    }
                    Ok(Answer::Passkey(self.login.flow.now()))
                }
                Err(Refused::Fault(fault)) => Err(self.reply.refuse(StepError::Fault(fault))),
                Err(Refused::Because(why, _)) => {
                    why.note("approve");
                    self.reply.page.push_str("?passkey=refused");
                    let code = why.code().to_owned();
                    Err(self.reply.send(StatusCode::UNPROCESSABLE_ENTITY, DecideError::Refused { code }))
                }
            }
        }

        /// Notes it if this step shows that the person may not use the app of the ticket.
        pub(in crate::login) async fn note_if_refused(&self, step: Result<&Ticket, &StepError>) {
            if let Some(address) = self.from.address {
                self.login.note_if_refused(step, self.code, &self.who, ClientAddress(address)).await;
            }
        }

        /// Stores a line of activity about an approval or a denial that was carried out, and answers its request.
        pub(in crate::login) async fn decided(self, outcome: Result<Decided, StepError>) -> Result<(), DecideError> {
            if let Ok(decided) = &outcome {
                self.login.note_decision(&self.who.account, &self.from, decided).await;
                self.remember_receipt(decided).await;
            }
            self.back(outcome.map(|decided| decided.ticket))
        }

        /// Makes the phone remember the newest receipt of its account, if this step approved.
        async fn remember_receipt(&self, decided: &Decided) {
            if decided.receipt.is_some()
                && let Some(cookie) =
                    receipt_heads::after_approval(self.login.flow.receipts(), &self.headers, self.who.account.id).await
            {
                expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, cookie);
            }
        }

        /// Answers a request with the outcome of its scan, approval or denial. A form is redirected to the page
        /// of the code, which shows the outcome; a script gets the outcome itself.
        pub(in crate::login) fn back(self, outcome: Result<Ticket, StepError>) -> Result<(), DecideError> {
            match outcome {
                Ok(_) => {
                    self.reply.go();
                    Ok(())
                }
                Err(error) => Err(self.reply.refuse(error)),
            }
        }
    }

    impl Reply {
        fn refuse(&self, error: StepError) -> DecideError {
            let problem = Problem::from(error);
            self.send(problem.status, DecideError::Refused { code: problem.code.to_owned() })
        }

        fn send(&self, status: StatusCode, error: DecideError) -> DecideError {
            if self.html {
                self.go();
            } else {
                expect_context::<ResponseOptions>().set_status(status);
            }
            error
        }

        fn go(&self) {
            if self.html {
                let options = expect_context::<ResponseOptions>();
                options.set_status(StatusCode::SEE_OTHER);
                options.insert_header(header::LOCATION, self.location());
            }
        }

        fn location(&self) -> HeaderValue {
            HeaderValue::try_from(&self.page).expect("a path of letters and digits")
        }
    }
}
