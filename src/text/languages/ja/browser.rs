//! Japanese: the page with the QR code, in the browser that is to be signed in.

use super::times::counted;
use crate::text::table::browser::{Login, Panel};

pub(super) const LOGIN: Login = Login {
    title: "スマートフォンでログイン",
    name_first: "まずユーザー名を入力してください。表示されるコードは、そのアカウント専用です。",
    show_code: "コードを表示",
    here_instead: "このデバイスでログイン",
    on_phone: "このスマートフォンでそのままログインできます。",
    on_phone_here: "このスマートフォンでログイン",
    on_phone_code: "別のスマートフォン用のコードを表示",
    heading: |site| naming!("{site}にログイン", site),
    leave: |app| naming!("ログインせずに{app}に戻る", app),
    scan_only: |app| naming!("「{app}」ではQRコードでのログインが必要です。", app),
};

pub(super) const PANEL: Panel = Panel {
    qr: "QRコード：スマートフォンのカメラで読み取ると、ここでログインできます",
    qr_over: "もう読み取れないQRコード",
    waiting: "スマートフォンのカメラで読み取る",
    steps: "リンクを開き、「承認」をタップ",
    scanned: "読み取りました。スマートフォンで承認してください。",
    scanned_title: "スマートフォンで承認してください",
    claimed: "ログインしています…",
    denied: "スマートフォンでログインが拒否されました。",
    over: "コードの有効期限が切れました。",
    outdated: "このページの以前のコードが読み取られました。ご自身の操作であれば、今のコードを読み取ってください。心当たりがなければ、複製された可能性があります。",
    second_account: "このコードは別のアカウントでも読み取られ、そちらは拒否されました。最初に読み取ったのがご自身でない場合は、やり直してください。",
    digits: "スマートフォンに表示された4桁の数字を入力してください。",
    digits_again: "数字が違います。スマートフォンを確認して、もう一度入力してください。",
    digits_label: "スマートフォンの数字",
    wrong_number: "この画面とは違う番号がスマートフォンで選ばれたため、ログインを中止しました。ご自身の操作であれば、新しいコードを表示して、もう一度お試しください。",
    wrong_typed: "入力の間違いが続いたため、ログインを中止しました。ご自身の操作であれば、新しいコードを表示して、もう一度お試しください。",
    lost: "接続が切れました。再接続しています…",
    start_over: "ご本人でない場合はやり直す",
    code_label: "入力用のコード",
    press_continue: "「続行」を押すと完了します。",
    number: |number| naming!("スマートフォンで{number}をタップしてください。", number),
    or_type: |link| naming!("カメラを使えない場合は、{link}でこのコードを入力", link),
    scanned_by: |name| naming!("{name}さん、スマートフォンで承認してください", name),
    approved_by: |name| naming!("{name}さんが承認しました。", name),
    onward: |host, hours| {
        let hours = counted(hours, "時間");
        naming!("{host}に移動します。このブラウザーは最長{hours}ログインしたままになります。", host)
    },
    onward_for_visit: |host| naming!("{host}に移動します。このブラウザーでのログインは今回のみです。", host),
};
