//! The parameters of a request (RFC 6749 §3.1). Those that any endpoint knows are read: one that occurs twice
//! is an error, and one without a value counts as missing. All others are ignored however often they occur,
//! as `resource` may (RFC 8707 §2).

use axum::extract::{FromRequest, RawForm, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use percent_encoding::percent_decode;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use super::error::OAuthError;
use crate::web::bounds::STATE_BYTES;

/// A request parameter that this server reads at one endpoint or another; all other parameters are ignored. Each has
/// the name that its specification gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[expect(missing_docs, reason = "each is the parameter of its name")]
pub enum Param {
    Accent,
    AccessToken,
    AcrValues,
    #[strum(serialize = "appid")]
    AppId,
    Background,
    ClientAssertion,
    ClientAssertionType,
    ClientId,
    ClientSecret,
    Code,
    CodeChallenge,
    CodeChallengeMethod,
    CodeVerifier,
    DeviceCode,
    Error,
    ErrorDescription,
    Font,
    GrantType,
    IdTokenHint,
    Iss,
    Lang,
    LoginHint,
    LoginType,
    MaxAge,
    Nonce,
    #[strum(serialize = "openid")]
    OpenId,
    Origin,
    PostLogoutRedirectUri,
    Prompt,
    Radius,
    RedirectUri,
    RefreshToken,
    Registration,
    Request,
    RequestUri,
    ResponseMode,
    ResponseType,
    Scheme,
    Scope,
    Secret,
    SelfRedirect,
    /// The one parameter that need not be UTF-8: it belongs to the app, and this server does not interpret it.
    State,
    Text,
    Token,
    UiLocales,
}

impl Param {
    /// Returns the name of the parameter, as it is written in a request.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The parameters of a request that are named in [`Param`], with their values, in the order of the request.
#[derive(Clone, Default)]
pub struct Params {
    pairs: Vec<(Param, Vec<u8>)>,
    /// The names of parameters that occur twice or are not UTF-8, and the reason.
    wrong: Vec<(Param, &'static str)>,
}

/// The `state` of an app, which is returned to it byte for byte. Some apps send another encoding than UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AppState {
    /// A state in UTF-8.
    Text(String),
    /// A state that is not UTF-8.
    Bytes(Vec<u8>),
}

impl AppState {
    /// Returns the bytes of the `state`, as the app sent them.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl Params {
    /// Reads the known parameters of a query or a form (WHATWG URL §5.1). A parameter without a value
    /// counts as missing. Of a parameter that occurs twice the first value is kept, and a value that is not
    /// UTF-8 is left out, except that of `state`. [`Params::check`] reports both faults.
    pub fn read(form: &[u8]) -> Self {
        let mut params = Self::default();
        let mut seen = Vec::new();
        for pair in form.split(|byte| *byte == b'&') {
            let end = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (name, value) = (plain(&pair[..end]), plain(pair.get(end + 1..).unwrap_or_default()));
            let Some(name) = str::from_utf8(&name).ok().and_then(|name| name.parse::<Param>().ok()) else { continue };
            if seen.contains(&name) {
                params.wrong.push((name, "a parameter is there twice"));
                continue;
            }
            seen.push(name);
            if name != Param::State && str::from_utf8(&value).is_err() {
                params.wrong.push((name, "a parameter is not UTF-8"));
            } else if !value.is_empty() {
                params.pairs.push((name, value));
            }
        }
        params
    }

    /// Fails with `invalid_request` if one of these parameters occurs twice in the request or is not UTF-8.
    pub fn check(&self, names: &[Param]) -> Result<(), OAuthError> {
        let wrong = self.wrong.iter().find(|(name, _)| names.contains(name));
        wrong.map_or(Ok(()), |(_, why)| Err(OAuthError::InvalidRequest(why)))
    }

    /// Fails with `invalid_request` if any parameter that is named in [`Param`] occurs twice in the request or is not
    /// UTF-8.
    pub fn check_all(&self) -> Result<(), OAuthError> {
        self.wrong.first().map_or(Ok(()), |(_, why)| Err(OAuthError::InvalidRequest(why)))
    }

    /// Returns these parameters with `name` set to `value`, in place of the value in the request. If the request had
    /// this parameter twice or not in UTF-8, [`Params::check`] reports that all the same.
    #[must_use]
    pub fn with(mut self, name: Param, value: &str) -> Self {
        self.pairs.retain(|(key, _)| *key != name);
        self.pairs.push((name, value.into()));
        self
    }

    /// Returns the names and values of all parameters that are UTF-8, in their order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().filter_map(|(name, value)| Some((name.name(), str::from_utf8(value).ok()?)))
    }

    /// Returns the value of a parameter, or its first value if it occurs twice; `None` if it is missing, empty or not
    /// UTF-8.
    pub fn get(&self, name: Param) -> Option<&str> {
        let (_, value) = self.pairs.iter().find(|(key, _)| *key == name)?;
        str::from_utf8(value).ok()
    }

    /// Returns the value of a required parameter; fails with [`OAuthError::Missing`] if [`Params::get`] returns `None`.
    pub fn need(&self, name: Param) -> Result<&str, OAuthError> {
        self.get(name).ok_or(OAuthError::Missing(name.name()))
    }

    /// Returns the `state`, unchanged; `None` if it is missing or empty. Fails with `invalid_request` if it is longer
    /// than 2048 bytes or has control characters.
    pub fn state(&self) -> Result<Option<AppState>, OAuthError> {
        const WRONG: OAuthError =
            OAuthError::InvalidRequest("state has 2048 bytes at most, and no control characters among them");
        let Some((_, bytes)) = self.pairs.iter().find(|(name, _)| *name == Param::State) else { return Ok(None) };
        let (state, has_controls) = match String::from_utf8(bytes.clone()) {
            Ok(text) => (AppState::Text(text.clone()), text.chars().any(char::is_control)),
            Err(_) => (AppState::Bytes(bytes.clone()), bytes.iter().any(u8::is_ascii_control)),
        };
        if bytes.len() > STATE_BYTES || has_controls { Err(WRONG) } else { Ok(Some(state)) }
    }

    /// Returns the words of a parameter that is a list separated by spaces; none if it is missing.
    pub fn words(&self, name: Param) -> impl Iterator<Item = &str> {
        self.get(name).unwrap_or_default().split(' ').filter(|word| !word.is_empty())
    }
}

/// Decodes a name or a value of a form: `+` to a space, and percent-encoded bytes. The result need not be UTF-8.
fn plain(part: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).collect()
}

/// Returns whether the body of a request is a form, by its `Content-Type` (`application/x-www-form-urlencoded`).
pub fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// The parameters of a request in which some may occur twice or not be UTF-8. A handler takes them if it calls
/// [`Params::check`] itself, to choose how the error is answered.
pub struct Unchecked(pub Params);

/// Reads the query of a `GET` request, or the form in the body of a `POST` request and nothing else.
impl<S: Send + Sync> FromRequest<S> for Unchecked {
    type Rejection = OAuthError;

    async fn from_request(request: Request, state: &S) -> Result<Self, OAuthError> {
        let form = RawForm::from_request(request, state).await.map_err(|_| {
            OAuthError::InvalidRequest("the parameters are not a form (application/x-www-form-urlencoded)")
        })?;
        Ok(Self(Params::read(&form.0)))
    }
}

impl<S: Send + Sync> FromRequest<S> for Params {
    type Rejection = OAuthError;

    async fn from_request(request: Request, state: &S) -> Result<Self, OAuthError> {
        let Unchecked(params) = Unchecked::from_request(request, state).await?;
        params.check_all().map(|()| params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &str) -> Params {
        Params::read(form.as_bytes())
    }

    #[test]
    fn sec_45_no_parameter_is_there_twice_and_an_empty_one_is_none() {
        let params = read("scope=1&nonce=&prompt");
        assert!(params.check_all().is_ok());
        assert_eq!(
            (params.get(Param::Scope), params.get(Param::Nonce), params.get(Param::Prompt)),
            (Some("1"), None, None)
        );
        for twice in ["scope=1&scope=1", "scope=&nonce=&scope=", "scope=1&%73cope=2", "scope=1&scope"] {
            assert!(read(twice).check_all().is_err(), "{twice}");
        }
        // RFC 6749 §3.1: what is not known is ignored. RFC 8707 §2: `resource` may repeat.
        for unknown in ["x=1&x=2", "resource=https://a.example&resource=https://b.example", "=&=&&", "Scope=1&Scope=2"]
        {
            assert!(read(unknown).check_all().is_ok(), "{unknown}");
        }
        let params = read("nonce=1&nonce=2&scope=openid");
        assert!(params.check(&[Param::Scope]).is_ok() && params.check(&[Param::Scope, Param::Nonce]).is_err());
    }

    #[test]
    fn a_form_is_read_without_loss_and_what_is_no_text_is_refused() {
        let state = |form: &str| read(form).state().map(|state| state.map(|state| state.as_bytes().to_vec()));
        for (form, bytes) in [
            ("state=a+b%2Bc%20d%2", &b"a b+c d%2"[..]),
            ("state=%C4%E3%BA%C3", b"\xc4\xe3\xba\xc3"),
            ("state=caf%E9", b"caf\xe9"),
            ("state=caf%C3%A9=&x", "café=".as_bytes()),
            ("state=%EF%BF%BD", "\u{fffd}".as_bytes()),
        ] {
            assert_eq!(state(form).ok().flatten().as_deref(), Some(bytes), "{form}");
        }
        for wrong in
            ["state=a%00b", "state=%C4%0A", "state=a%7F", "state=%C2%85", &format!("state={}", "%E9".repeat(2049))]
        {
            assert!(state(wrong).is_err(), "{wrong}");
        }
        for wrong in ["scope=%C4%E3", "nonce=caf%E9", "redirect_uri=https://a.example/%FF"] {
            assert!(read(wrong).check_all().is_err(), "{wrong}");
        }
        assert!(read("other=%FF&%FF=1").check_all().is_ok());
    }

    #[test]
    fn what_is_kept_of_a_state_is_read_as_it_was() {
        for state in [AppState::Text("é".to_owned()), AppState::Bytes(vec![0xc4, 0xe3])] {
            let kept = serde_json::to_string(&state).expect("JSON");
            assert_eq!(serde_json::from_str::<AppState>(&kept).expect("a state"), state);
        }
        assert_eq!(serde_json::from_str::<AppState>("\"s1\"").expect("older"), AppState::Text("s1".to_owned()));
    }
}
