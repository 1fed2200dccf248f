//! Japanese: the pages on which people manage their own account.

use super::times::counted;
use crate::text::table::account::{Devices, NewPassword, Picture, Profile};

pub(super) const DEVICES: Devices = Devices {
    title: "ログイン中のデバイス",
    lead: "このアカウントでログイン中のデバイスです。心当たりのないものがあれば、ログアウトしてパスワードを変更してください。そこから承認したデバイスもログアウトされます。",
    ended: "ログアウトしました。そのデバイスでログインしたサイトも含みます。",
    gone: "そのデバイスはすでにログアウトしています。",
    this: "このデバイス",
    by_password: "パスワードでログイン",
    by_passkey: "パスキーでログイン",
    by_scan: "QRコードでログイン",
    by_link: "ワンタイムリンクでログイン",
    end: "ログアウト",
    end_others: "ほかの全デバイスをログアウト",
    end_others_hint: "このデバイスだけログインしたままになります。",
    known_title: "記憶されているブラウザー",
    forget: "すべて消去",
    forgotten: "消去しました。次にそこでログインするときは、追加の確認が必要です。",
    by_scan_on: |device| format!("QRコードでログイン、承認したデバイス：{device}"),
    known: |browsers| {
        format!(
            "{}のブラウザーが記憶されています。そこでは、スマートフォンで1回タップするだけでログインできます。",
            counted(browsers, "個")
        )
    },
    times: |opened, used| format!("ログイン：{opened}、最終使用：{used}"),
};

pub(super) const NEW_PASSWORD: NewPassword = NewPassword {
    title: "パスワードの変更",
    lead: "現在のパスワードと、新しいパスワードを入力してください。",
    old: "現在のパスワード",
    new: "新しいパスワード",
    others: "ほかの全デバイスをログアウト",
    save: "パスワードを変更",
    done: "パスワードを変更しました。",
    wrong: "現在のパスワードが違います。変更は行われていません。",
};

pub(super) const PROFILE: Profile = Profile {
    title: "プロフィール",
    lead: "必須なのは名前だけです。サイトには、求められた項目のうち、ご自身が許可したものだけが共有されます：",
    not_saved: "保存できませんでした。印のついた項目を確認してください。",
    outdated: "保存できませんでした。このページを開いている間に、プロフィールが別の場所で変更されました。ここに入力した内容で保存するには、もう一度保存してください。",
    about: "基本情報",
    gender: "性別",
    city: "市区町村",
    province: "都道府県・州",
    country: "国",
    language: "言語",
    none: "指定しない",
    female: "女性",
    male: "男性",
    other_gender: "その他",
    name_told: "名前は、ログインに使うアプリから取得しています。アプリで変更すると、ここにも反映されます。",
    wrong_place: "改行なしの64文字以内で入力してください。",
    wrong_choice: "リストから選んでください。",
    picture: "プロフィール画像",
    picture_file: "画像ファイル",
    picture_hint: "JPEG、PNG、WebP（8MBまで）。中央を正方形に切り抜いた小さな画像だけを保存します。画像がない場合は、イニシャルが表示されます。",
    picture_told: "ログインに使うアプリに画像が登録されています。別の画像をアップロードするまで、画像の閲覧を許可したサイトにはその画像が共有されます。",
    picture_upload: "アップロード",
    picture_remove: "画像を削除",
    picture_saved: "画像を保存しました。",
    picture_removed: "画像を削除しました。",
    shown: "コードを読み取ったとき、その画面に表示する情報",
    shown_hint: "承認するまで、その画面の前にいる人にも表示されます。",
    shown_name: "名前と画像",
    shown_letter: "名前の最初の1文字",
    shown_nothing: "何も表示しない",
};

pub(super) const PICTURE: Picture = Picture {
    none_chosen: "ファイルを選んでからアップロードしてください。",
    not_one: "画像として読み込めないファイルです。JPEG、PNG、WebPのファイルを選んでください。",
    too_large: "画像が大きすぎます。8MB以下、800万画素以下の画像を選んでください。",
    lossless: "このWebPファイルは可逆圧縮で、サイズが大きすぎます。JPEGかPNGで保存し直してください。",
    moves: "アニメーション画像は使えません。静止画を選んでください。",
    busy: "画像のアップロードが混み合っています。しばらくしてから、もう一度お試しください。",
};
