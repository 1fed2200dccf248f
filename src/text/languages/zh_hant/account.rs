//! Traditional Chinese: the pages on which people manage their own account.

use super::times::counted;
use crate::text::table::account::{Devices, NewPassword, Picture, Profile};

pub(super) const DEVICES: Devices = Devices {
    title: "已登入的裝置",
    lead: "這些裝置已登入您的帳號。如有不認得的裝置，請將它登出並變更密碼。由該裝置核准的裝置也會一併登出。",
    ended: "已登出，從該裝置登入的網站也已登出。",
    gone: "該裝置先前已登出。",
    this: "這個裝置",
    by_password: "使用密碼登入",
    by_passkey: "使用密碼金鑰登入",
    by_scan: "掃描 QR Code 並核准後登入",
    by_link: "使用一次性連結登入",
    end: "登出",
    end_others: "登出所有其他裝置",
    end_others_hint: "只有這個裝置會保持登入。",
    known_title: "已記住的瀏覽器",
    forget: "全部清除",
    forgotten: "已清除。下次在這些瀏覽器登入時，會需要多一道確認。",
    by_scan_on: |device| format!("掃描 QR Code，並用 {device} 核准後登入"),
    known: |browsers| {
        format!("您的帳號已記住 {}瀏覽器。在已記住的瀏覽器登入時，只要在手機上點一下即可。", counted(browsers, "個"))
    },
    times: |opened, used| format!("登入時間：{opened}，最近使用：{used}"),
};

pub(super) const NEW_PASSWORD: NewPassword = NewPassword {
    title: "變更密碼",
    lead: "請輸入目前的密碼，再設定新密碼。",
    old: "目前的密碼",
    new: "新密碼",
    others: "登出所有其他裝置",
    save: "變更密碼",
    done: "已變更您的密碼。",
    wrong: "目前的密碼不正確，未做任何變更。",
};

pub(super) const PROFILE: Profile = Profile {
    title: "您的個人資料",
    lead: "只有名稱為必填。網站只能取得它要求、且您逐項允許的資料：",
    not_saved: "未儲存。請檢查標示的欄位。",
    outdated: "未儲存。您開啟這個頁面後，個人資料已在別處變更。如要保留您在這裡輸入的內容，請再儲存一次。",
    about: "關於您",
    gender: "性別",
    city: "城市",
    province: "縣市或省／州",
    country: "國家或地區",
    language: "語言",
    none: "未指定",
    female: "女性",
    male: "男性",
    other_gender: "其他",
    name_told: "您的名稱來自您用來登入的應用程式。在該應用程式中變更後，這裡也會跟著變更。",
    wrong_place: "最多 64 個字元，且不可換行。",
    wrong_choice: "請從清單中選擇一個選項。",
    picture: "大頭貼",
    picture_file: "圖片檔",
    picture_hint: "JPEG、PNG 或 WebP，最大 8 MB。我們只保留圖片中央的小正方形，不保留檔案的其他內容。沒有大頭貼時，會顯示您名稱的縮寫。",
    picture_told: "您用來登入的應用程式有您的大頭貼。在您上傳新的大頭貼之前，可查看大頭貼的網站會取得那一張。",
    picture_upload: "上傳",
    picture_remove: "移除大頭貼",
    picture_saved: "已儲存您的大頭貼。",
    picture_removed: "已移除您的大頭貼。",
    shown: "掃描 QR Code 後，畫面上顯示的個人資料",
    shown_hint: "在您核准之前顯示，畫面前的人都看得到。",
    shown_name: "名稱和大頭貼",
    shown_letter: "名稱的第一個字",
    shown_nothing: "不顯示",
};

pub(super) const PICTURE: Picture = Picture {
    none_chosen: "請先選擇檔案，再上傳。",
    not_one: "無法讀取這個圖片檔。請選擇 JPEG、PNG 或 WebP 檔案。",
    too_large: "這張圖片太大。請選擇不超過 8 MB 和 800 萬像素的圖片。",
    lossless: "這個 WebP 檔案為無失真壓縮，而且太大。請將圖片儲存為 JPEG 或 PNG 檔案。",
    moves: "這是動態圖片。請選擇靜態圖片。",
    busy: "目前有許多圖片正在上傳。請稍後再試一次。",
};
