//! Traditional Chinese: mails, and the pages about them.

use crate::text::table::mail::{MailPages, Mails};

pub(super) const MAILS: Mails = Mails {
    confirm: "驗證電子郵件地址",
    choose: "選擇登入方式",
    devices: "查看您的裝置",
    security: "查看登入方式",
    sign_in: "登入",
    ignore: "如果不是您本人操作，請忽略這封郵件，不會有任何變更。",
    new_device_advice: "如果是您本人操作，您無須採取任何行動。如果不是，請登出該裝置並變更密碼。",
    passkey_added_advice: "如果不是您本人操作，請移除這個密碼金鑰並變更密碼。",
    passkey_removed_advice: "如果不是您本人操作，請登出您的其他裝置並變更密碼。",
    password_advice: "如果是您本人操作，您無須採取任何行動。如果不是，請立即向本站管理員索取復原連結。",
    profile: "查看您的個人資料",
    address_advice: "如果您知道這項變更，就無須採取任何行動。如果不知道，請登入、變更密碼，並改回您的電子郵件地址。如果無法登入，請立即向本站管理員求助。",
    test_lead: "這是測試郵件。這部伺服器寄出的郵件可正常送達。",
    prove_subject: |site| naming!("驗證您在 {site} 的電子郵件地址", site),
    prove_lead: |username, site| {
        naming!("{username} 想在 {site} 使用這個電子郵件地址。如果是您本人，請驗證。", username, site)
    },
    prove_until: |until| format!("連結只能使用一次，有效期限：{until}。"),
    invite_subject: |site| naming!("{site} 邀請您加入", site),
    invite_lead: |username, site| {
        naming!("您在 {site} 已有帳號，使用者名稱是 {username}。選擇登入方式，就能開始使用。", username, site)
    },
    invite_lead_by: |name, username, site| {
        naming!(
            "{name} 在 {site} 為您建立了帳號，使用者名稱是 {username}。選擇登入方式，就能開始使用。",
            name,
            username,
            site
        )
    },
    invite_until: |until| format!("連結只能使用一次，且限最先開啟它的瀏覽器。有效期限：{until}。"),
    recover_subject: |site| naming!("重新登入 {site}", site),
    recover_lead: |username, site| {
        naming!("有人要求協助以 {username} 的身分登入 {site}。如果是您本人，請選擇新的登入方式。", username, site)
    },
    recover_lead_by: |name, username, site| {
        naming!(
            "{name} 傳送連結給您，讓您重新以 {username} 的身分登入 {site}。您可以透過連結選擇新的登入方式。",
            name,
            username,
            site
        )
    },
    recover_until: |until| {
        format!("連結只能使用一次，且限最先開啟它的瀏覽器。有效期限：{until}。使用前不會有任何變更。")
    },
    new_device_subject: |site| naming!("您在 {site} 的帳號有新的登入活動", site),
    new_device_lead: |username, device, at| {
        naming!("{username} 在新的裝置或網路上登入：", username) + &format!("{device}，{at}。")
    },
    new_device_lead_from: |username, device, place, at| {
        naming!("{username} 在新的裝置或網路上登入：", username)
            + &format!("{device}，")
            + &naming!("{place}", place)
            + &format!("，{at}。")
    },
    passkey_added_subject: |site| naming!("您在 {site} 的帳號已新增密碼金鑰", site),
    passkey_added_lead: |passkey, username, at| {
        naming!("密碼金鑰「{passkey}」現在可用於登入帳號 {username}。", passkey, username)
            + &format!("新增時間：{at}。")
    },
    passkey_removed_subject: |site| naming!("您在 {site} 的帳號已移除密碼金鑰", site),
    passkey_removed_lead: |passkey, username, at| {
        naming!("密碼金鑰「{passkey}」已無法用於登入帳號 {username}。", passkey, username)
            + &format!("移除時間：{at}。")
    },
    password_subject: |site| naming!("您在 {site} 的密碼已變更", site),
    password_lead: |username, device, at| naming!("{username} 的密碼已變更：", username) + &format!("{device}，{at}。"),
    address_subject: |site| naming!("您在 {site} 的電子郵件地址已變更", site),
    address_lead: |username, device, at| {
        naming!("帳號 {username} 的郵件不會再寄到這個地址。變更來源：", username) + &format!("{device}，{at}。")
    },
    address_lead_by: |name, username, at| {
        naming!("帳號 {username} 的郵件不會再寄到這個地址。變更者：{name}", username, name) + &format!("，{at}。")
    },
    test_subject: |site| naming!("{site} 的測試郵件", site),
    footer: |username, site| {
        naming!(
            "您收到這封郵件，是因為您在 {site} 有帳號 {username}。我們絕不會透過郵件索取密碼，也絕不會傳送 QR Code。",
            username,
            site
        )
    },
};

pub(super) const MAIL_PAGES: MailPages = MailPages {
    send: "以郵件傳送",
    of_prove: "驗證電子郵件地址",
    of_passkey: "新增或移除密碼金鑰",
    of_address: "變更電子郵件地址",
    too_many: "今天寄給這個帳號的這類郵件過多。請建立連結並自行轉交，或明天再試一次。",
    full: "待寄送的郵件過多。請建立連結並自行轉交，或稍後再試一次。",
    no_address: "這個帳號沒有電子郵件地址。請建立連結並自行轉交。",
    waits: "待寄送的郵件過多。請稍後再試一次。",
    prove_hint: "我們會寄送連結到這個地址。開啟連結，即可驗證這個地址屬於您。",
    prove: "傳送驗證連結",
    prove_sent: "郵件已寄出。請在 24 小時內開啟其中的連結。如果沒有收到，請查看垃圾郵件匣，或明天再試一次：我們寄給同一個地址的這類郵件數量有限。",
    prove_not_needed: "沒有需要驗證的地址。",
    prove_too_many: "我們在一天內已寄送十個連結。請使用其中一個，或明天再試一次。",
    prove_title: "驗證您的電子郵件地址",
    prove_confirm: "驗證電子郵件地址",
    proven_title: "您的電子郵件地址已驗證",
    proven: "您可以關閉這個頁面。",
    over_title: "這個連結無法使用",
    unknown: "請確認已複製完整的連結。如果有較新的郵件，請使用其中的連結，或從您的個人資料重新傳送。",
    expired: "連結未在期限內使用。請從您的個人資料重新傳送。",
    other_address: "帳號的電子郵件地址已變更。請從您的個人資料，傳送連結到新地址。",
    disabled: "這個帳號已停用。如要重新啟用，請聯絡本站管理員。",
    taken: "這個地址無法在這裡使用。請改用其他地址，或詢問本站管理員。",
    forgot: "忘記密碼？",
    forgot_title: "設定新密碼",
    forgot_lead: "請輸入使用者名稱或電子郵件地址。我們會寄送連結到您已驗證的地址。",
    forgot_name: "使用者名稱或電子郵件地址",
    forgot_send: "傳送連結",
    forgot_sent_title: "請查看您的郵件",
    forgot_sent: "如果該帳號存在且地址已驗證，連結就已寄出，一小時內有效。如果您剛才已要求過，請使用當時收到的連結：十分鐘內不會再寄送。如果沒有收到，請查看垃圾郵件匣並檢查您輸入的內容，或詢問本站管理員。",
    unproven_first: "未建立連結。這個地址尚未驗證：如果確定是帳號擁有者的地址，請勾選方塊。",
    unproven_sure: "我確定這是帳號擁有者的地址",
    unproven_hint: |address| naming!("{address} 尚未驗證。能收到這個信箱郵件的人，都能登入這個帳號。", address),
    proof_sent: |address| naming!("我們已將連結寄到 {address}。請在 24 小時內開啟，以驗證這個地址屬於您。", address),
    send_hint: |address| naming!("「以郵件傳送」會將連結寄到 {address}，不會顯示在這裡。", address),
    sent: |address| naming!("郵件已寄往 {address}。", address),
    sent_at: |at| format!("已於 {at} 以郵件傳送。"),
    refused_at: |at| format!("郵件伺服器已於 {at} 拒收郵件。請檢查地址，或建立連結並自行轉交。"),
    expired_at: |at| format!("郵件在一天內無法送達，已於 {at} 停止寄送。"),
    waits_since: |at| format!("郵件自 {at} 起等待寄送。"),
    prove_sent_at: |at| format!("上次寄送連結的時間：{at}。"),
    prove_refused_at: |at| format!("郵件伺服器已於 {at} 拒收郵件。請檢查地址。"),
    prove_lead: |address, username| {
        naming!("{address} 是帳號 {username} 的地址嗎？如果是，請驗證。", address, username)
    },
};
