//! The fields of a form that a page sent, before they are checked.

use axum::Form;
use axum::extract::{FromRequest, Request};

use crate::store::records::fingerprint::Fingerprint;
use crate::web::problem::Problem;

/// Name of a hidden field with the fingerprint of what the form showed, so that a change by somebody else is noticed.
pub const SEEN: &str = "seen";
/// Name of a hidden field with a random id of the page, so that a form that is sent twice makes one thing only.
pub const ATTEMPT: &str = "attempt";

/// The submitted fields of a form, as pairs of name and value without the white space around it; not checked yet.
#[derive(Clone, Debug, Default)]
pub struct Fields(Vec<(String, String)>);

/// An error at a field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The name of the field.
    pub name: &'static str,
    /// The text for the person who filled it in: what is wrong, and what to enter.
    pub text: &'static str,
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let form = Form::<Vec<(String, String)>>::from_request(request, state).await;
        let Form(mut pairs) = form.map_err(|_| Problem::malformed())?;
        for (_, value) in &mut pairs {
            *value = value.trim().to_owned();
        }
        Ok(Self(pairs))
    }
}

impl<'a> FromIterator<(&'a str, String)> for Fields {
    /// Makes a form that is filled in with these values.
    fn from_iter<T: IntoIterator<Item = (&'a str, String)>>(pairs: T) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

impl Fields {
    /// Puts this fingerprint into the form, in place of an older one, and keeps the other fields.
    #[must_use]
    pub fn with_seen(mut self, seen: Fingerprint) -> Self {
        self.0.retain(|(name, _)| name != SEEN);
        self.with(SEEN, &seen.to_string())
    }

    /// Adds a field with this value.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Returns the fingerprint that the form was shown with; `None` if the field is missing or malformed.
    pub fn seen(&self) -> Option<Fingerprint> {
        Fingerprint::of(self.one(SEEN))
    }

    /// Returns the value of the first field of this name; empty if there is none.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Returns the values of all fields of this name, in their order; empty ones too.
    pub fn every(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the values of all fields of this name that are not empty.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.every(name).filter(|value| !value.is_empty()).map(str::to_owned).collect()
    }

    /// Returns whether a field of this name has this value.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.every(name).any(|given| given == value)
    }

    /// Returns whether the check box of this name is ticked.
    pub fn is_ticked(&self, name: &str) -> bool {
        !self.one(name).is_empty()
    }

    /// Returns all fields as bytes, from which the id of something new is derived.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(&self.0).expect("texts are JSON")
    }
}
