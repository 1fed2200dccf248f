//! The texts for signing in with a password, the start page, and the first account.

texts! {
    /// Words that several pages use.
    Common in common {
        to_start,
        to_account,
        username,
        password,
        display_name,
        sign_in,
        sign_out,
        approve,
        deny,
        show_a_new_code,
        go_on,
        type_a_code,
        save,
        copy,
        copied,
        saved,
        comma,
        colon,
        sentence_gap;
        optional(label: &str),
    }
}

texts! {
    /// The texts of the page for signing in with a user name and a password.
    SignIn in signin {
        title,
        wrong,
        account_disabled,
        no_cookie_title,
        no_cookie,
        sign_in_first,
        password_first_lead,
        password_first_title,
        password_first_advice;
        to(site: &str),
        to_confirm(host: &str),
    }
}

texts! {
    /// The texts about passkeys: of the forms that take one, and of the page with a person's own.
    Passkeys in passkeys {
        sign_in,
        prove,
        create,
        or_password,
        cancelled,
        failed,
        needs_script,
        none_in_browser,
        none_at_address,
        none_on_http,
        none_possible_title,
        wrong,
        too_late,
        used_twice,
        other_site,
        not_verified,
        unknown,
        other_account,
        exists,
        too_many,
        not_added,
        no_passwords,
        title,
        lead,
        none_yet,
        unnamed,
        add,
        add_title,
        add_lead,
        name,
        name_hint,
        rename,
        remove,
        remove_last,
        gone,
        added,
        renamed,
        removed,
        backed_up,
        not_backed_up,
        went_back,
        never_used,
        approvals,
        approvals_on,
        approvals_off,
        approvals_ask,
        approvals_stop,
        approvals_changed,
        offer_title,
        offer_lead,
        offer_later;
        created(ago: &str),
        used(ago: &str),
        other_domain(domain: &str),
        made_by(maker: &str),
        count(count: u64),
    }
}

texts! {
    /// The texts of the page on which people make an account for themselves.
    SignUp in signup {
        title,
        username_hint,
        email_hint,
        email_hint_proof,
        taken,
        reserved,
        not_created,
        have_account,
        offer,
        off_title,
        off_advice;
        lead(site: &str),
    }
}

texts! {
    /// The texts of the start page.
    Home in home {
        title,
        lead,
        by_scan,
        by_password,
        signed_in_title,
        own_apps,
        type_a_code,
        first_title,
        first_lead,
        apps,
        admin_apps,
        admin_people,
        devices,
        password_change,
        profile;
        signed_in(site: &str),
    }
}

texts! {
    /// The texts of the page on which the first account is made.
    Setup in setup {
        title,
        lead,
        create,
        password_hint,
        wrong_username,
        wrong_display_name,
        name_hidden,
        wrong_password,
        common_password,
        used_title,
        used_advice,
        wrong_advice,
    }
}
