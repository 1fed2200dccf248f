//! Simplified Chinese: mails, and the pages about them.

use crate::text::table::mail::{MailPages, Mails};

pub(super) const MAILS: Mails = Mails {
    confirm: "验证邮箱地址",
    choose: "设置登录方式",
    devices: "查看登录设备",
    security: "查看登录方式",
    sign_in: "登录",
    ignore: "如果不是您本人操作，请忽略此邮件，您的账号不会有任何变化。",
    new_device_advice: "如果是您本人操作，无需处理。如果不是，请让该设备退出登录，并修改密码。",
    passkey_added_advice: "如果不是您本人操作，请移除该通行密钥，并修改密码。",
    passkey_removed_advice: "如果不是您本人操作，请让其他设备全部退出登录，并修改密码。",
    password_advice: "如果是您本人操作，无需处理。如果不是，请立即联系本站管理员，获取恢复链接。",
    profile: "查看个人资料",
    address_advice: "如果您知情，无需处理。如果不知情，请登录后修改密码，并改回您的邮箱地址。如果无法登录，请立即联系本站管理员。",
    test_lead: "这是一封测试邮件。收到此邮件，说明此服务器可以正常发送邮件。",
    prove_subject: |site| naming!("【{site}】请验证您的邮箱地址", site),
    prove_lead: |username, site| {
        naming!("{username} 要在“{site}”使用此邮箱地址。如果是您本人，请进行验证。", username, site)
    },
    prove_until: |until| format!("链接只能使用一次，有效期至 {until}。"),
    invite_subject: |site| naming!("【{site}】邀请您加入", site),
    invite_lead: |username, site| {
        naming!("您在“{site}”已有账号，用户名是 {username}。设置登录方式后即可使用。", username, site)
    },
    invite_lead_by: |name, username, site| {
        naming!("{name} 在“{site}”为您创建了账号，用户名是 {username}。设置登录方式后即可使用。", name, username, site)
    },
    invite_until: |until| format!("链接只能使用一次，且只在首次打开它的浏览器中有效，有效期至 {until}。"),
    recover_subject: |site| naming!("【{site}】恢复您的账号", site),
    recover_lead: |username, site| {
        naming!("有人申请恢复“{site}”的账号 {username}。如果是您本人，请设置新的登录方式。", username, site)
    },
    recover_lead_by: |name, username, site| {
        naming!(
            "{name} 向您发送了一个链接，用于重新登录“{site}”的账号 {username}。您可以通过它设置新的登录方式。",
            name,
            username,
            site
        )
    },
    recover_until: |until| {
        format!(
            "链接只能使用一次，且只在首次打开它的浏览器中有效，有效期至 {until}。使用之前，您的账号不会有任何变化。"
        )
    },
    new_device_subject: |site| naming!("【{site}】您的账号有新的登录", site),
    new_device_lead: |username, device, at| {
        naming!("账号 {username} 在新设备或新网络上登录：", username) + &format!("{device}，{at}。")
    },
    new_device_lead_from: |username, device, place, at| {
        naming!("账号 {username} 在新设备或新网络上登录：", username)
            + &format!("{device}，")
            + &naming!("{place}", place)
            + &format!("，{at}。")
    },
    passkey_added_subject: |site| naming!("【{site}】您的账号添加了通行密钥", site),
    passkey_added_lead: |passkey, username, at| {
        naming!("通行密钥“{passkey}”现在可用于登录账号 {username}", passkey, username) + &format!("。添加时间：{at}。")
    },
    passkey_removed_subject: |site| naming!("【{site}】您的账号移除了通行密钥", site),
    passkey_removed_lead: |passkey, username, at| {
        naming!("通行密钥“{passkey}”不能再用于登录账号 {username}", passkey, username) + &format!("。移除时间：{at}。")
    },
    password_subject: |site| naming!("【{site}】您的密码已修改", site),
    password_lead: |username, device, at| {
        naming!("账号 {username} 的密码已修改：", username) + &format!("{device}，{at}。")
    },
    address_subject: |site| naming!("【{site}】您的邮箱地址已修改", site),
    address_lead: |username, device, at| {
        naming!("账号 {username} 的邮件不再发送到此邮箱地址。修改记录：", username) + &format!("{device}，{at}。")
    },
    address_lead_by: |name, username, at| {
        naming!("账号 {username} 的邮件不再发送到此邮箱地址。修改者：{name}", username, name) + &format!("，{at}。")
    },
    test_subject: |site| naming!("【{site}】测试邮件", site),
    footer: |username, site| {
        naming!(
            "您收到此邮件，是因为您在“{site}”拥有账号 {username}。我们从不通过邮件索要密码，也从不发送二维码。",
            username,
            site
        )
    },
};

pub(super) const MAIL_PAGES: MailPages = MailPages {
    send: "通过邮件发送",
    of_prove: "验证邮箱地址",
    of_passkey: "添加或移除通行密钥",
    of_address: "修改邮箱地址",
    too_many: "今天发给此账号的同类邮件过多。请创建链接并自行转交，或明天再试。",
    full: "待发送的邮件过多。请创建链接并自行转交，或稍后重试。",
    no_address: "此账号没有邮箱地址。请创建链接并自行转交。",
    waits: "待发送的邮件过多。请稍后重试。",
    prove_hint: "我们会向此邮箱发送一个链接。打开链接，即可验证此邮箱属于您。",
    prove: "发送验证链接",
    prove_sent: "邮件已发出，请在 24 小时内打开其中的链接。如果没有收到，请检查垃圾邮件，或明天再试：我们向同一邮箱发送的此类邮件数量有限。",
    prove_not_needed: "没有需要验证的邮箱地址。",
    prove_too_many: "一天内已发送十个链接。请使用其中一个，或明天再试。",
    prove_title: "验证您的邮箱地址",
    prove_confirm: "验证邮箱地址",
    proven_title: "邮箱地址已验证",
    proven: "您可以关闭此页面。",
    over_title: "此链接无效",
    unknown: "请检查链接是否复制完整。如果有更新的邮件，请使用其中的链接，或在个人资料中重新发送。",
    expired: "此链接已过期。请在个人资料中重新发送。",
    other_address: "账号的邮箱地址已变更。请在个人资料中向新地址发送链接。",
    disabled: "此账号已停用。如需恢复使用，请联系本站管理员。",
    taken: "此邮箱地址不能在此使用。请换一个，或联系本站管理员。",
    forgot: "忘记密码？",
    forgot_title: "重置密码",
    forgot_lead: "请输入用户名或邮箱地址。我们会向您已验证的邮箱发送链接。",
    forgot_name: "用户名或邮箱地址",
    forgot_send: "发送链接",
    forgot_sent_title: "请查收邮件",
    forgot_sent: "如果该账号存在且邮箱地址已验证，您将收到一个链接，一小时内有效。如果您刚刚申请过，请使用之前收到的链接：十分钟内不会重复发送。如果没有收到，请检查垃圾邮件和您输入的内容，或联系本站管理员。",
    unproven_first: "未创建链接。此邮箱地址尚未验证，如果您确定它属于账号本人，请勾选。",
    unproven_sure: "我确定此邮箱地址属于账号本人",
    unproven_hint: |address| naming!("{address} 尚未验证。能查看该邮箱的人，都能进入此账号。", address),
    proof_sent: |address| naming!("我们已向 {address} 发送链接。请在 24 小时内打开，以验证此邮箱属于您。", address),
    send_hint: |address| naming!("“通过邮件发送”会将链接发送到 {address}，不在此显示。", address),
    sent: |address| naming!("邮件已发往 {address}。", address),
    sent_at: |at| format!("邮件已于 {at} 发送。"),
    refused_at: |at| format!("邮件服务器于 {at} 拒收了邮件。请检查邮箱地址，或创建链接并自行转交。"),
    expired_at: |at| format!("邮件一天内未能送达，已于 {at} 放弃发送。"),
    waits_since: |at| format!("邮件自 {at} 起等待发送。"),
    prove_sent_at: |at| format!("上一个链接发送于 {at}。"),
    prove_refused_at: |at| format!("邮件服务器于 {at} 拒收了邮件。请检查邮箱地址。"),
    prove_lead: |address, username| {
        naming!("{address} 是账号 {username} 的邮箱吗？如果是，请验证。", address, username)
    },
};
