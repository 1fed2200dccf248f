//! Simplified Chinese: one-time links, and the fresh proof.

use crate::text::table::links::{Links, PeopleLinks, Proof};

pub(super) const LINKS: Links = Links {
    invite_title: "您收到了邀请",
    invite_lead: "有人在此为您创建了账号。继续即可设置登录方式。",
    recover_title: "恢复账号",
    recover_lead: "通过此链接可以重新登录您的账号。如果这不是您申请的，请不要继续。",
    this_browser: "继续后，此链接只能在此浏览器中使用。",
    choose_title: "欢迎",
    end_others: "让其他设备全部退出登录",
    finish: "设置密码并登录",
    over_title: "此链接无效",
    unknown: "请检查链接是否复制完整。如果完整，请向发送者索取新的链接。",
    used: "此链接只能使用一次，已被使用。请用您设置的方式登录。如果不是您本人使用的，请告知发送者。",
    withdrawn: "此链接已被撤销，或已有更新的链接。请使用最新收到的链接，或索取新的链接。",
    expired: "此链接已过期。请向发送者索取新的链接。",
    disabled: "此账号已停用。如需恢复使用，请联系本站管理员。",
    elsewhere_title: "此链接已在另一个浏览器中打开",
    elsewhere: "请在那里继续。如果不是您本人打开的，请告知发送者链接已被他人打开，并索取新的链接。",
    set_up_elsewhere: "请在那里继续。如果无法继续，请一小时后在此重新打开链接，或在命令行中创建第一个账号。",
    choose_lead: |username| naming!("您的用户名是 {username}。请设置以后的登录方式。", username),
};

pub(super) const PROOF: Proof = Proof {
    title: "请验证您的身份",
    lead: "请再次输入密码以继续。",
    lead_passkey: "请再次使用通行密钥以继续。",
    passkey_only: "您的账号没有密码，请使用通行密钥。",
    hint: "验证后将返回之前的页面。如果您在那里点击过按钮，请再次点击。",
    carried_title: "请稍候",
    carried_hint: "验证后，您填写的内容将自动提交。",
    back: "返回",
    wrong: "密码错误，请重试。",
    needed_title: "请先验证您的身份",
    needed_advice: "此操作需要在五分钟内使用过通行密钥或密码。请打开 /account/proof 进行验证，然后重试。",
    no_password_title: "此账号没有密码",
    no_password_advice: "此操作需要密码或通行密钥，而您的账号两者都没有。请联系本站管理员，获取用于设置的链接。",
};

pub(super) const PEOPLE_LINKS: PeopleLinks = PeopleLinks {
    title: "一次性链接",
    none: "尚未为此账号创建链接。",
    fresh_title: "新链接",
    fresh_hint: "链接仅显示这一次。请通过只有账号本人能看到的方式发送。链接只能使用一次，且只在首次打开它的浏览器中有效。",
    invite_title: "邀请",
    invite_hint: "创建一个链接，供账号本人设置密码或通行密钥，三天内有效。此账号之前的链接将失效。",
    invite: "创建邀请链接",
    recover_title: "恢复链接",
    recover_hint: "创建一个链接，供账号本人设置新的密码或通行密钥，一小时内有效。使用之前，账号不会有任何变化。此账号之前的链接将失效。",
    recover: "创建恢复链接",
    withdraw_title: "撤销",
    withdraw_hint: "链接立即失效，其他不变。",
    withdraw: "撤销链接",
    withdrawn: "链接已失效。",
    disabled: "此账号已停用。请先启用，再创建链接。",
    no_username: "此账号来自手机应用，没有用户名。账号本人在手机应用中登录。",
    invitations_off: "此处不能邀请用户：账号由服务器运维人员在命令行中创建。",
    has_way_in: "此账号已有密码或通行密钥。请改为创建恢复链接。",
    of_invite: "邀请链接",
    of_recover: "恢复链接",
    lead: |username| naming!("账号：{username}。链接只能使用一次，仅在创建时显示。", username),
    made_by: |name, at| naming!("由 {name} 创建，", name) + at,
    made_by_command: |at| format!("在命令行中创建，{at}"),
    is_open: |until| format!("尚未打开，有效期至 {until}。"),
    is_opened: |at, until| format!("打开于 {at}，尚未使用，有效期至 {until}。"),
    is_used: |at| format!("使用于 {at}。"),
    is_withdrawn: |at| format!("撤销于 {at}。"),
    is_expired: |at| format!("过期于 {at}，未被使用。"),
    tried_elsewhere: |at| {
        format!("有人在另一个浏览器中尝试打开此链接，首次是在 {at}。如果账号本人不知情，请撤销链接。")
    },
};
