//! Simplified Chinese: refused requests, what happened and what to do.

use super::times::counted;
use crate::text::table::problems::{Problems, Programs, Refusals, Theme};

pub(super) const REFUSALS: Refusals = Refusals {
    full_title: "当前登录人数过多",
    malformed_title: "这不是有效的二维码",
    malformed_advice: "链接不完整。请靠近一些，重新扫码。",
    forged_title: "此二维码并非来自本站",
    forged_advice: "它看起来像本站的二维码，但并不是。请勿使用，并警惕向您出示它的人。",
    expired_title: "二维码已过期",
    expired_advice: "没有人登录。请扫描屏幕上当前的二维码；如果没有显示，请在那里刷新。",
    outdated_title: "屏幕上已有新的二维码",
    outdated_advice: "您扫描的是之前的二维码。如果是别人发给您的，对方可能在尝试登录您的账号，请不要继续操作。如果屏幕就在您眼前，请扫描当前的二维码。",
    used_title: "此二维码已被使用",
    used_advice: "二维码只能使用一次。要登录另一台设备，请扫描它屏幕上的二维码。",
    denied_title: "此次登录已被拒绝",
    denied_advice: "已在手机上拒绝。如果仍要登录，请在另一台设备上刷新二维码。",
    cancelled_title: "另一台设备已重新开始",
    cancelled_advice: "另一台设备现在显示的是新的二维码，请扫描新的。",
    taken_title: "已有其他人先扫描了",
    taken_advice: "另一个账号正在处理此次登录。如果您不知道那是谁，请在另一台设备上选择“重新开始”，再扫描新的二维码。",
    not_scanned_title: "请先扫码",
    not_scanned_advice: "用您的账号扫码后，才能确认或拒绝。",
    decided_title: "此次登录已处理",
    decided_advice: "每次登录只能处理一次。请在另一台设备上查看结果。",
    not_approved_title: "尚未确认",
    not_approved_advice: "手机上尚未确认此次登录。",
    rested_title: "此页面已过期",
    rested_advice: "页面不再刷新二维码。请重新打开页面。",
    other_browser_title: "此次登录属于另一个浏览器",
    other_browser_advice: "只有显示二维码的浏览器才能登录。如果就是此浏览器，可能是它禁用了 Cookie。",
    wrong_account_title: "此二维码属于另一个账号",
    wrong_account_advice: "此二维码只供事先输入了用户名的账号使用。如果是您输入的，请用登录了该账号的手机扫码；如果不是，可能有人把自己的二维码发给了您。",
    another_account_title: "该网站要求使用另一个账号",
    another_account_advice: "该网站要求您用之前的账号重新登录。请用登录了该账号的手机扫码。",
    same_browser_title: "要登录的就是此浏览器",
    same_browser_advice: "您已在此登录。二维码用于登录其他设备，请用手机扫描。",
};

pub(super) const PROBLEMS: Problems = Problems {
    unknown_app_title: "未知的网站",
    unknown_app_advice: "有网站让您到此登录，但它尚未在此登记。请告知该网站的负责人。",
    unknown_redirect_title: "该网站的登录链接不被允许",
    request_over_title: "此次登录已失效",
    request_over_advice: "登录超时，或已经完成。请回到最初的网站，重新登录。",
    not_signed_in_title: "您未登录",
    not_signed_in_advice: "没有向您来自的网站发送任何信息。如果仍要登录，请返回后重新开始。",
    broken_title: "出错了",
    broken_advice: "这不是您的问题，请稍后重试。",
    wrong_address_title: "本站使用另一个地址",
    wrong_address_step: "打开正确的地址",
    not_found_title: "页面不存在",
    not_found_advice: "地址可能输入有误，或页面已移动。",
    malformed_title: "无法识别此请求",
    malformed_advice: "请返回并刷新页面，然后重试。",
    too_many_title: "尝试次数过多",
    cross_site_title: "此请求来自其他网站",
    wrong_address_advice: |opened, origin| {
        naming!("您打开的是 {opened}，而登录地址是 {origin}。请改用该地址。", opened, origin)
    },
    cross_site_advice: |origin| naming!("为了您的安全，请求已被拦截。请打开 {origin} 重试。", origin),
    unknown_redirect_advice: |app| naming!("“{app}”试图让您跳转到未登记的地址。应用负责人须先在此登记该地址。", app),
    unknown_origin_advice: |app, origin| {
        naming!("“{app}”在未登记的页面上显示二维码：{origin}。应用负责人须先在此登记该来源。", app, origin)
    },
    other_dialect_advice: |app| naming!("“{app}”在此登记的是另一种登录协议。应用负责人可以在此修改。", app),
    malformed_by_app: |why| format!("需要该网站的开发者修复：{why}。"),
    wait_seconds: |seconds| format!("请在 {}后重试。", counted(seconds, "秒")),
    wait_minutes: |minutes| format!("请在 {}后重试。", counted(minutes, "分钟")),
};

pub(super) const THEME: Theme = Theme {
    title: "此框架的外观设置不可用",
    value: "颜色的格式为 #rrggbb，圆角为不超过 24 的像素数，字体为 system、sans、serif、rounded 或 mono，配色方案为 light、dark 或 auto。",
    auto: "scheme=auto 时，框架不能自定义颜色，因为同一种颜色无法在浅色和深色背景上都清晰可读。请选择 scheme=light 或 scheme=dark。",
    contrast: "文字和强调色与背景的对比度须达到 4.5:1。请选择更深或更浅的颜色，或换用另一种配色方案。",
};

pub(super) const PROGRAMS: Programs = Programs {
    title: "令牌未被接受",
    off: "此服务器不接受手机应用的令牌。运维人员可以在配置中用 [phone] 启用。",
    missing: "请发送带有令牌的 Authorization: Bearer。",
    invalid: "请为此服务器获取新的令牌，然后重试。",
    too_large: "请求过大，服务器无法接受。",
    length: "发送请求体时，请带上 Content-Length。",
    socket: "此处的 WebSocket 须以 Sec-WebSocket-Version: 13 和 Sec-WebSocket-Key 开始。",
    host: "请只发送一个 Host 标头：地址中的主机名，如有端口则一并包含。",
    parameter: "此调用不接受该参数。二维码内容应放在地址中，账号由令牌确定；只有 scan 接受 pressed，只有 approve 接受 fields。",
};
