//! The texts as methods of [`Lang`], for the pages of `oauth` and `admin`, which do not have the language of their request
//! yet. Each goes when its page takes `&'static Texts`.

use super::Lang;
use crate::consent::field::Fields;
use crate::consent::scope::Scopes;
use crate::ticket::time::Timestamp;

/// One method for each plain text.
macro_rules! old {
    ($($name:ident => $subject:ident.$text:ident,)*) => {
        #[expect(missing_docs, reason = "the table says it")]
        impl Lang {
            $(pub fn $name(self) -> &'static str {
                self.texts().$subject.$text
            })*
        }
    };
}

old! {
    to_start => common.to_start,
    to_account => common.to_account,
    sign_out => common.sign_out,
    deny => common.deny,
    approved_continue => common.go_on,
    opening_continue => opening.go_on,
    fact_site => facts.site,
    fact_account => facts.account,
    unknown_app_title => problems.unknown_app_title,
    unknown_redirect_title => problems.unknown_redirect_title,
    going_back_title => consent.going_back,
    consent_title => consent.title,
    consent_warning => consent.warning,
    consent_allow => consent.allow,
    consent_another => consent.another,
    signed_out_title => logout.signed_out_title,
    signed_out_lead => logout.signed_out_lead,
    logout_title => logout.title,
    logout_lead => logout.lead,
    logout_stay => logout.stay,
    fact_learns => facts.learns,
    apps_title => apps.title,
    apps_lead => apps.lead,
    apps_none => apps.none,
    app_title => apps.app,
    app_add => apps.add,
    app_add_lead => apps.add_lead,
    app_add_submit => apps.add_submit,
    app_save => common.save,
    app_not_saved => apps.not_saved,
    app_outdated => apps.outdated,
    app_is_disabled => apps.is_disabled,
    app_name => app_form.name,
    app_name_hint => app_form.name_hint,
    app_redirect_uris => app_form.redirect_uris,
    app_redirect_uri => app_form.redirect_uri,
    app_redirect_hint => app_form.redirect_hint,
    app_public => app_form.public,
    app_public_hint => app_form.public_hint,
    app_more => apps.more,
    app_dialect => app_form.dialect,
    app_speaks_oidc => app_form.speaks_oidc,
    app_speaks_wechat => app_form.speaks_wechat,
    app_speaks_both => app_form.speaks_both,
    app_dialect_hint => app_form.dialect_hint,
    app_logout_uris => app_form.logout_uris,
    app_logout_uri => app_form.logout_uri,
    app_logout_hint => app_form.logout_hint,
    app_backchannel => app_form.backchannel,
    app_backchannel_hint => app_form.backchannel_hint,
    app_verification => app_form.verification,
    app_verification_hint => app_form.verification_hint,
    app_verification_any => app_form.verification_any,
    app_verification_fresh => app_form.verification_fresh,
    app_verification_scan => app_form.verification_scan,
    app_lives => app_form.lives,
    app_lives_hint => app_form.lives_hint,
    app_access_life => app_form.access_life,
    app_refresh_idle => app_form.refresh_idle,
    app_refresh_max => app_form.refresh_max,
    app_algorithm => app_form.algorithm,
    app_algorithm_hint => app_form.algorithm_hint,
    app_rights => app_form.rights,
    app_pairwise => app_form.pairwise,
    app_pairwise_hint => app_form.pairwise_hint,
    app_pushed_only => app_form.pushed_only,
    app_pushed_only_hint => app_form.pushed_only_hint,
    app_device => app_form.device,
    app_device_hint => app_form.device_hint,
    app_credentials => app_form.credentials,
    app_credentials_hint => app_form.credentials_hint,
    app_without_pkce => app_form.without_pkce,
    app_without_pkce_hint => app_form.without_pkce_hint,
    app_by_host => app_form.by_host,
    app_by_host_hint => app_form.by_host_hint,
    app_in_id_token => app_form.in_id_token,
    app_in_id_token_hint => app_form.in_id_token_hint,
    app_told => app_form.told,
    app_told_hint => app_form.told_hint,
    app_origins => app_form.origins,
    app_origin => app_form.origin,
    app_origin_hint => app_form.origin_hint,
    app_keys => app_form.keys,
    app_keys_hint => app_form.keys_hint,
    app_wrong_name => app_wrong.name,
    app_name_taken => app_wrong.name_taken,
    app_wrong_uris => app_wrong.uris,
    app_wrong_hosts => app_wrong.hosts,
    app_wrong_public_wechat => app_wrong.public_wechat,
    app_wrong_public_rights => app_wrong.public_rights,
    app_wrong_logout_uris => app_wrong.logout_uris,
    app_wrong_backchannel => app_wrong.backchannel,
    app_wrong_origins => app_wrong.origins,
    app_wrong_origin => app_wrong.origin,
    app_wrong_origin_host => app_wrong.origin_host,
    app_wrong_keys => app_wrong.keys,
    app_wrong_access_life => app_wrong.access_life,
    app_wrong_refresh_idle => app_wrong.refresh_idle,
    app_wrong_refresh_max => app_wrong.refresh_max,
    app_uri_malformed => app_wrong.uri_malformed,
    app_uri_insecure => app_wrong.uri_insecure,
    app_uri_fragment => app_wrong.uri_fragment,
    app_uri_ambiguous => app_wrong.uri_ambiguous,
    app_uri_native => app_wrong.uri_native,
    app_fresh_secret => apps.fresh_secret,
    app_fresh_hint => apps.fresh_hint,
    app_connect => apps.connect,
    app_id => apps.id,
    app_issuer => apps.issuer,
    app_snippets_hint => apps.snippets_hint,
    app_settings => apps.settings,
    app_secret => apps.secret,
    app_rotate => apps.rotate,
    app_rotate_hint => apps.rotate_hint,
    app_disable_title => apps.disable_title,
    app_disable => apps.disable,
    app_disable_hint => apps.disable_hint,
    app_enable_title => apps.enable_title,
    app_enable => apps.enable,
    app_enable_hint => apps.enable_hint,
    copy => common.copy,
    copied => common.copied,
    try_it => trial.start,
    try_hint => trial.hint,
    try_oidc => trial.oidc,
    try_wechat => trial.wechat,
    try_title => trial.title,
    try_received => trial.received,
    try_refused => trial.refused,
    try_over => trial.over,
    try_ended => trial.ended,
    try_again => trial.again,
    try_mend_denied => trial.mend_denied,
    try_mend_again => trial.mend_again,
    logo_title => logo.title,
    logo_hint => logo.hint,
    logo_file => logo.file,
    logo_upload => logo.upload,
    logo_replace => logo.replace,
    logo_remove => logo.remove,
    theme_title => theme.title,
    theme_value => theme.value,
    theme_auto => theme.auto,
    theme_contrast => theme.contrast,
    acts_title => log.title,
    acts_lead => log.lead,
    acts_none => log.none,
    acts_no_more => log.no_more,
    acts_older => log.older,
    acts_newest => log.newest,
    acts_all => log.all,
    acts_of_app => log.of_app,
    act_added => log.added,
    act_changed => log.changed,
    act_rotated => log.rotated,
    act_disabled => log.disabled,
    act_enabled => log.enabled,
    act_tried => log.tried,
    act_by_command => log.by_command,
    act_by_file => log.by_file,
    allowed_outdated => allowed.outdated,
    allowed_title => allowed.title,
    allowed_none => allowed.none,
    allowed_lead => allowed.lead,
    allowed_withdraw => allowed.withdraw,
    allowed_change_hint => allowed.change_hint,
    allowed_withdraw_hint => allowed.withdraw_hint,
    home_profile => home.profile,
    saved => common.saved,
}

#[expect(missing_docs, reason = "the table says it")]
impl Lang {
    pub fn act_by(self, name: &str, address: &str) -> String {
        self.texts().log.by(name, address)
    }

    pub fn allowed_save_for(self, app: &str) -> String {
        self.texts().allowed.save_for(app)
    }

    pub fn allowed_since(self, since: Timestamp) -> String {
        self.texts().allowed.since(&self.texts().date(since))
    }

    pub fn allowed_withdraw_from(self, app: &str) -> String {
        self.texts().allowed.withdraw_from(app)
    }

    pub fn app_disabled_since(self, since: Timestamp) -> String {
        self.texts().apps.disabled_since(&self.texts().date(since))
    }

    pub fn app_done(self, done: &str) -> Option<&'static str> {
        self.texts().app_done(done)
    }

    pub fn consent_question(self, app: &str) -> String {
        self.texts().consent.question(app)
    }

    pub fn date_and_time(self, moment: Timestamp) -> String {
        self.texts().date_and_time(moment)
    }

    pub fn learns(self, scopes: &Scopes, fields: Fields) -> &'static str {
        self.texts().learns(scopes, fields)
    }

    pub fn logout_question(self, host: &str) -> String {
        self.texts().logout.question(host)
    }

    pub fn other_dialect_advice(self, app: &str) -> String {
        self.texts().problems.other_dialect_advice(app)
    }

    pub fn try_part(self, name: &str) -> &'static str {
        self.texts().try_part(name)
    }

    pub fn unknown_origin_advice(self, app: &str, origin: &str) -> String {
        self.texts().problems.unknown_origin_advice(app, origin)
    }
}
