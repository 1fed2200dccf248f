//! The texts of one-time links, and of the fresh proof.

texts! {
    /// The texts of the pages of a one-time link.
    Links in links {
        invite_title,
        invite_lead,
        recover_title,
        recover_lead,
        this_browser,
        choose_title,
        end_others,
        finish,
        over_title,
        unknown,
        used,
        withdrawn,
        expired,
        disabled,
        elsewhere_title,
        elsewhere,
        set_up_elsewhere;
        choose_lead(username: &str),
    }
}

texts! {
    /// The texts of the page that asks for a fresh proof.
    Proof in proof {
        title,
        lead,
        lead_passkey,
        passkey_only,
        hint,
        carried_title,
        carried_hint,
        back,
        wrong,
        needed_title,
        needed_advice,
        no_password_title,
        no_password_advice,
    }
}

texts! {
    /// The texts of the page with the one-time links of an account.
    PeopleLinks in people_links {
        title,
        none,
        fresh_title,
        fresh_hint,
        invite_title,
        invite_hint,
        invite,
        recover_title,
        recover_hint,
        recover,
        withdraw_title,
        withdraw_hint,
        withdraw,
        withdrawn,
        disabled,
        no_username,
        has_way_in,
        invitations_off,
        of_invite,
        of_recover;
        lead(username: &str),
        made_by(name: &str, at: &str),
        made_by_command(at: &str),
        is_open(until: &str),
        is_opened(at: &str, until: &str),
        is_used(at: &str),
        is_withdrawn(at: &str),
        is_expired(at: &str),
        tried_elsewhere(at: &str),
    }
}
