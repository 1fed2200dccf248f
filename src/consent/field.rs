//! The profile fields of a person, and the consent that decides which of them an app gets. The scopes of an
//! authorization request are what an app asks for; the fields that the person ticks are what it gets.

use std::fmt;

use enumset::{EnumSet, EnumSetType};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use super::scope::{Scope, Scopes, known_words, write_words};

/// A field of a person's profile. The variants are in the order in which people are asked.
#[derive(Debug, EnumSetType, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Field {
    /// The display name, which others see.
    Name,
    /// The user name that the person types to sign in here.
    UserName,
    /// The given name and the family name. They tell more than the display name, which may be any text.
    FullName,
    /// A picture of the person.
    Picture,
    /// The language that the person reads best.
    Language,
    /// The e-mail address, with whether it was proven.
    Email,
    /// The gender of the person.
    Gender,
    /// City, province and country.
    Place,
    /// The time zone in which the person lives.
    Zone,
}

impl Field {
    /// Returns the name of this field, such as `picture`, as forms, JSON and the records contain it.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Returns the scopes that ask for this field: for a claim of OpenID Connect Core §5.4, or for a part of the user
    /// information of WeChat's dialect.
    fn scopes(self) -> &'static [Scope] {
        match self {
            Self::Name | Self::Picture | Self::Gender => &[Scope::Profile, Scope::SnsapiLogin],
            Self::UserName | Self::FullName | Self::Language | Self::Zone => &[Scope::Profile],
            Self::Email => &[Scope::Email],
            Self::Place => &[Scope::Address, Scope::SnsapiLogin],
        }
    }
}

/// A set of fields of a profile. Its text has the words of the fields, separated by spaces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Fields(EnumSet<Field>);

impl Fields {
    /// The set that contains no field.
    pub const NONE: Self = Self(EnumSet::empty());
    /// The set of all fields.
    pub const ALL: Self = Self(EnumSet::all());

    /// Makes the set of these fields.
    pub fn of(fields: &[Field]) -> Self {
        Self(fields.iter().copied().collect())
    }

    /// Returns the fields whose boxes are ticked when a person is asked for the first time: name, user name, picture,
    /// language and e-mail address, without which many apps make no account. The others tell more about a person than
    /// a sign-in needs, so apps get them only if the person ticks them.
    pub fn usual() -> Self {
        Self::of(&[Field::Name, Field::UserName, Field::Picture, Field::Language, Field::Email])
    }

    /// Makes the set of all fields for which this holds.
    pub fn which(holds: impl Fn(Field) -> bool) -> Self {
        Self(EnumSet::all().iter().filter(|field| holds(*field)).collect())
    }

    /// Returns the fields that these scopes ask for.
    pub fn asked_by(scopes: &Scopes) -> Self {
        Self::which(|field| field.scopes().iter().any(|scope| scopes.has(*scope)))
    }

    /// Parses a set from texts with the words of fields, separated by spaces or commas. Unknown words are left out.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self(known_words(texts))
    }

    /// Returns whether this field is in the set.
    pub fn has(self, field: Field) -> bool {
        self.0.contains(field)
    }

    /// Returns whether the set is empty.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Returns the union of both sets.
    #[must_use]
    pub fn union(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Returns the intersection of both sets.
    #[must_use]
    pub fn intersection(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Returns the difference of both sets: the fields of this one that are not in `others`.
    #[must_use]
    pub fn difference(self, others: Self) -> Self {
        Self(self.0 - others.0)
    }

    /// Iterates over the fields of the set, in the order of [`Field`].
    pub fn iter(self) -> impl Iterator<Item = Field> {
        self.0.iter()
    }
}

impl fmt::Display for Fields {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_words(out, self.iter().map(Field::word))
    }
}

impl From<Fields> for String {
    fn from(fields: Fields) -> Self {
        fields.to_string()
    }
}

impl From<String> for Fields {
    fn from(words: String) -> Self {
        Self::parse([words.as_str()])
    }
}

/// The consent of an account to an app: the scopes that the app has asked for so far, and the fields that it gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// All scopes for which the app has asked this account so far.
    pub scopes: Scopes,
    /// The fields that the app gets, of those that these scopes ask for.
    pub fields: Fields,
}

/// The question to a person which fields of their profile an app may know. It has one box for each field that the app
/// asks for and the person has filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// The fields that get a box: those that the app asks for and the person has filled in. A field that is
    /// empty now is not given later without a question.
    pub fields: Fields,
    /// The boxes that are ticked at first.
    pub ticked: Fields,
}

impl Question {
    /// Makes the question for an app that asks for `scopes`, to a person who has filled in the fields `filled`. Fields
    /// that the scopes of the earlier consent `before` ask for are ticked if that consent gave them; fields that are
    /// asked for the first time are ticked as in [`Fields::usual`].
    pub fn new(scopes: &Scopes, filled: Fields, before: Option<&Allowed>) -> Self {
        let fields = Fields::asked_by(scopes).intersection(filled);
        let (known, given) =
            before.map_or((Fields::NONE, Fields::NONE), |before| (Fields::asked_by(&before.scopes), before.fields));
        Self { fields, ticked: fields.intersection(given.intersection(known).union(Fields::usual().difference(known))) }
    }

    /// Returns the fields that the app gets by this answer: those that were ticked, as far as the question has
    /// boxes for them; or the preset ticks if `ticked` is `None`, because the person did not answer.
    pub fn answer(self, ticked: Option<Fields>) -> Fields {
        ticked.map_or(self.ticked, |ticked| ticked.intersection(self.fields))
    }
}

impl Allowed {
    /// Returns this consent after an answer to a question for `scopes`: the scopes are added, and the fields that
    /// they ask for are replaced by `given`. All other fields stay as they were.
    #[must_use]
    pub fn after(self, scopes: &Scopes, given: Fields) -> Self {
        let kept = self.fields.difference(Fields::asked_by(scopes));
        Self { scopes: self.scopes.union(scopes), fields: kept.union(given) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(words: &str) -> Fields {
        Fields::parse([words])
    }

    fn all() -> Fields {
        Fields::ALL
    }

    fn allowed(scopes: &str, words: &str) -> Allowed {
        Allowed { scopes: Scopes::parse(scopes), fields: fields(words) }
    }

    #[test]
    fn fields_are_words_that_are_known_or_left_out() {
        let some = Fields::parse(["place shoe-size", "name,gender name", ""]);
        assert_eq!(some.to_string(), "name gender place");
        assert_eq!(some.difference(fields("gender")).iter().collect::<Vec<_>>(), [Field::Name, Field::Place]);
        assert!(fields("NAME").is_empty());
        let text = serde_json::to_string(&some).expect("a text");
        assert_eq!((text.as_str(), serde_json::from_str(&text).ok()), ("\"name gender place\"", Some(some)));
    }

    #[test]
    fn a_scope_asks_for_its_fields_and_for_no_others() {
        for (scopes, asked) in [
            ("openid offline_access", ""),
            ("openid profile", "name username fullname picture language gender zone"),
            ("openid email", "email"),
            ("openid groups", ""),
            ("openid address", "place"),
            ("profile address", "name username fullname picture language gender place zone"),
            ("snsapi_login", "name picture gender place"),
        ] {
            assert_eq!(Fields::asked_by(&Scopes::parse(scopes)), fields(asked), "{scopes}");
        }
    }

    #[test]
    fn a_question_has_a_box_for_what_is_asked_and_filled_in_and_gender_and_place_are_opted_into() {
        let everything = Scopes::parse("openid profile email address");
        let first = Question::new(&everything, all(), None);
        assert_eq!((first.fields, first.ticked), (all(), fields("name username picture language email")));
        let little = Question::new(&everything, fields("name place"), None);
        assert_eq!((little.fields, little.ticked), (fields("name place"), fields("name")));
        let narrow = Question::new(&Scopes::parse("openid"), all(), None);
        assert_eq!(narrow, Question::default());
        // The answer covers only the boxes that were shown, with their preset ticks if there is no answer.
        assert_eq!(little.answer(None), fields("name"));
        assert_eq!(little.answer(Some(all())), fields("name place"));
        assert_eq!(little.answer(Some(Fields::NONE)), Fields::NONE);
    }

    #[test]
    fn whoever_is_asked_again_finds_the_boxes_as_they_left_them() {
        let profile = Scopes::parse("openid profile");
        // A field that was filled in since then, or refused then, is not given until it is ticked.
        let again = Question::new(&profile, all(), Some(&allowed("openid profile", "name gender")));
        assert_eq!(again.ticked, fields("name gender"));
        // Fields that an app asks for the first time have the usual ticks, and the others stay as they were.
        let more = Question::new(
            &Scopes::parse("openid profile email address"),
            all(),
            Some(&allowed("openid profile", "picture")),
        );
        assert_eq!((more.fields, more.ticked), (all(), fields("picture email")));
        let named = Question::new(&profile, all(), Some(&allowed("openid", "name")));
        assert_eq!(named.ticked, Fields::usual().difference(fields("email")));
    }

    #[test]
    fn a_consent_from_before_a_field_was_there_keeps_its_meaning() {
        // A server that knew of fewer fields stored this: the new ones of the same scope wait for a tick.
        let before = allowed("openid profile", "name picture language");
        let again = Question::new(&Scopes::parse("openid profile"), all(), Some(&before));
        assert!(again.fields.has(Field::UserName) && again.fields.has(Field::Zone));
        assert_eq!(again.ticked, before.fields);
        assert!(before.scopes.cover(&Scopes::parse("openid profile")), "nobody is asked again");
        assert!(!before.scopes.cover(&Scopes::parse("openid profile email")), "a new scope is asked for");
        assert!(!before.scopes.cover(&Scopes::parse("openid groups")), "also one without a box");
    }

    #[test]
    fn an_answer_changes_what_was_asked_and_nothing_else() {
        let before = allowed("openid profile address", "name gender place");
        let after = before.after(&Scopes::parse("openid profile offline_access"), fields("picture"));
        assert_eq!(after, allowed("openid profile address offline_access", "picture place"));
    }
}
