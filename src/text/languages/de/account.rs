//! German: the pages on which people manage their own account.

use super::times::counted;
use crate::text::table::account::{Devices, NewPassword, Picture, Profile};

pub(super) const DEVICES: Devices = Devices {
    title: "Angemeldete Geräte",
    lead: "Diese Geräte sind in Ihrem Konto angemeldet. Erkennen Sie eines nicht, melden Sie es ab und ändern Sie Ihr Passwort. Geräte, deren Anmeldung Sie dort genehmigt haben, werden ebenfalls abgemeldet.",
    ended: "Abgemeldet, auch von den Websites, die von dort aus geöffnet wurden.",
    gone: "Das Gerät war bereits abgemeldet.",
    this: "Dieses Gerät",
    by_password: "Mit Passwort angemeldet",
    by_passkey: "Mit Passkey angemeldet",
    by_scan: "Per QR-Code angemeldet",
    by_link: "Mit Einmallink angemeldet",
    end: "Abmelden",
    end_others: "Alle anderen Geräte abmelden",
    end_others_hint: "Nur dieses Gerät bleibt angemeldet.",
    known_title: "Gemerkte Browser",
    forget: "Alle vergessen",
    forgotten: "Vergessen. Bei der nächsten Anmeldung genügt dort ein Fingertipp nicht mehr.",
    by_scan_on: |device| format!("Per QR-Code angemeldet, genehmigt auf: {device}"),
    known: |browsers| {
        format!(
            "Ihr Konto hat sich {} gemerkt. Um sich dort anzumelden, genügt ein Fingertipp auf dem Smartphone.",
            counted(browsers, "Browser", "Browser")
        )
    },
    times: |opened, used| format!("Angemeldet: {opened}, zuletzt verwendet: {used}"),
};

pub(super) const NEW_PASSWORD: NewPassword = NewPassword {
    title: "Passwort ändern",
    lead: "Geben Sie Ihr aktuelles Passwort ein und wählen Sie dann ein neues.",
    old: "Aktuelles Passwort",
    new: "Neues Passwort",
    others: "Alle anderen Geräte abmelden",
    save: "Passwort ändern",
    done: "Ihr Passwort wurde geändert.",
    wrong: "Das ist nicht Ihr aktuelles Passwort. Es wurde nichts geändert.",
};

pub(super) const PROFILE: Profile = Profile {
    title: "Ihr Profil",
    lead: "Nur ein Name ist erforderlich. Eine Website erhält nur, was sie anfragt und Sie einzeln erlauben:",
    not_saved: "Nicht gespeichert. Prüfen Sie das markierte Feld.",
    outdated: "Nicht gespeichert. Ihr Profil wurde anderswo geändert, seit Sie diese Seite geöffnet haben. Speichern Sie erneut, um Ihre Eingaben zu übernehmen.",
    about: "Über Sie",
    gender: "Geschlecht",
    city: "Stadt",
    province: "Bundesland, Kanton oder Provinz",
    country: "Land",
    language: "Sprache",
    none: "Keine Angabe",
    female: "Weiblich",
    male: "Männlich",
    other_gender: "Divers",
    name_told: "Ihr Name stammt aus der App, mit der Sie sich anmelden. Ändern Sie ihn dort, dann ändert er sich auch hier.",
    wrong_place: "Höchstens 64 Zeichen in einer Zeile.",
    wrong_choice: "Wählen Sie eine Option aus der Liste.",
    picture: "Bild",
    picture_file: "Bilddatei",
    picture_hint: "JPEG, PNG oder WebP, bis zu 8\u{a0}MB. Wir speichern nur einen kleinen quadratischen Ausschnitt aus der Mitte. Ohne Bild werden Ihre Initialen angezeigt.",
    picture_told: "Die App, mit der Sie sich anmelden, hat ein Bild von Ihnen. Websites, die Ihr Bild sehen dürfen, erhalten dieses, bis Sie ein anderes hochladen.",
    picture_upload: "Hochladen",
    picture_remove: "Bild entfernen",
    picture_saved: "Ihr Bild wurde gespeichert.",
    picture_removed: "Ihr Bild wurde entfernt.",
    shown: "Was ein Bildschirm von Ihnen zeigt, wenn Sie seinen Code scannen",
    shown_hint: "Sichtbar bis zur Genehmigung, für alle vor diesem Bildschirm.",
    shown_name: "Ihr Name und Ihr Bild",
    shown_letter: "Der erste Buchstabe Ihres Namens",
    shown_nothing: "Nichts",
};

pub(super) const PICTURE: Picture = Picture {
    none_chosen: "Wählen Sie zuerst eine Datei aus und laden Sie sie dann hoch.",
    not_one: "Diese Datei können wir nicht als Bild lesen. Wählen Sie eine JPEG-, PNG- oder WebP-Datei.",
    too_large: "Dieses Bild ist zu groß. Wählen Sie eines mit höchstens 8\u{a0}MB und 8\u{a0}Millionen Pixeln.",
    lossless: "Diese WebP-Datei ist verlustfrei komprimiert und zu groß. Speichern Sie das Bild als JPEG oder PNG.",
    moves: "Dieses Bild ist animiert. Wählen Sie ein Bild ohne Animation.",
    busy: "Gerade werden viele Bilder hochgeladen. Versuchen Sie es gleich noch einmal.",
};
