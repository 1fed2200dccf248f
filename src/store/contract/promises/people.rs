//! The promises about people: their accounts, mails, devices, passkeys and receipts.

macro_rules! people_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            people,
            [
                no_two_accounts_have_one_address_in_two_letter_cases,
                a_group_has_members_until_it_or_they_are_deleted,
                an_app_is_open_to_everyone_or_to_the_members_of_its_groups,
                activity_is_read_by_its_filter_and_swept_in_time,
                an_address_moves_to_no_account_that_shares_it_with_another,
                of_many_who_delete_an_account_that_is_due_one_does_it_and_tells,
                the_last_administrator_is_deleted_neither_when_asked_nor_when_due,
                the_apps_of_an_account_are_those_that_are_enabled_and_open_to_it,
                people_are_found_by_a_part_of_what_they_are_called,
                a_list_of_people_is_read_page_by_page_and_filtered,
                of_people_that_are_added_together_all_are_added_or_none,
                details_are_changed_by_whoever_saw_them,
                each_act_that_changes_something_has_one_line_of_activity,
                an_administrator_without_a_password_is_not_one_that_can_sign_in,
            ]
        );
    };
}

macro_rules! links_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            links,
            [
                of_two_browsers_that_open_a_link_at_once_one_has_it_and_the_other_is_noted,
                of_many_who_use_a_link_at_once_one_does_and_only_their_password_counts,
                a_link_that_recovers_ends_what_the_account_has_open_and_apps_are_told,
                an_account_has_one_link_that_works_and_its_links_are_listed_and_swept,
                a_link_of_a_disabled_or_deleted_account_does_nothing,
                the_set_up_link_is_of_one_browser_for_an_hour_and_makes_one_account,
                a_proof_counts_for_the_session_and_the_password_that_it_was_given_with,
            ]
        );
    };
}

macro_rules! mails_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            mails,
            [
                a_mail_is_taken_once_and_again_after_a_growing_pause,
                a_mail_is_of_one_taker_until_its_result_or_for_longer_than_a_try,
                mails_that_strangers_cause_count_together_whatever_accounts_they_are_about,
                of_many_who_take_mails_at_once_each_mail_is_of_one,
                what_a_mail_contained_is_gone_once_it_ended,
                the_queue_is_bounded_by_kind_and_account_and_as_a_whole,
                of_many_who_forgot_one_password_at_once_one_causes_a_link_and_a_mail,
                a_link_proves_the_address_that_it_was_made_for_once,
                links_to_an_address_end_when_somebody_else_proves_it,
                an_address_link_ends_with_its_time_and_too_many_are_not_made,
            ]
        );
    };
}

macro_rules! scan_switch_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            scan_switch,
            [
                sec_73_the_switch_is_on_until_it_is_turned_and_each_turn_has_one_line,
                sec_73_a_turn_counts_at_once_where_it_is_made,
                sec_73_an_account_has_a_switch_of_its_owner_and_one_of_administrators,
            ]
        );
    };
}

macro_rules! browsers_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            browsers,
            [
                a_browser_is_known_to_the_account_that_made_it_known_for_ninety_days,
                what_ends_a_device_forgets_its_browser_and_a_sign_out_of_its_own_does_not,
                a_report_refuses_its_browser_for_its_account_and_warns_the_others,
                an_owner_may_want_a_passkey_with_every_approval,
                reports_and_known_browsers_of_one_account_have_a_bound,
            ]
        );
    };
}

macro_rules! pushes_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            pushes,
            [
                a_phone_has_one_subscription_and_an_account_five,
                a_subscription_ends_with_the_session_of_its_phone_however_that_ends,
                a_browser_may_ask_the_phones_of_the_accounts_that_know_it,
            ]
        );
    };
}

macro_rules! receipts_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            receipts,
            [
                a_receipt_gets_the_next_number_of_its_account_and_a_ticket_has_one,
                of_receipts_at_one_moment_each_gets_a_number_and_none_is_lost,
                a_checkpoint_stands_where_receipts_were_deleted_and_the_numbers_go_on,
                of_two_keys_of_receipts_that_follow_the_same_one_is_kept_and_old_ones_retire,
            ]
        );
    };
}

macro_rules! passkeys_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            passkeys,
            [
                a_passkey_is_found_by_its_id_and_no_two_accounts_have_the_same,
                an_account_has_a_bounded_number_of_passkeys_also_if_they_are_added_at_once,
                a_counter_that_does_not_grow_is_noted_and_the_highest_one_stays,
                of_the_last_two_passkeys_removed_at_once_one_stays_unless_there_is_a_password,
                passkeys_of_one_domain_only_are_added_until_they_are_moved,
                a_passkey_proves_a_session_of_its_account_until_it_is_removed,
                a_link_adds_a_passkey_in_place_of_the_password,
                a_session_says_by_which_kind_of_passkey_it_was_opened,
                an_administrator_with_a_passkey_alone_is_one_that_can_sign_in,
            ]
        );
    };
}

macro_rules! ways_in_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            ways_in,
            [
                a_passkey_of_another_domain_is_no_way_in_until_it_is_the_domain_again,
                a_passkey_of_an_earlier_version_counts_until_the_domain_changes,
                a_way_in_is_what_the_settings_take,
                the_last_administrator_is_the_last_who_can_sign_in_with_the_present_settings,
                an_operator_replaces_a_password_and_removes_the_passkeys_at_once,
                whoever_ends_everything_goes_on_in_another_session_once,
            ]
        );
    };
}

macro_rules! rises_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            rises,
            [
                sec_59_a_link_ends_when_its_account_gets_more_rights_or_is_signed_out,
                sec_59_a_link_ends_when_whoever_made_it_loses_rights,
                a_deletion_that_was_asked_for_waits_while_disabled_and_ends_with_a_recovery,
                an_address_belongs_to_whom_it_was_proven_for_and_is_nobodys_user_name,
                an_address_that_nobody_proved_is_shared_where_mail_is_sent_until_it_is_proven,
                who_did_not_prove_an_address_loses_it_to_somebody_who_is_added_with_it_as_proven,
            ]
        );
    };
}
