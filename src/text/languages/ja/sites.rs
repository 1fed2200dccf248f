//! Japanese: the pages on which people decide about apps.

use crate::text::table::sites::{Allowed, Consent, Logout};

pub(super) const CONSENT: Consent = Consent {
    going_back: "元のサイトに戻ります",
    title: "サイトの許可",
    warning: "そのサイトからここに移動してきた場合のみ許可してください。",
    allow: "許可",
    another: "別のアカウントを使う",
    question: |app| naming!("{app}に進みますか？", app),
};

pub(super) const LOGOUT: Logout = Logout {
    signed_out_title: "ログアウトしました",
    signed_out_lead: "このデバイスからログアウトしました。",
    title: "ログアウト",
    lead: "ログイン先のサイトがログアウトを求めています。",
    stay: "ログアウトしない",
    question: |host| naming!("{host}からログアウトしますか？", host),
};

pub(super) const ALLOWED: Allowed = Allowed {
    outdated: "保存できませんでした。このページを開いている間に、このアプリに共有する情報が別の場所で変更されました。現在の内容は次のとおりです。",
    title: "許可したアプリ",
    none: "このアカウントでログインしたサイトはまだありません。",
    lead: "このアカウントでログインしたサイトと、共有している情報です。",
    withdraw: "アクセスを取り消す",
    change_hint: "変更は、ログイン中のサイトにも保存後すぐに反映されます。サイトが求める項目のうち、入力済みのものを選択できます：",
    withdraw_hint: "取り消すと、サイトにここから情報が送られなくなり、次回はあらためて許可が必要になります。サイトがすでに取得した情報や、そのサイトでのログイン状態は残ることがあります。",
    since: |date| format!("{date}から"),
    withdraw_from: |app| format!("{app}のアクセスを取り消す"),
    save_for: |app| format!("{app}に共有する情報を保存"),
};
