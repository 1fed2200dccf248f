//! Japanese: mails, and the pages about them.

use crate::text::table::mail::{MailPages, Mails};

pub(super) const MAILS: Mails = Mails {
    confirm: "アドレスを確認",
    choose: "ログイン方法を選ぶ",
    devices: "デバイスを確認",
    security: "ログイン方法を確認",
    sign_in: "ログイン",
    ignore: "心当たりがない場合は、このメールを無視してください。何も変更されません。",
    new_device_advice: "ご自身の操作であれば、何もする必要はありません。心当たりがない場合は、そのデバイスをログアウトし、パスワードを変更してください。",
    passkey_added_advice: "心当たりがない場合は、このパスキーを削除し、パスワードを変更してください。",
    passkey_removed_advice: "心当たりがない場合は、ほかのデバイスをログアウトし、パスワードを変更してください。",
    password_advice: "ご自身の操作であれば、何もする必要はありません。心当たりがない場合は、すぐにこのサイトの管理者に復旧用リンクを依頼してください。",
    profile: "プロフィールを確認",
    address_advice: "ご存じの変更であれば、何もする必要はありません。心当たりがない場合は、ログインしてパスワードを変更し、アドレスを元に戻してください。ログインできない場合は、すぐにこのサイトの管理者に連絡してください。",
    test_lead: "これはテストメールです。このサーバーからのメールは正常に届いています。",
    prove_subject: |site| naming!("【{site}】メールアドレスの確認", site),
    prove_lead: |username, site| {
        naming!(
            "{site}のアカウント「{username}」に、このメールアドレスが登録されようとしています。ご自身の操作であれば、アドレスを確認してください。",
            site,
            username
        )
    },
    prove_until: |until| format!("リンクは1回だけ使えます。有効期限：{until}"),
    invite_subject: |site| naming!("【{site}】ご招待のお知らせ", site),
    invite_lead: |username, site| {
        naming!(
            "{site}のアカウントが用意されました。ユーザー名は「{username}」です。ログイン方法を選ぶと、ご利用を開始できます。",
            site,
            username
        )
    },
    invite_lead_by: |name, username, site| {
        naming!(
            "{name}さんが{site}のアカウントを用意しました。ユーザー名は「{username}」です。ログイン方法を選ぶと、ご利用を開始できます。",
            name,
            site,
            username
        )
    },
    invite_until: |until| format!("リンクは、最初に開いたブラウザーで1回だけ使えます。有効期限：{until}"),
    recover_subject: |site| naming!("【{site}】ログインの再設定", site),
    recover_lead: |username, site| {
        naming!(
            "{site}のアカウント「{username}」について、ログインできないとの申し出がありました。ご自身の操作であれば、新しいログイン方法を選んでください。",
            site,
            username
        )
    },
    recover_lead_by: |name, username, site| {
        naming!(
            "{site}のアカウント「{username}」にもう一度ログインするためのリンクが、{name}さんから届いています。新しいログイン方法を選んでください。",
            site,
            username,
            name
        )
    },
    recover_until: |until| {
        format!("リンクは、最初に開いたブラウザーで1回だけ使えます。使うまで何も変更されません。有効期限：{until}")
    },
    new_device_subject: |site| naming!("【{site}】新しいログインのお知らせ", site),
    new_device_lead: |username, device, at| {
        naming!("アカウント「{username}」に、新しいデバイスまたはネットワークからログインがありました：", username)
            + &format!("{device}、{at}")
    },
    new_device_lead_from: |username, device, place, at| {
        naming!("アカウント「{username}」に、新しいデバイスまたはネットワークからログインがありました：", username)
            + &format!("{device}、")
            + &naming!("{place}", place)
            + &format!("、{at}")
    },
    passkey_added_subject: |site| naming!("【{site}】パスキー追加のお知らせ", site),
    passkey_added_lead: |passkey, username, at| {
        naming!(
            "アカウント「{username}」にパスキー「{passkey}」が追加され、ログインに使えるようになりました",
            username,
            passkey
        ) + &format!("（{at}）。")
    },
    passkey_removed_subject: |site| naming!("【{site}】パスキー削除のお知らせ", site),
    passkey_removed_lead: |passkey, username, at| {
        naming!(
            "アカウント「{username}」からパスキー「{passkey}」が削除され、ログインに使えなくなりました",
            username,
            passkey
        ) + &format!("（{at}）。")
    },
    password_subject: |site| naming!("【{site}】パスワード変更のお知らせ", site),
    password_lead: |username, device, at| {
        naming!("アカウント「{username}」のパスワードが変更されました：", username) + &format!("{device}、{at}")
    },
    address_subject: |site| naming!("【{site}】メールアドレス変更のお知らせ", site),
    address_lead: |username, device, at| {
        naming!(
            "アカウント「{username}」のメールアドレスが変更されました。今後、このアドレスにはメールが届きません。変更元：",
            username
        ) + &format!("{device}、{at}")
    },
    address_lead_by: |name, username, at| {
        naming!("{name}さんがアカウント「{username}」のメールアドレスを変更しました", name, username)
            + &format!("（{at}）。今後、このアドレスにはメールが届きません。")
    },
    test_subject: |site| naming!("【{site}】テストメール", site),
    footer: |username, site| {
        naming!(
            "このメールは、{site}のアカウント「{username}」についてお送りしています。当サイトがメールでパスワードをお尋ねしたり、QRコードをお送りしたりすることはありません。",
            site,
            username
        )
    },
};

pub(super) const MAIL_PAGES: MailPages = MailPages {
    send: "メールで送信",
    of_prove: "メールアドレスの確認",
    of_passkey: "パスキーの追加または削除",
    of_address: "メールアドレスの変更",
    too_many: "今日このアカウントに送れる、この種類のメールの上限に達しました。リンクを作成してご自身で渡すか、明日もう一度お試しください。",
    full: "送信待ちのメールが多すぎます。リンクを作成してご自身で渡すか、しばらくしてからもう一度お試しください。",
    no_address: "このアカウントにはメールアドレスがありません。リンクを作成してご自身で渡してください。",
    waits: "送信待ちのメールが多すぎます。しばらくしてから、もう一度お試しください。",
    prove_hint: "このアドレスにリンクを送ります。開くと、ご自身のアドレスであることを確認できます。",
    prove: "確認用のリンクを送信",
    prove_sent: "メールを送信しました。24時間以内にメールのリンクを開いてください。届かない場合は、迷惑メールフォルダーをご確認いただくか、明日もう一度お試しください。1つのアドレスに送れるメールの数には上限があります。",
    prove_not_needed: "確認が必要なアドレスはありません。",
    prove_too_many: "1日に送れるリンクの上限（10通）に達しました。届いているリンクを使うか、明日もう一度お試しください。",
    prove_title: "メールアドレスの確認",
    prove_confirm: "アドレスを確認",
    proven_title: "メールアドレスを確認しました",
    proven: "このページは閉じてかまいません。",
    over_title: "このリンクは使えません",
    unknown: "リンクを最後までコピーしたか確認してください。新しいメールが届いている場合はそのリンクを使うか、プロフィールから送信し直してください。",
    expired: "リンクの有効期限が切れました。プロフィールから送信し直してください。",
    other_address: "アカウントのアドレスはすでに変更されています。プロフィールから、新しいアドレスにリンクを送信してください。",
    disabled: "このアカウントは無効になっています。有効に戻すには、このサイトの管理者に連絡してください。",
    taken: "このアドレスは、ここでは使えません。別のアドレスを使うか、このサイトの管理者に問い合わせてください。",
    forgot: "パスワードをお忘れの場合",
    forgot_title: "パスワードの再設定",
    forgot_lead: "ユーザー名またはメールアドレスを入力してください。確認済みのアドレスにリンクを送ります。",
    forgot_name: "ユーザー名またはメールアドレス",
    forgot_send: "リンクを送信",
    forgot_sent_title: "メールをご確認ください",
    forgot_sent: "アカウントが存在し、アドレスが確認済みであれば、リンクをお送りしました。1時間有効です。送信後10分間は次のリンクを送れないため、すでに届いている場合はそのリンクを使ってください。届かない場合は、迷惑メールフォルダーと入力した内容をご確認いただくか、このサイトの管理者に問い合わせてください。",
    unproven_first: "リンクは作成されていません。このアドレスは未確認です。本人のアドレスに間違いなければ、チェックを入れてください。",
    unproven_sure: "本人のアドレスに間違いありません",
    unproven_hint: |address| {
        naming!(
            "{address}は未確認です。このアドレスのメールを読める人は、このアカウントにログインできるようになります。",
            address
        )
    },
    proof_sent: |address| {
        naming!(
            "{address}にリンクを送信しました。24時間以内に開いて、ご自身のアドレスであることを確認してください。",
            address
        )
    },
    send_hint: |address| {
        naming!("「メールで送信」を押すと、リンクは{address}に送られ、ここには表示されません。", address)
    },
    sent: |address| naming!("{address}にメールを送信しました。", address),
    sent_at: |at| format!("メールで送信済み（{at}）。"),
    refused_at: |at| {
        format!(
            "メールサーバーがメールを受け付けませんでした（{at}）。アドレスを確認するか、リンクを作成してご自身で渡してください。"
        )
    },
    expired_at: |at| format!("1日以内にメールを配信できなかったため、送信を中止しました（{at}）。"),
    waits_since: |at| format!("メールは送信待ちです（{at}から）。"),
    prove_sent_at: |at| format!("最後にリンクを送信した日時：{at}"),
    prove_refused_at: |at| {
        format!("メールサーバーがメールを受け付けませんでした（{at}）。アドレスを確認してください。")
    },
    prove_lead: |address, username| {
        naming!("{address}がアカウント「{username}」のアドレスであれば、確認してください。", address, username)
    },
};
