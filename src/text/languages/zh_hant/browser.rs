//! Traditional Chinese: the page with the QR code, in the browser that is to be signed in.

use super::times::counted;
use crate::text::table::browser::{Login, Panel};

pub(super) const LOGIN: Login = Login {
    title: "使用手機登入",
    name_first: "請先輸入使用者名稱。QR Code 只適用於這個帳號。",
    show_code: "顯示 QR Code",
    here_instead: "改為直接在這個裝置上登入",
    on_phone: "您正在使用手機，可以直接在這裡登入。",
    on_phone_here: "在這支手機上登入",
    on_phone_code: "顯示 QR Code，用另一支手機掃描",
    heading: |site| naming!("登入 {site}", site),
    leave: |app| naming!("不登入，返回 {app}", app),
    scan_only: |app| naming!("{app} 要求您掃描 QR Code 登入。", app),
};

pub(super) const PANEL: Panel = Panel {
    qr: "QR Code：用手機相機掃描，即可在這裡登入",
    qr_over: "QR Code，已無法掃描",
    waiting: "請用手機相機掃描",
    steps: "開啟連結，然後點選「核准」。",
    scanned: "已掃描，請在手機上核准。",
    scanned_title: "請在手機上核准",
    claimed: "登入中…",
    denied: "手機已拒絕這次登入。",
    over: "QR Code 已過期。",
    outdated: "剛才有人掃描了這個頁面先前的 QR Code。如果是您，請掃描現在這個；如果不是，可能有人複製了 QR Code。",
    second_account: "有另一個帳號掃描了這個 QR Code，已遭拒絕。如果最先掃描的不是您，請重新開始。",
    digits: "請輸入手機上顯示的四位數字。",
    digits_again: "數字不正確。請查看手機，重新輸入。",
    digits_label: "手機上的數字",
    wrong_number: "手機上選的數字與這個畫面顯示的不同，因此已停止登入。如果是您本人操作，請重新產生 QR Code，再試一次。",
    wrong_typed: "輸入錯誤次數過多，因此已停止登入。如果是您本人操作，請重新產生 QR Code，再試一次。",
    lost: "連線中斷，正在重試…",
    start_over: "不是您？重新開始",
    code_label: "可輸入的代碼",
    press_continue: "點選「繼續」即可完成。",
    number: |number| naming!("請在手機上點選 {number}。", number),
    or_type: |link| naming!("沒有相機？請到 {link} 輸入：", link),
    scanned_by: |name| naming!("{name}，請在手機上核准", name),
    approved_by: |name| naming!("已核准。{name}", name),
    onward: |host, hours| {
        let hours = counted(hours, "小時");
        naming!("接下來會前往 {host}。這個瀏覽器會保持登入，最長 {hours}。", host)
    },
    onward_for_visit: |host| naming!("接下來會前往 {host}。這個瀏覽器只在這次使用期間保持登入。", host),
};
