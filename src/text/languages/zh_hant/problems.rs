//! Traditional Chinese: refused requests, what happened and what to do.

use super::times::counted;
use crate::text::table::problems::{Problems, Programs, Refusals, Theme};

pub(super) const REFUSALS: Refusals = Refusals {
    full_title: "目前登入人數過多",
    malformed_title: "這不是有效的 QR Code",
    malformed_advice: "連結不完整。請靠近一點，重新掃描 QR Code。",
    forged_title: "這不是本站的 QR Code",
    forged_advice: "這個 QR Code 很像本站的，但並不是。請不要使用，並小心向您出示它的人。",
    expired_title: "QR Code 已過期",
    expired_advice: "沒有任何裝置登入。請掃描畫面上目前的 QR Code；如果沒有，請在該畫面上重新產生。",
    outdated_title: "畫面上有較新的 QR Code",
    outdated_advice: "您掃描的是較舊的 QR Code。如果是別人傳給您的，對方可能想冒用您的身分登入，請不要有任何動作。如果該畫面就在您眼前，請掃描目前的 QR Code。",
    used_title: "這個 QR Code 已使用過",
    used_advice: "QR Code 只能使用一次。如要登入其他裝置，請掃描該裝置畫面上的 QR Code。",
    denied_title: "這次登入已遭拒絕",
    denied_advice: "手機拒絕了這次登入。如果還是要登入，請在另一個畫面上重新產生 QR Code。",
    cancelled_title: "另一個畫面已重新開始",
    cancelled_advice: "另一個畫面已顯示新的 QR Code，請掃描新的。",
    taken_title: "已有其他人先掃描",
    taken_advice: "這個 QR Code 正由另一個帳號處理。如果您不知道對方是誰，請在另一個畫面上點選「重新開始」，再掃描新的 QR Code。",
    not_scanned_title: "請先掃描 QR Code",
    not_scanned_advice: "您的帳號掃描 QR Code 後，才能核准或拒絕。",
    decided_title: "這次登入已經處理過",
    decided_advice: "每次登入只能核准或拒絕一次。請查看另一個畫面上的結果。",
    not_approved_title: "尚未核准",
    not_approved_advice: "手機尚未核准這次登入。",
    rested_title: "這個頁面已過期",
    rested_advice: "這裡不會再顯示新的 QR Code。請重新開啟頁面。",
    other_browser_title: "這次登入屬於另一個瀏覽器",
    other_browser_advice: "只有顯示 QR Code 的瀏覽器才能用它登入。如果就是這個瀏覽器，可能是 Cookie 已關閉。",
    wrong_account_title: "這個 QR Code 屬於另一個帳號",
    wrong_account_advice: "這個 QR Code 只適用於先前輸入的帳號。如果是您輸入的，請用已登入該帳號的手機掃描；如果不是，可能有人把自己的 QR Code 傳給了您。",
    another_account_title: "該網站要求使用另一個帳號",
    another_account_advice: "該網站要求您用先前的帳號重新登入。請用已登入該帳號的手機掃描 QR Code。",
    same_browser_title: "這就是要登入的瀏覽器",
    same_browser_advice: "您已在這裡登入。QR Code 是給其他裝置用的，請用手機掃描。",
};

pub(super) const PROBLEMS: Problems = Problems {
    unknown_app_title: "無法辨識這個網站",
    unknown_app_advice: "有個網站將您帶到這裡登入，但它沒有在本站註冊。請通知該網站的負責人。",
    unknown_redirect_title: "不允許這個網站的登入連結",
    request_over_title: "這次登入已結束",
    request_over_advice: "可能已逾時，或先前就已完成。請回到原本的網站，重新登入。",
    not_signed_in_title: "您沒有登入",
    not_signed_in_advice: "我們沒有傳送任何資料給原本的網站。如果還是要登入，請返回並重新開始。",
    broken_title: "發生錯誤",
    broken_advice: "這不是您的問題，請稍後再試一次。",
    wrong_address_title: "這不是本站的網址",
    wrong_address_step: "前往該網址",
    not_found_title: "找不到頁面",
    not_found_advice: "網址可能輸入錯誤，或頁面已移至他處。",
    malformed_title: "無法處理這項要求",
    malformed_advice: "請返回並重新載入頁面，再試一次。",
    too_many_title: "嘗試次數過多",
    cross_site_title: "這項要求來自其他網站",
    wrong_address_advice: |opened, origin| {
        naming!("您開啟的是 {opened}，但登入網址是 {origin}。請改用這個網址。", opened, origin)
    },
    cross_site_advice: |origin| naming!("為了您的安全，已封鎖這項要求。請開啟 {origin}，再試一次。", origin),
    unknown_redirect_advice: |app| {
        naming!("{app} 要將您帶往未註冊的網址。該應用程式的負責人必須先在本站註冊這個網址。", app)
    },
    unknown_origin_advice: |app, origin| {
        naming!("{app} 顯示 QR Code 的頁面未註冊：{origin}。該應用程式的負責人必須先在本站註冊這個來源。", app, origin)
    },
    other_dialect_advice: |app| {
        naming!("{app} 在本站註冊的是另一種登入通訊協定。該應用程式的負責人可以在本站變更。", app)
    },
    malformed_by_app: |why| format!("網站開發者需要修正這個問題：{why}。"),
    wait_seconds: |seconds| format!("請在 {}後再試一次。", counted(seconds, "秒")),
    wait_minutes: |minutes| format!("請在 {}後再試一次。", counted(minutes, "分鐘")),
};

pub(super) const THEME: Theme = Theme {
    title: "這個頁框的外觀設定無法使用",
    value: "色彩須為 #rrggbb，圓角為不超過 24 的像素數，字型為 system、sans、serif、rounded 或 mono，配色為 light、dark 或 auto。",
    auto: "使用 scheme=auto 時，頁框不能自訂色彩，因為同一種色彩無法在淺色和深色背景上都清晰可讀。請選擇 scheme=light 或 scheme=dark。",
    contrast: "文字和強調色與背景的對比至少須為 4.5:1。請選擇較深或較淺的色彩，或改用另一種配色。",
};

pub(super) const PROGRAMS: Programs = Programs {
    title: "不接受這個權杖",
    off: "這部伺服器不接受行動應用程式的權杖。維運人員可以在設定檔中以 [phone] 啟用。",
    missing: "請傳送含有權杖的 Authorization: Bearer。",
    invalid: "請取得這部伺服器的新權杖，再試一次。",
    too_large: "要求過大，這部伺服器無法處理。",
    length: "請傳送內容，並附上 Content-Length。",
    socket: "WebSocket 在這裡須以 Sec-WebSocket-Version: 13 和 Sec-WebSocket-Key 開始。",
    host: "請傳送一個 Host 標頭：網址的主機，如有連接埠也須包含。",
    parameter: "這個呼叫不接受該參數。代碼須放在網址中，帳號由權杖決定；只有 scan 接受 pressed，只有 approve 接受 fields。",
};
