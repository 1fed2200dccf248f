//! Japanese: refused requests, what happened and what to do.

use super::times::counted;
use crate::text::table::problems::{Problems, Programs, Refusals, Theme};

pub(super) const REFUSALS: Refusals = Refusals {
    full_title: "ログインが混み合っています",
    malformed_title: "コードではありません",
    malformed_advice: "リンクが途中で切れています。もう少し近づけて、コードを読み取り直してください。",
    forged_title: "このサイトのコードではありません",
    forged_advice: "このサイトのコードに似ていますが、別のものです。使わずに、見せてきた相手に注意してください。",
    expired_title: "コードの有効期限が切れました",
    expired_advice: "ログインは行われていません。今画面に表示されているコードを読み取ってください。コードがなければ、その画面で新しいコードを表示してください。",
    outdated_title: "画面には新しいコードがあります",
    outdated_advice: "読み取ったのは以前のコードです。誰かから送られてきたコードなら、アカウントを悪用されるおそれがあるため、何もしないでください。画面が目の前にある場合は、今表示されているコードを読み取ってください。",
    used_title: "このコードは使用済みです",
    used_advice: "コードは1回だけ使えます。別のデバイスでログインするには、その画面のコードを読み取ってください。",
    denied_title: "このログインは拒否されました",
    denied_advice: "スマートフォンで拒否されました。ログインする場合は、もう一方の画面で新しいコードを表示してください。",
    cancelled_title: "もう一方の画面でやり直されました",
    cancelled_advice: "もう一方の画面に新しいコードが表示されています。そちらを読み取ってください。",
    taken_title: "先にほかの人が読み取りました",
    taken_advice: "このコードは別のアカウントが確認中です。心当たりがない場合は、もう一方の画面で「やり直す」を選び、新しいコードを読み取ってください。",
    not_scanned_title: "先にコードを読み取ってください",
    not_scanned_advice: "承認や拒否は、このアカウントでコードを読み取ったあとに行えます。",
    decided_title: "すでに回答済みです",
    decided_advice: "承認または拒否は1回だけ行えます。結果はもう一方の画面で確認してください。",
    not_approved_title: "まだ承認されていません",
    not_approved_advice: "このログインは、スマートフォンでまだ承認されていません。",
    rested_title: "ページの有効期限が切れました",
    rested_advice: "このページに新しいコードは表示されません。ページを開き直してください。",
    other_browser_title: "別のブラウザーのログインです",
    other_browser_advice: "ログインできるのは、コードを表示したブラウザーだけです。このブラウザーで表示していた場合は、Cookieが無効になっている可能性があります。",
    wrong_account_title: "別のアカウント用のコードです",
    wrong_account_advice: "最初に入力されたユーザー名のアカウント専用のコードです。ご自身で入力した場合は、そのアカウントでログイン中のスマートフォンで読み取ってください。心当たりがない場合は、他人のコードを送られた可能性があります。",
    another_account_title: "別のアカウントでのログインが必要です",
    another_account_advice: "サイトが、以前使ったアカウントでの再ログインを求めています。そのアカウントでログイン中のスマートフォンでコードを読み取ってください。",
    same_browser_title: "コードを表示しているブラウザーです",
    same_browser_advice: "このブラウザーではすでにログインしています。コードは別のデバイス用なので、スマートフォンで読み取ってください。",
};

pub(super) const PROBLEMS: Problems = Problems {
    unknown_app_title: "登録されていないサイトです",
    unknown_app_advice: "移動元のサイトは、ここでログインできるサイトとして登録されていません。そのサイトの運営者にお知らせください。",
    unknown_redirect_title: "このサイトのログイン用リンクは許可されていません",
    request_over_title: "このログインは終了しています",
    request_over_advice: "時間切れか、すでに完了しています。元のサイトに戻り、もう一度ログインしてください。",
    not_signed_in_title: "ログインしませんでした",
    not_signed_in_advice: "元のサイトには何も送信していません。ログインする場合は、元のサイトに戻ってやり直してください。",
    broken_title: "エラーが発生しました",
    broken_advice: "サーバー側の問題です。しばらくしてから、もう一度お試しください。",
    wrong_address_title: "このサイトのアドレスは別にあります",
    wrong_address_step: "正しいアドレスで開く",
    not_found_title: "ページが見つかりません",
    not_found_advice: "アドレスが間違っているか、ページが移動した可能性があります。",
    malformed_title: "リクエストを処理できませんでした",
    malformed_advice: "前のページに戻って再読み込みし、もう一度お試しください。",
    too_many_title: "試行回数が多すぎます",
    cross_site_title: "別のサイトからの操作です",
    wrong_address_advice: |opened, origin| {
        naming!(
            "開いたアドレスは{opened}ですが、ログインは{origin}で行います。そちらを開いてください。",
            opened,
            origin
        )
    },
    cross_site_advice: |origin| {
        naming!("安全のためブロックしました。{origin}を開いて、もう一度お試しください。", origin)
    },
    unknown_redirect_advice: |app| {
        naming!(
            "「{app}」が、登録されていないアドレスに移動させようとしました。アプリの運営者が、このアドレスをここに登録する必要があります。",
            app
        )
    },
    unknown_origin_advice: |app, origin| {
        naming!(
            "「{app}」のコードを表示しているページのオリジン{origin}は、登録されていません。アプリの運営者が、このオリジンをここに登録する必要があります。",
            app,
            origin
        )
    },
    other_dialect_advice: |app| {
        naming!("「{app}」は、別のログインプロトコルで登録されています。アプリの運営者がここで変更できます。", app)
    },
    malformed_by_app: |why| format!("サイトの開発者による修正が必要です：{why}"),
    wait_seconds: |seconds| format!("{}待ってから、もう一度お試しください。", counted(seconds, "秒")),
    wait_minutes: |minutes| format!("{}待ってから、もう一度お試しください。", counted(minutes, "分")),
};

pub(super) const THEME: Theme = Theme {
    title: "このフレームの外観の指定は使えません",
    value: "色は#rrggbb、角丸は24以下のピクセル数、フォントはsystem、sans、serif、rounded、monoのいずれか、schemeはlight、dark、autoのいずれかで指定してください。",
    auto: "1つの色を明るい背景と暗い背景の両方で読みやすくすることはできないため、scheme=autoのフレームには色を指定できません。scheme=lightまたはscheme=darkを選んでください。",
    contrast: "文字色とアクセントカラーには、背景に対して4.5:1以上のコントラストが必要です。より濃い色か薄い色、または別のschemeを選んでください。",
};

pub(super) const PROGRAMS: Programs = Programs {
    title: "トークンを受け付けられませんでした",
    off: "このサーバーはモバイルアプリのトークンを受け付けません。サーバーの運営者は、設定ファイルの[phone]で有効にできます。",
    missing: "Authorization: Bearerでトークンを送信してください。",
    invalid: "このサーバーの新しいトークンを取得して、もう一度お試しください。",
    too_large: "リクエストが大きすぎるため、このサーバーでは処理できません。",
    length: "本文をContent-Lengthとともに送信してください。",
    socket: "ここでWebSocketを開始するには、Sec-WebSocket-Version: 13とSec-WebSocket-Keyが必要です。",
    host: "Hostヘッダーを1つ送信してください。アドレスのホストと、ポートがあればポートを指定します。",
    parameter: "この呼び出しでは、そのパラメーターを使えません。コードはアドレスに含め、アカウントはトークンで決まります。pressedを使えるのはscanのみ、fieldsを使えるのはapproveのみです。",
};
