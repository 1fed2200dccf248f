//! The phone's page for a person who scanned the code of an app that they may not use.

use leptos::prelude::*;

use super::server_functions;
use crate::login::facts::Facts;
use crate::picture::logo::logo;
use crate::text::Texts;
use crate::web::marked_text::marked_text;

/// Renders what a person sees instead of the question whether to approve: which app it is, why they may not use it, and
/// whom to ask. The only button denies the sign-in, so that the other device does not wait for nothing.
pub(super) fn may_not_use(
    texts: &'static Texts,
    site_name: &str,
    code: String,
    facts: &Facts,
) -> impl IntoView + use<> {
    let app = &facts.site;
    view! {
        <p class="brand">{logo(app, facts.logo.clone())}</p>
        <h1>{marked_text(texts.audience.refused(app))}</h1>
        <p class="lead" role="status">{marked_text(texts.audience.in_no_group(app, &facts.account))}</p>
        <p>{marked_text(texts.audience.whom_to_ask(site_name))}</p>
        <p class="hint">{marked_text(facts.device(texts))}</p>
        <form method="post" action=server_functions::DENY>
            <input type="hidden" name="code" value=code/>
            <button type="submit" class="deny" autofocus=true>{texts.common.deny}</button>
        </form>
    }
}
