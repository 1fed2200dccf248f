//! Simplified Chinese: the pages on which people decide about apps.

use crate::text::table::sites::{Allowed, Consent, Logout};

pub(super) const CONSENT: Consent = Consent {
    going_back: "正在跳转",
    title: "网站授权",
    warning: "仅当您是从该网站来到这里时，才点击“允许”。",
    allow: "允许",
    another: "使用其他账号",
    question: |app| naming!("继续前往“{app}”？", app),
};

pub(super) const LOGOUT: Logout = Logout {
    signed_out_title: "已退出登录",
    signed_out_lead: "您已在此设备上退出登录。",
    title: "退出登录",
    lead: "您登录过的一个网站请求退出登录。",
    stay: "保持登录",
    question: |host| naming!("要从 {host} 退出登录吗？", host),
};

pub(super) const ALLOWED: Allowed = Allowed {
    outdated: "未保存。您打开此页面后，该应用的授权已在别处被修改。以下是当前的授权。",
    title: "已授权的应用",
    none: "您还没有用此账号登录过任何网站。",
    lead: "您用此账号登录过的网站，以及与它们共享的信息。",
    withdraw: "取消授权",
    change_hint: "修改在保存后立即生效，已登录的网站也不例外。各网站下可勾选的，是它请求且您已填写的内容：",
    withdraw_hint: "取消授权后，网站不能再从这里获取信息，下次需要重新请求。网站可能仍保留已获取的信息，您在那里可能仍是登录状态。",
    since: |date| format!("授权于 {date}"),
    withdraw_from: |app| format!("取消授权：{app}"),
    save_for: |app| format!("保存“{app}”可获取的信息"),
};
