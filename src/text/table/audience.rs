//! The texts about who may use an app.

texts! {
    /// The texts about who may use an app: for those who may not, and for administrators who decide it.
    Audience in audience {
        refused_title,
        refused_advice,
        who,
        hint,
        everyone,
        members,
        groups,
        no_groups,
        nobody,
        choose,
        unknown_group,
        nobody_tag;
        refused(app: &str),
        nobody_yet(app: &str),
        in_no_group(app: &str, account: &str),
        whom_to_ask(site: &str),
        back_to(host: &str),
        group_of(name: &str, members: u64),
    }
}
