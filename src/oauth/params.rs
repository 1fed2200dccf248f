//! The parameters of a request, as RFC 6749 §3.1 reads them: none twice, one without a value as if it were not there.

use std::collections::HashSet;

use axum::Form;
use axum::extract::{FromRequest, Request};
use axum::http::Method;

use super::error::OAuthError;
use crate::web::bounds::STATE_BYTES;

/// Names and values, in any order.
#[derive(Clone)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// These parameters; `Err` with the name of one that is there twice.
    pub fn new(mut pairs: Vec<(String, String)>) -> Result<Self, String> {
        // One look at each: a request may have thousands of names.
        let mut seen = HashSet::with_capacity(pairs.len());
        if let Some((twice, _)) = pairs.iter().find(|(name, _)| !seen.insert(name.as_str())) {
            return Err(twice.clone());
        }
        pairs.retain(|(_, value)| !value.is_empty());
        Ok(Self(pairs))
    }

    /// The same with one more, which counts and not what the request says of it.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.retain(|(key, _)| key != name);
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// All of them, in their order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that has to be there.
    pub fn need(&self, name: &'static str) -> Result<&str, OAuthError> {
        self.get(name).ok_or(OAuthError::Missing(name))
    }

    /// What an app wants back with an answer: kept and returned byte for byte, so it is refused rather than mended.
    pub fn state(&self) -> Result<Option<String>, OAuthError> {
        const WRONG: OAuthError =
            OAuthError::InvalidRequest("state has 2048 bytes at most, and no control characters among them");
        let state = self.get("state");
        if state.is_some_and(|state| state.len() > STATE_BYTES || state.chars().any(char::is_control)) {
            return Err(WRONG);
        }
        Ok(state.map(str::to_owned))
    }

    /// The words of a parameter that is a list separated by spaces.
    pub fn words(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).unwrap_or_default().split(' ').filter(|word| !word.is_empty())
    }
}

/// Of a `GET` the query, of a `POST` the form in its body and nothing else.
impl<S: Send + Sync> FromRequest<S> for Params {
    type Rejection = OAuthError;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, OAuthError> {
        if *request.method() == Method::HEAD {
            *request.method_mut() = Method::GET;
        }
        let Form(pairs) = Form::<Vec<(String, String)>>::from_request(request, state).await.map_err(|_| {
            OAuthError::InvalidRequest("the parameters are not a form (application/x-www-form-urlencoded)")
        })?;
        Self::new(pairs).map_err(|_| OAuthError::InvalidRequest("a parameter is there twice"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Result<Params, String> {
        Params::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn sec_45_no_parameter_is_there_twice_and_an_empty_one_is_none() {
        let read = pairs(&[("a", "1"), ("b", "")]).unwrap_or_else(|name| panic!("{name} twice"));
        assert_eq!((read.get("a"), read.get("b"), read.get("c")), (Some("1"), None, None));
        assert_eq!(pairs(&[("a", "1"), ("a", "1")]).err().as_deref(), Some("a"));
        assert_eq!(pairs(&[("a", ""), ("b", ""), ("a", "")]).err().as_deref(), Some("a"));
    }
}
