//! Japanese: one-time links, and the fresh proof.

use crate::text::table::links::{Links, PeopleLinks, Proof};

pub(super) const LINKS: Links = Links {
    invite_title: "招待が届いています",
    invite_lead: "アカウントが用意されています。続行して、ログイン方法を選んでください。",
    recover_title: "アカウントの復旧",
    recover_lead: "このリンクで、アカウントにもう一度ログインできるようになります。ご自身で依頼した場合のみ続行してください。",
    this_browser: "続行すると、このリンクはこのブラウザーでのみ使えます。",
    choose_title: "ようこそ",
    end_others: "ほかの全デバイスをログアウト",
    finish: "パスワードを設定してログイン",
    over_title: "このリンクは使えません",
    unknown: "リンクを最後までコピーしたか確認してください。それでも開けない場合は、送信者に新しいリンクを依頼してください。",
    used: "このリンクは使用済みです（使えるのは1回だけです）。設定した方法でログインしてください。心当たりがない場合は、送信者にお知らせください。",
    withdrawn: "取り消されたか、新しいリンクに置き換えられています。最新のリンクを使うか、新しいリンクを依頼してください。",
    expired: "リンクの有効期限が切れました。送信者に新しいリンクを依頼してください。",
    disabled: "このアカウントは無効になっています。有効に戻すには、このサイトの管理者に連絡してください。",
    elsewhere_title: "このリンクは別のブラウザーで開かれました",
    elsewhere: "そのブラウザーで続けてください。心当たりがない場合は、ほかの人がリンクを開いたことを送信者に伝え、新しいリンクを依頼してください。",
    set_up_elsewhere: "そのブラウザーで続けてください。できない場合は、1時間後にここでリンクを開き直すか、コマンドラインで最初のアカウントを作成してください。",
    choose_lead: |username| naming!("ユーザー名は「{username}」です。今後のログイン方法を選んでください。", username),
};

pub(super) const PROOF: Proof = Proof {
    title: "本人確認",
    lead: "続けるには、パスワードをもう一度入力してください。",
    lead_passkey: "続けるには、パスキーをもう一度使ってください。",
    passkey_only: "アカウントにパスワードがありません。パスキーを使ってください。",
    hint: "確認後、元のページに戻ります。ボタンを押した場合は、戻ってからもう一度押してください。",
    carried_title: "入力した内容を送信します",
    carried_hint: "確認後、入力した内容が送信されます。",
    back: "戻る",
    wrong: "パスワードが違います。もう一度お試しください。",
    needed_title: "先に本人確認が必要です",
    needed_advice: "この操作には、過去5分以内の本人確認（パスキーまたはパスワード）が必要です。「/account/proof」を開いて確認してから、もう一度お試しください。",
    no_password_title: "このアカウントにはパスワードがありません",
    no_password_advice: "この操作にはパスワードかパスキーが必要ですが、アカウントにはどちらもありません。このサイトの管理者に、設定用のリンクを依頼してください。",
};

pub(super) const PEOPLE_LINKS: PeopleLinks = PeopleLinks {
    title: "ワンタイムリンク",
    none: "このアカウントのリンクはまだ作成されていません。",
    fresh_title: "新しいリンク",
    fresh_hint: "このリンクは今回しか表示されません。本人だけが読める方法で送ってください。最初に開いたブラウザーで、1回だけ使えます。",
    invite_title: "招待",
    invite_hint: "本人がパスワードかパスキーを設定するためのリンクを作成します。有効期間は3日間です。このアカウントの以前のリンクは使えなくなります。",
    invite: "招待リンクを作成",
    recover_title: "復旧用リンク",
    recover_hint: "本人が新しいパスワードかパスキーを設定するためのリンクを作成します。有効期間は1時間です。使われるまで何も変わりません。このアカウントの以前のリンクは使えなくなります。",
    recover: "復旧用リンクを作成",
    withdraw_title: "リンクの取り消し",
    withdraw_hint: "リンクはすぐに使えなくなります。ほかに影響はありません。",
    withdraw: "リンクを取り消す",
    withdrawn: "リンクを取り消しました。もう使えません。",
    disabled: "このアカウントは無効になっています。有効にしてからリンクを作成してください。",
    no_username: "スマートフォンアプリのアカウントのため、ユーザー名がありません。本人はアプリでログインします。",
    invitations_off: "ここでは招待できません。アカウントは、サーバーの運営者がコマンドラインで作成します。",
    has_way_in: "このアカウントにはパスワードかパスキーがすでにあります。代わりに復旧用リンクを作成してください。",
    of_invite: "招待リンク",
    of_recover: "復旧用リンク",
    lead: |username| naming!("対象：{username}。リンクは1回だけ使え、作成時にのみ表示されます。", username),
    made_by: |name, at| naming!("作成：{name}さん", name) + &format!("（{at}）"),
    made_by_command: |at| format!("作成：コマンドライン（{at}）"),
    is_open: |until| format!("まだ開かれていません。{until}まで有効です。"),
    is_opened: |at, until| format!("開かれましたが（{at}）、まだ使われていません。{until}まで有効です。"),
    is_used: |at| format!("使用済み（{at}）。"),
    is_withdrawn: |at| format!("取り消し済み（{at}）。"),
    is_expired: |at| format!("未使用のまま有効期限切れ（{at}）。"),
    tried_elsewhere: |at| {
        format!(
            "別のブラウザーでも開こうとした形跡があります（最初は{at}）。本人に心当たりがない場合は、リンクを取り消してください。"
        )
    },
};
