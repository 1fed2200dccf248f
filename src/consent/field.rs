//! What a person may tell of themselves, thing by thing, and what of it an app may know. Scopes say what an app asks for;
//! the person's fields say what it gets.

use std::fmt;

use enumset::{EnumSet, EnumSetType};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use super::scope::{Scope, Scopes, known_words, write_words};

/// One thing that a person may tell of themselves. The order is the one in which people are asked.
#[derive(Debug, EnumSetType, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Field {
    /// The name that others see.
    Name,
    /// A picture.
    Picture,
    /// The language that they read best.
    Language,
    /// Their gender.
    Gender,
    /// City, province and country.
    Place,
}

impl Field {
    /// The word for it: in forms, in JSON and in the records.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A set of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub struct Fields(EnumSet<Field>);

impl Fields {
    /// None of them.
    pub const NONE: Self = Self(EnumSet::empty());
    /// All of them.
    pub const ALL: Self = Self(EnumSet::all());

    /// These.
    pub fn of(fields: &[Field]) -> Self {
        Self(fields.iter().copied().collect())
    }

    /// What is ticked before the person looks. Gender and place say more of a person than a sign-in needs, so they are told
    /// by those only who tick them.
    pub fn usual() -> Self {
        Self::of(&[Field::Name, Field::Picture, Field::Language])
    }

    /// What these scopes ask for: OpenID Connect Core §5.4, and the user's information of WeChat's dialect.
    pub fn asked_by(scopes: &Scopes) -> Self {
        let asked = |scope, fields: &[Field]| if scopes.has(scope) { Self::of(fields) } else { Self::NONE };
        asked(Scope::Profile, &[Field::Name, Field::Picture, Field::Language, Field::Gender])
            .union(asked(Scope::Address, &[Field::Place]))
            .union(asked(Scope::SnsapiLogin, &[Field::Name, Field::Picture, Field::Gender, Field::Place]))
    }

    /// The words that are known, of several texts of them.
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self(known_words(texts))
    }

    /// Whether this one is among them.
    pub fn has(self, field: Field) -> bool {
        self.0.contains(field)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// These and those.
    #[must_use]
    pub fn union(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Those of these that are among the others.
    #[must_use]
    pub fn intersection(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// These but for those.
    #[must_use]
    pub fn difference(self, others: Self) -> Self {
        Self(self.0 - others.0)
    }

    /// One after the other.
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

/// What an account lets an app know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// What the app asked for, whenever it did.
    pub scopes: Scopes,
    /// What of it the person gives.
    pub fields: Fields,
}

/// What a person is asked when an app wants to know something of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// One box for each: what the app asks for and the person has told. What is not there needs no question, and is not
    /// given when it is there some day.
    pub fields: Fields,
    /// The boxes that are ticked before the person looks.
    pub ticked: Fields,
}

impl Question {
    /// What is asked for `scopes` of somebody who has `told` so much of themselves. Where they were asked before, the
    /// boxes stand as they left them; what is asked for the first time stands as is [`Fields::usual`].
    pub fn new(scopes: &Scopes, told: Fields, before: Option<&Allowed>) -> Self {
        let fields = Fields::asked_by(scopes).intersection(told);
        let (known, given) =
            before.map_or((Fields::NONE, Fields::NONE), |before| (Fields::asked_by(&before.scopes), before.fields));
        Self { fields, ticked: fields.intersection(given.intersection(known).union(Fields::usual().difference(known))) }
    }

    /// What the person gives: the boxes that they ticked, or as they stood where nobody touched them.
    pub fn answer(self, ticked: Option<Fields>) -> Fields {
        ticked.map_or(self.ticked, |ticked| ticked.intersection(self.fields))
    }
}

impl Allowed {
    /// What is allowed after such an answer to a question for these scopes: what they do not ask for stays as it was.
    #[must_use]
    pub fn after(self, scopes: &Scopes, given: Fields) -> Self {
        let kept = self.fields.difference(Fields::asked_by(scopes));
        Self { scopes: self.scopes.union(scopes), fields: kept.union(given) }
    }
}

#[cfg(test)]
mod tests {
    use crate::consent::field::*;

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
            ("openid profile", "name picture language gender"),
            ("openid address", "place"),
            ("profile address", "name picture language gender place"),
            ("snsapi_login", "name picture gender place"),
        ] {
            assert_eq!(Fields::asked_by(&Scopes::parse(scopes)), fields(asked), "{scopes}");
        }
    }

    #[test]
    fn a_question_has_a_box_for_what_is_asked_and_told_and_gender_and_place_are_opted_into() {
        let everything = Scopes::parse("openid profile address");
        let first = Question::new(&everything, all(), None);
        assert_eq!((first.fields, first.ticked), (all(), fields("name picture language")));
        let little = Question::new(&everything, fields("name place"), None);
        assert_eq!((little.fields, little.ticked), (fields("name place"), fields("name")));
        let narrow = Question::new(&Scopes::parse("openid"), all(), None);
        assert_eq!(narrow, Question::default());
        // The answer is of the boxes that there were, and as they stood where nobody answered.
        assert_eq!(little.answer(None), fields("name"));
        assert_eq!(little.answer(Some(all())), fields("name place"));
        assert_eq!(little.answer(Some(Fields::NONE)), Fields::NONE);
    }

    #[test]
    fn whoever_is_asked_again_finds_the_boxes_as_they_left_them() {
        let profile = Scopes::parse("openid profile");
        // Told since, or refused then: not given until it is ticked.
        let again = Question::new(&profile, all(), Some(&allowed("openid profile", "name gender")));
        assert_eq!(again.ticked, fields("name gender"));
        // What an app asks for the first time stands as for everybody, and what it had stays.
        let more =
            Question::new(&Scopes::parse("openid profile address"), all(), Some(&allowed("openid profile", "picture")));
        assert_eq!((more.fields, more.ticked), (all(), fields("picture")));
        let named = Question::new(&profile, all(), Some(&allowed("openid", "name")));
        assert_eq!(named.ticked, Fields::usual());
    }

    #[test]
    fn an_answer_changes_what_was_asked_and_nothing_else() {
        let before = allowed("openid profile address", "name gender place");
        let after = before.after(&Scopes::parse("openid profile offline_access"), fields("picture"));
        assert_eq!(after, allowed("openid profile address offline_access", "picture place"));
    }
}
