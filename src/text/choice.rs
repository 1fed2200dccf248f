//! Texts that depend on data: on a field of a person, on the rights of an app, on the last action.

use std::time::Duration;

use super::Texts;
use crate::consent::field::{Field, Fields};
use crate::consent::scope::{Scope, Scopes};

impl Texts {
    /// Returns the label, in this language, of a field of the facts about a person that an app may receive.
    pub fn field(&self, field: Field) -> &'static str {
        match field {
            Field::Name => self.facts.field_name,
            Field::Picture => self.facts.field_picture,
            Field::Language => self.facts.field_language,
            Field::Gender => self.facts.field_gender,
            Field::Place => self.facts.field_place,
        }
    }

    /// Returns the text that says what an app with these scopes learns about a person: an identifier, also the fields
    /// that the person ticks if `fields` is not empty, and whether this continues while the person does not use the app
    /// (`offline_access`).
    pub fn learns(&self, scopes: &Scopes, fields: Fields) -> &'static str {
        match (fields.is_empty(), scopes.has(Scope::OfflineAccess)) {
            (true, false) => self.facts.learns_id,
            (true, true) => self.facts.learns_id_always,
            (false, false) => self.facts.learns_ticked,
            (false, true) => self.facts.learns_ticked_always,
        }
    }

    /// Returns the sentence that says what was done to an app. `done` is its word in the URL; `None` for an
    /// unknown word.
    pub fn app_done(&self, done: &str) -> Option<&'static str> {
        match done {
            "added" => Some(self.apps.done_added),
            "saved" => Some(self.common.saved),
            "disabled" => Some(self.apps.done_disabled),
            "logo" => Some(self.apps.done_logo),
            "no-logo" => Some(self.apps.done_no_logo),
            "enabled" => Some(self.apps.done_enabled),
            _ => None,
        }
    }

    /// Returns the sentence that says what was done to a profile. `done` is its word in the URL; `None` for an
    /// unknown word.
    pub fn profile_done(&self, done: &str) -> Option<&'static str> {
        match done {
            "saved" => Some(self.common.saved),
            "picture" => Some(self.profile.picture_saved),
            "removed" => Some(self.profile.picture_removed),
            "email" => Some(self.own.email_saved),
            _ => None,
        }
    }

    /// Returns the title above one part of what an app received in a trial; `name` is the part's name. `answer`,
    /// `token`, `access_token` and `id_token` have titles of their own; any other name gets the title of the userinfo.
    pub fn try_part(&self, name: &str) -> &'static str {
        match name {
            "answer" => self.trial.answer,
            "token" => self.trial.token,
            "access_token" => self.trial.access_token,
            "id_token" => self.trial.id_token,
            _ => self.trial.userinfo,
        }
    }

    /// Returns the text that says that something was this long ago: "just now", or a whole number of seconds, minutes,
    /// hours or days.
    pub fn ago(&self, span: Duration) -> String {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        const DAY: u64 = 24 * HOUR;
        let seconds = span.as_secs();
        match seconds {
            0..=4 => self.times.just_now.to_owned(),
            5..=119 => self.times.seconds_ago(seconds),
            120..=7199 => self.times.minutes_ago(seconds / MINUTE),
            7200..=172_799 => self.times.hours_ago(seconds / HOUR),
            _ => self.times.days_ago(seconds / DAY),
        }
    }

    /// Returns the sentence that tells a person to wait for this many seconds, in seconds (at least one) or, from two
    /// minutes on, in minutes, rounded up.
    pub fn wait(&self, seconds: u64) -> String {
        match seconds {
            0..=119 => self.problems.wait_seconds(seconds.max(1)),
            _ => self.problems.wait_minutes(seconds.div_ceil(60)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn a_span_is_said_in_the_unit_that_fits_it() {
        let ago = |seconds| Lang::default().texts().ago(Duration::from_secs(seconds));
        assert_eq!(ago(4), "just now");
        assert_eq!(ago(12), "12 seconds ago");
        assert_eq!(ago(119), "119 seconds ago");
        assert_eq!(ago(120), "2 minutes ago");
        assert_eq!(ago(7199), "119 minutes ago");
        assert_eq!(ago(7200), "2 hours ago");
        assert_eq!(ago(172_799), "47 hours ago");
        assert_eq!(ago(172_800), "2 days ago");
        assert_eq!(ago(86_400 * 1200), "1,200 days ago");
    }

    #[test]
    fn a_number_and_its_noun_agree() {
        let texts = Lang::default().texts();
        assert_eq!(texts.facts.effect_hours(1), "That device stays signed in for up to 1 hour");
        assert_eq!(texts.facts.effect_hours(24), "That device stays signed in for up to 24 hours");
        assert_eq!(texts.wait(0), "Wait a second, then try again.");
        assert_eq!(texts.wait(119), "Wait 119 seconds, then try again.");
        assert_eq!(texts.wait(121), "Wait 3 minutes, then try again.");
    }
}
