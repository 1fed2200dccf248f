//! Simplified Chinese: the pages on which people manage their own account.

use super::times::counted;
use crate::text::table::account::{Devices, NewPassword, Picture, Profile};

pub(super) const DEVICES: Devices = Devices {
    title: "登录设备",
    lead: "您的账号已在以下设备上登录。如果有不认识的设备，请让它退出登录，并修改密码。由它确认登录的设备也会一并退出。",
    ended: "已退出登录，由该设备进入的网站也已退出。",
    gone: "该设备之前已退出登录。",
    this: "此设备",
    by_password: "密码登录",
    by_passkey: "通行密钥登录",
    by_scan: "扫码登录",
    by_link: "一次性链接登录",
    end: "退出登录",
    end_others: "让其他设备全部退出登录",
    end_others_hint: "仅此设备保持登录。",
    known_title: "已记住的浏览器",
    forget: "全部清除",
    forgotten: "已清除。下次在这些浏览器上登录时，需要进一步验证。",
    by_scan_on: |device| format!("扫码登录，由 {device} 确认"),
    known: |browsers| {
        format!("您的账号记住了 {}。在已记住的浏览器上登录时，只需在手机上点一下。", counted(browsers, "个浏览器"))
    },
    times: |opened, used| format!("{opened}登录，上次使用：{used}"),
};

pub(super) const NEW_PASSWORD: NewPassword = NewPassword {
    title: "修改密码",
    lead: "请先输入当前密码，再设置新密码。",
    old: "当前密码",
    new: "新密码",
    others: "让其他设备全部退出登录",
    save: "修改密码",
    done: "密码已修改。",
    wrong: "当前密码不正确，密码未修改。",
};

pub(super) const PROFILE: Profile = Profile {
    title: "个人资料",
    lead: "只有名称是必填项。网站只能获取它请求且经您逐项允许的内容：",
    not_saved: "未保存。请检查标出的项目。",
    outdated: "未保存。您打开此页面后，资料已在别处被修改。再次保存将以您在此填写的内容为准。",
    about: "关于您",
    gender: "性别",
    city: "城市",
    province: "省份",
    country: "国家或地区",
    language: "语言",
    none: "未填写",
    female: "女",
    male: "男",
    other_gender: "其他",
    name_told: "您的名称来自您登录所用的应用。在那里修改后，这里会同步更新。",
    wrong_place: "最多 64 个字符，不能换行。",
    wrong_choice: "请从列表中选择。",
    picture: "头像",
    picture_file: "头像文件",
    picture_hint: "支持 JPEG、PNG 或 WebP，不超过 8 MB。我们只保留图片中央的一小块正方形，不保留文件的其他内容。没有头像时，显示您名称的首字。",
    picture_told: "您登录所用的应用提供了您的头像。在您另行上传之前，获准查看头像的网站会看到该头像。",
    picture_upload: "上传",
    picture_remove: "移除头像",
    picture_saved: "头像已保存。",
    picture_removed: "头像已移除。",
    shown: "扫码后屏幕上显示的个人信息",
    shown_hint: "在您确认之前显示，屏幕前的人都能看到。",
    shown_name: "名称和头像",
    shown_letter: "名称的首字",
    shown_nothing: "不显示",
};

pub(super) const PICTURE: Picture = Picture {
    none_chosen: "请先选择文件，然后上传。",
    not_one: "无法识别此图片。请选择 JPEG、PNG 或 WebP 文件。",
    too_large: "图片过大。请选择不超过 8 MB、800 万像素的图片。",
    lossless: "此 WebP 文件为无损格式，且过大。请另存为 JPEG 或 PNG 文件。",
    moves: "这是动态图片。请选择静态图片。",
    busy: "当前上传图片的人较多，请稍后重试。",
};
