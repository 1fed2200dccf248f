//! Traditional Chinese: the pages on which people decide about apps.

use crate::text::table::sites::{Allowed, Consent, Logout};

pub(super) const CONSENT: Consent = Consent {
    going_back: "正在返回",
    title: "允許網站存取",
    warning: "如果您不是從該網站來到這裡，請不要允許。",
    allow: "允許",
    another: "使用其他帳號",
    question: |app| naming!("要繼續前往 {app} 嗎？", app),
};

pub(super) const LOGOUT: Logout = Logout {
    signed_out_title: "已登出",
    signed_out_lead: "您已在這個裝置上登出。",
    title: "登出",
    lead: "這是您登入過的網站提出的要求。",
    stay: "保持登入",
    question: |host| naming!("要登出 {host} 嗎？", host),
};

pub(super) const ALLOWED: Allowed = Allowed {
    outdated: "未儲存。您開啟這個頁面後，這個應用程式可取得的資料已在別處變更。以下是目前的內容。",
    title: "您允許的應用程式",
    none: "您還沒有用這個帳號登入過任何網站。",
    lead: "您用這個帳號登入過的網站，以及您提供給它們的資料。",
    withdraw: "撤銷存取權",
    change_hint: "變更在儲存後立即生效，已登入的網站也適用。每個網站會列出它要求、且您已填寫的項目：",
    withdraw_hint: "撤銷存取權後，網站無法再從這裡取得任何資料，下次須重新徵求您的同意。網站可能會保留已取得的資料，您也可能仍在該網站保持登入。",
    since: |date| format!("自 {date}起"),
    withdraw_from: |app| format!("撤銷存取權：{app}"),
    save_for: |app| format!("儲存 {app} 可取得的資料"),
};
