//! The promises of each contract: the list of its tests, which `contract!` runs against a backend.

#[macro_use]
mod people;

macro_rules! tickets_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            tickets,
            [
                a_ticket_is_kept_as_it_was_added,
                a_change_is_seen_and_a_refused_one_changes_nothing,
                of_many_at_once_exactly_one_wins_each_step,
                a_change_tells_the_watchers_of_the_instance_that_made_it,
                sec_14_whoever_fills_the_store_with_tickets_loses_their_own_and_no_other,
                sec_14_what_was_given_up_gives_way_and_what_was_scanned_does_not,
                sec_14_of_equals_the_oldest_gives_way,
                sec_14_a_ticket_that_is_renewed_goes_on_to_count,
            ]
        );
    };
}

macro_rules! typed_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            typed,
            [
                a_typed_code_belongs_to_one_ticket_until_its_end,
                a_typed_code_is_reserved_once_more_by_the_same_call_and_by_no_other,
                the_typed_code_of_a_ticket_that_gave_way_is_free_again,
                the_typed_codes_of_earlier_rounds_are_found_until_their_end,
                a_typed_code_ends_when_it_was_reserved_until_whatever_its_ticket_does,
            ]
        );
    };
}

macro_rules! renewed_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            renewed,
            [
                many_codes_are_renewed_at_once_and_each_page_is_told_once,
                a_code_that_another_ticket_has_is_replaced_by_another,
                a_ticket_that_is_not_renewed_keeps_no_other_from_its_code,
            ]
        );
    };
}

macro_rules! once_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            once,
            [
                what_is_kept_is_taken_once_and_then_known_as_taken,
                what_is_not_taken_in_time_is_over,
                of_many_takers_at_once_one_is_first,
                a_few_who_fill_a_kind_lose_their_own_and_no_other,
                many_networks_of_one_subscriber_are_one,
                an_app_that_fills_a_network_leaves_other_apps_theirs,
                an_account_that_asks_for_code_after_code_loses_its_own,
                a_proof_is_never_forgotten_and_no_app_keeps_another_from_proving_itself,
                what_is_over_makes_room_and_each_kind_has_its_own,
            ]
        );
    };
}

macro_rules! grants_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            grants,
            [
                a_grant_is_kept_until_it_is_ended,
                the_grants_of_an_account_are_read_page_by_page_and_each_once,
                of_many_turns_at_once_one_counts,
                a_consent_is_as_it_was_said_last_and_with_it_end_its_grants,
                what_a_clock_that_was_set_back_remembers_as_later_was_said_before,
                grants_that_are_over_are_swept_in_time,
                a_grant_stands_on_its_consent_and_on_its_session,
                signing_keys_are_kept_in_their_order_and_each_has_one_successor,
            ]
        );
    };
}

macro_rules! early_ends_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            early_ends,
            [
                a_session_ends_once_and_each_app_that_it_signed_in_to_is_told_once,
                of_a_session_that_is_disowned_nothing_outlasts_it_and_each_app_is_told_once,
                of_an_account_that_is_signed_out_nothing_is_left_and_each_app_is_told_once,
                what_is_from_an_earlier_epoch_begins_nothing_wherever_it_was_kept,
                whatever_begins_while_something_ends_is_refused_or_ended_and_told,
                ends_of_one_account_at_the_same_moment_wait_for_none_for_ever,
                an_end_that_cannot_be_noted_does_not_hold_and_is_told_once_it_does,
                a_notice_is_taken_by_one_and_again_after_pauses_that_double_until_it_is_dropped,
            ]
        );
    };
}

macro_rules! late_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            late,
            [
                sec_59_an_owner_changes_the_password_that_they_gave_and_no_other,
                sec_59_with_a_password_ends_whatever_the_one_before_opened,
                sec_15_what_was_disowned_before_it_was_kept_is_not_kept,
                sec_15_what_was_approved_in_a_disowned_session_is_disowned_with_it,
                sec_15_a_device_that_was_approved_in_a_disowned_session_ends_and_its_app_is_told_once,
                sec_15_what_was_approved_in_a_session_that_was_disowned_meanwhile_is_not_kept,
                sec_15_whatever_is_kept_while_its_approver_is_disowned_is_refused_or_ended,
                sec_52_an_app_hears_of_an_end_also_where_what_it_was_given_is_over,
                sec_60_a_session_ends_alone_or_with_all_that_was_signed_in_there,
                sec_60_a_session_that_is_kept_goes_on_with_what_was_signed_in_there,
                a_session_that_ended_says_who_ended_it_for_as_long_as_it_is_stored,
                a_device_is_named_and_confirmed_by_its_owner_and_by_no_other,
                a_place_is_known_for_ninety_days_after_the_last_sign_in_there,
                sec_60_a_new_place_is_told_by_each_session_until_its_owner_answers,
                sec_59_what_depends_on_a_session_depends_on_the_one_in_which_its_device_goes_on,
                sec_60_a_sign_in_is_stored_once_with_its_lines_and_never_after_its_phone_signed_out,
            ]
        );
    };
}

macro_rules! accounts_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            accounts,
            [
                of_a_disabled_account_nothing_goes_on_and_nothing_begins_until_it_is_enabled,
                of_a_deleted_account_nothing_is_left_and_its_apps_are_told,
                the_last_administrator_that_signs_in_stays,
                of_many_administrators_that_are_removed_at_once_one_stays,
                accounts_are_listed_with_who_vouches_for_them,
            ]
        );
    };
}

macro_rules! requests_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            requests,
            [
                a_request_is_kept_as_it_was_made_and_only_once,
                a_person_has_a_few_open_requests_however_many_come_at_once,
                of_many_decisions_at_once_the_first_counts,
                an_approved_app_has_an_owner_and_its_secret_waits_for_them,
                a_proposed_change_is_made_to_the_app_that_was_compared,
                requests_are_listed_page_by_page_and_the_open_ones_first,
                an_app_goes_from_its_owner_to_another_and_outlives_both,
            ]
        );
    };
}

macro_rules! app_log_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            app_log,
            [
                every_act_has_its_line_and_what_changes_nothing_has_none,
                of_many_acts_at_once_each_has_its_line_and_says_what_it_changed,
                an_app_is_revised_by_many_at_once_and_nothing_of_any_of_them_is_undone,
                a_logo_is_set_and_whatever_else_was_changed_meanwhile_stays,
                settings_that_another_changed_meanwhile_are_not_overwritten,
                of_many_rotations_of_one_page_at_once_one_counts_and_the_secret_in_use_stays,
                of_apps_that_look_alike_one_has_the_name_however_many_come_at_once,
                acts_are_read_page_by_page_and_swept_in_time,
                an_act_whose_line_cannot_be_kept_is_not_done,
            ]
        );
    };
}

macro_rules! records_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            records,
            [
                an_account_is_found_by_its_username_and_nobody_else_gets_it,
                no_two_user_names_look_alike,
                accounts_that_looked_alike_before_the_rule_go_on_and_no_new_one_looks_like_them,
                of_many_first_accounts_at_once_exactly_one_is_made,
                an_account_is_made_an_administrator_and_that_is_taken_back,
                of_many_administrators_that_go_at_once_one_stays,
                a_session_lives_until_it_is_ended_or_its_account_is_gone,
                sessions_past_their_end_are_swept,
                a_vouched_account_is_made_once_and_follows_its_token,
                a_profile_is_kept_as_it_was_told_and_a_picture_is_changed_by_who_knows_the_one_before,
                many_writes_at_once_all_hold,
                an_app_is_kept_as_it_was_registered,
                of_an_apps_secrets_the_newest_two_count,
            ]
        );
    };
}

macro_rules! pictures_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            pictures,
            [
                sec_67_of_a_profiles_pictures_one_is_kept_and_the_one_before_is_gone,
                sec_67_of_an_apps_logos_one_is_kept_and_the_one_before_is_gone,
                sec_67_another_picture_is_there_whole_or_not_at_all,
                sec_67_pictures_that_nobody_has_are_swept_an_hour_later,
            ]
        );
    };
}
