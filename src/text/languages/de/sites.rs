//! German: the pages on which people decide about apps.

use crate::text::table::sites::{Allowed, Consent, Logout};

pub(super) const CONSENT: Consent = Consent {
    going_back: "Sie werden weitergeleitet",
    title: "Zugriff erlauben",
    warning: "Erlauben Sie den Zugriff nur, wenn Sie von dieser Website hierhergekommen sind.",
    allow: "Erlauben",
    another: "Anderes Konto verwenden",
    question: |app| naming!("Weiter zu {app}?", app),
};

pub(super) const LOGOUT: Logout = Logout {
    signed_out_title: "Abgemeldet",
    signed_out_lead: "Sie sind auf diesem Gerät abgemeldet.",
    title: "Abmelden",
    lead: "Eine Website, bei der Sie sich angemeldet haben, bittet darum.",
    stay: "Angemeldet bleiben",
    question: |host| naming!("Von {host} abmelden?", host),
};

pub(super) const ALLOWED: Allowed = Allowed {
    outdated: "Nicht gespeichert. Was diese App wissen darf, wurde anderswo geändert, seit Sie diese Seite geöffnet haben. Das ist der aktuelle Stand.",
    title: "Erlaubte Apps",
    none: "Sie haben sich mit diesem Konto noch bei keiner Website angemeldet.",
    lead: "Websites, bei denen Sie sich mit diesem Konto angemeldet haben, und was sie über Sie erfahren.",
    withdraw: "Zugriff widerrufen",
    change_hint: "Änderungen gelten, sobald Sie sie speichern, auch dort, wo Sie schon angemeldet sind. Bei jeder Website finden Sie Kästchen für die angefragten Angaben, die Sie ausgefüllt haben:",
    withdraw_hint: "Nach dem Widerruf erhält eine Website von hier nichts mehr und muss beim nächsten Mal erneut fragen. Was sie schon weiß, kann sie behalten, und vielleicht sind Sie dort noch angemeldet.",
    since: |date| format!("Seit {date}"),
    withdraw_from: |app| format!("Zugriff widerrufen: {app}"),
    save_for: |app| format!("Speichern, was {app} erhält"),
};
