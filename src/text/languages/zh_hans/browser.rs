//! Simplified Chinese: the page with the QR code, in the browser that is to be signed in.

use super::times::counted;
use crate::text::table::browser::{Login, Panel};

pub(super) const LOGIN: Login = Login {
    title: "扫码登录",
    name_first: "请先输入用户名。二维码仅对该账号有效。",
    show_code: "显示二维码",
    here_instead: "在此设备上直接登录",
    on_phone: "您正在使用手机，可以直接登录。",
    on_phone_here: "在此手机上登录",
    on_phone_code: "显示二维码，用另一部手机扫描",
    heading: |site| naming!("登录“{site}”", site),
    leave: |app| naming!("不登录，返回“{app}”", app),
    scan_only: |app| naming!("“{app}”要求扫码登录。", app),
};

pub(super) const PANEL: Panel = Panel {
    qr: "二维码：用手机相机扫描，即可在此登录",
    qr_over: "二维码已失效，无法扫描",
    waiting: "请用手机相机扫码",
    steps: "打开链接，然后点击“确认登录”。",
    scanned: "已扫码，请在手机上确认。",
    scanned_title: "请在手机上确认",
    claimed: "正在登录…",
    denied: "已在手机上拒绝登录。",
    over: "二维码已过期。",
    outdated: "刚才有人扫描了此页面之前的二维码。如果是您本人，请扫描当前的二维码；如果不是，二维码可能已被他人复制。",
    second_account: "另一个账号也扫描了此二维码，已被拒绝。如果最先扫码的不是您，请重新开始。",
    digits: "请输入手机上显示的四位数字。",
    digits_again: "数字不正确。请查看手机后重新输入。",
    digits_label: "手机上的数字",
    wrong_number: "手机上选择的数字与此屏幕显示的不一致，登录已中止。如果是您本人操作，请刷新二维码后重试。",
    wrong_typed: "输入错误次数过多，登录已中止。如果是您本人操作，请刷新二维码后重试。",
    lost: "连接已断开，正在重试…",
    start_over: "不是您？重新开始",
    code_label: "登录码",
    press_continue: "请点击“继续”完成登录。",
    number: |number| naming!("请在手机上点击 {number}。", number),
    or_type: |link| naming!("无法扫码？请打开 {link} 输入此登录码", link),
    scanned_by: |name| naming!("{name}：请在手机上确认", name),
    approved_by: |name| naming!("已确认登录。{name}", name),
    onward: |host, hours| {
        let hours = counted(hours, "小时");
        naming!("继续后将前往 {host}。此浏览器会保持登录，最长 {hours}。", host)
    },
    onward_for_visit: |host| naming!("继续后将前往 {host}。此浏览器仅在本次使用期间保持登录。", host),
};
