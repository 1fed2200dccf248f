//! Russian: the pages on which people decide about apps.

use crate::text::table::sites::{Allowed, Consent, Logout};

pub(super) const CONSENT: Consent = Consent {
    going_back: "Возвращаемся на сайт",
    title: "Доступ для сайта",
    warning: "Разрешайте, только если вы пришли сюда с этого сайта.",
    allow: "Разрешить",
    another: "Другой аккаунт",
    question: |app| naming!("Войти на сайт «{app}»?", app),
};

pub(super) const LOGOUT: Logout = Logout {
    signed_out_title: "Вы вышли",
    signed_out_lead: "На этом устройстве вы вышли из аккаунта.",
    title: "Выход",
    lead: "Об этом просит сайт, на который вы входили.",
    stay: "Не выходить",
    question: |host| naming!("Выйти из аккаунта на {host}?", host),
};

pub(super) const ALLOWED: Allowed = Allowed {
    outdated: "Не сохранено. Пока страница была открыта, данные для этого приложения изменили в другом месте. Вот как сейчас.",
    title: "Приложения с доступом",
    none: "С этим аккаунтом вы пока не входили ни на один сайт.",
    lead: "Сайты, на которые вы входили с этим аккаунтом, и данные, которые вы им передаёте.",
    withdraw: "Отозвать доступ",
    change_hint: "Изменения действуют сразу после сохранения, даже там, где вы уже вошли. Для каждого сайта можно отметить то, что он запрашивает и что вы заполнили:",
    withdraw_hint: "После отзыва доступа сайт больше ничего отсюда не получит и в следующий раз снова спросит разрешение. Уже полученное он может сохранить, и на нём вы можете остаться в аккаунте.",
    since: |date| format!("С {date}"),
    withdraw_from: |app| format!("Отозвать доступ: {app}"),
    save_for: |app| format!("Сохранить данные для приложения «{app}»"),
};
