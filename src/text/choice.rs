//! Texts that depend on data: on a field of a person, on the rights of an app, on the last action.

use std::time::Duration;

use super::{Texts, mark_name};
use crate::consent::field::{Field, Fields};
use crate::consent::scope::{Scope, Scopes};

impl Texts {
    /// Returns the label, in this language, of a field of the facts about a person that an app may receive.
    pub fn field(&self, field: Field) -> &'static str {
        match field {
            Field::Name => self.facts.field_name,
            Field::UserName => self.facts.field_username,
            Field::FullName => self.facts.field_fullname,
            Field::Email => self.facts.field_email,
            Field::Zone => self.facts.field_zone,
            Field::Picture => self.facts.field_picture,
            Field::Language => self.facts.field_language,
            Field::Gender => self.facts.field_gender,
            Field::Place => self.facts.field_place,
        }
    }

    /// Returns the text that says what an app with these scopes learns about a person: an identifier, the groups that
    /// they are in if the scopes ask for them, also the fields that the person ticks if `fields` is not empty, and whether
    /// this continues while the person does not use the app (`offline_access`).
    pub fn learns(&self, scopes: &Scopes, fields: Fields) -> &'static str {
        let facts = &self.facts;
        match (fields.is_empty(), scopes.has(Scope::Groups), scopes.has(Scope::OfflineAccess)) {
            (true, false, false) => facts.learns_id,
            (true, false, true) => facts.learns_id_always,
            (true, true, false) => facts.learns_groups,
            (true, true, true) => facts.learns_groups_always,
            (false, false, false) => facts.learns_ticked,
            (false, false, true) => facts.learns_ticked_always,
            (false, true, false) => facts.learns_ticked_groups,
            (false, true, true) => facts.learns_ticked_groups_always,
        }
    }

    /// Returns the names of a person's groups as one text; if there are none, a text that says so. The names are marked,
    /// so that they are not translated.
    pub fn group_names(&self, groups: &[String]) -> String {
        if groups.is_empty() {
            return self.facts.no_groups.to_owned();
        }
        groups.iter().map(|name| mark_name(name)).collect::<Vec<_>>().join(self.common.comma)
    }

    /// Returns what stands between two sentences: a space, or nothing in languages that have none there.
    pub fn sentence_gap(&self) -> Option<&'static str> {
        Some(self.common.sentence_gap).filter(|gap| !gap.is_empty())
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
            5..=59 => self.times.seconds_ago(seconds),
            60..=7199 => self.times.minutes_ago(seconds / MINUTE),
            7200..=172_799 => self.times.hours_ago(seconds / HOUR),
            _ => self.times.days_ago(seconds / DAY),
        }
    }

    /// Returns the names of a browser and of a system, as in "Firefox on Windows", or the one of them that is known; if
    /// none is, a text that says so. The names are between the invisible marks around names.
    pub fn device(&self, browser: Option<&str>, system: Option<&str>) -> String {
        match (browser, system) {
            (Some(browser), Some(system)) => self.facts.device_both(browser, system),
            (Some(one), None) | (None, Some(one)) => mark_name(one),
            (None, None) => self.facts.device_unknown.to_owned(),
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
        assert_eq!(ago(59), "59 seconds ago");
        assert_eq!(ago(60), "1 minute ago");
        assert_eq!(ago(119), "1 minute ago");
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
