//! German: refused requests, what happened and what to do.

use super::times::counted;
use crate::text::table::problems::{Problems, Programs, Refusals, Theme};

pub(super) const REFUSALS: Refusals = Refusals {
    full_title: "Zu viele Anmeldungen gleichzeitig",
    malformed_title: "Das ist kein Code",
    malformed_advice: "Der Link ist unvollständig. Scannen Sie den Code noch einmal, etwas näher.",
    forged_title: "Dieser Code stammt nicht von uns",
    forged_advice: "Er sieht aus wie einer unserer Codes, ist aber keiner. Verwenden Sie ihn nicht und seien Sie vorsichtig: Wer ihn Ihnen gezeigt hat, will Sie vielleicht täuschen.",
    expired_title: "Dieser Code ist abgelaufen",
    expired_advice: "Es wurde niemand angemeldet. Scannen Sie den Code, der jetzt auf dem anderen Bildschirm steht. Ist dort keiner, lassen Sie einen neuen anzeigen.",
    outdated_title: "Auf dem anderen Bildschirm ist ein neuerer Code",
    outdated_advice: "Sie haben einen älteren gescannt. Wenn Ihnen jemand diesen geschickt hat, will sich die Person vielleicht mit Ihrem Konto anmelden. Tun Sie dann nichts. Wenn Sie den anderen Bildschirm vor sich haben, scannen Sie den Code, den er jetzt zeigt.",
    used_title: "Dieser Code wurde bereits verwendet",
    used_advice: "Jeder Code funktioniert nur einmal. Um ein weiteres Gerät anzumelden, scannen Sie den Code auf dessen Bildschirm.",
    denied_title: "Diese Anmeldung wurde abgelehnt",
    denied_advice: "Sie wurde auf dem Smartphone abgelehnt. Wenn Sie sich doch anmelden möchten, lassen Sie auf dem anderen Bildschirm einen neuen Code anzeigen.",
    cancelled_title: "Auf dem anderen Bildschirm wurde von vorn begonnen",
    cancelled_advice: "Dort wird jetzt ein neuer Code angezeigt. Scannen Sie diesen.",
    taken_title: "Jemand anderes hat den Code zuerst gescannt",
    taken_advice: "Über diesen Code entscheidet ein anderes Konto. Wenn Sie nicht wissen, wer das ist, wählen Sie auf dem anderen Bildschirm „Von vorn beginnen“ und scannen Sie den neuen Code.",
    not_scanned_title: "Scannen Sie zuerst den Code",
    not_scanned_advice: "Sie können entscheiden, sobald Ihr Konto den Code gescannt hat.",
    decided_title: "Darüber wurde bereits entschieden",
    decided_advice: "Eine Entscheidung zählt nur einmal. Auf dem anderen Bildschirm sehen Sie, wie es ausgegangen ist.",
    not_approved_title: "Noch nicht genehmigt",
    not_approved_advice: "Diese Anmeldung wurde auf dem Smartphone noch nicht genehmigt.",
    rested_title: "Diese Seite ist abgelaufen",
    rested_advice: "Sie zeigt keine neuen Codes mehr. Öffnen Sie sie erneut, um einen neuen zu erhalten.",
    other_browser_title: "Diese Anmeldung gehört zu einem anderen Browser",
    other_browser_advice: "Mit dem Code kann nur der Browser angemeldet werden, der ihn angezeigt hat. War es dieser, sind vielleicht seine Cookies ausgeschaltet.",
    wrong_account_title: "Dieser Code ist für ein anderes Konto",
    wrong_account_advice: "Er gilt für das Konto, dessen Benutzername zuvor eingegeben wurde. Haben Sie ihn eingegeben, scannen Sie den Code mit einem Smartphone, auf dem dieses Konto angemeldet ist. Wenn nicht, hat Ihnen vielleicht jemand einen fremden Code geschickt.",
    another_account_title: "Die Website verlangt ein anderes Konto",
    another_account_advice: "Die Website möchte, dass sich das zuvor verwendete Konto erneut anmeldet. Scannen Sie den Code mit einem Smartphone, auf dem dieses Konto angemeldet ist.",
    same_browser_title: "Das ist der Browser, der angemeldet werden soll",
    same_browser_advice: "Sie sind hier bereits angemeldet. Ein Code ist für ein anderes Gerät bestimmt: Scannen Sie ihn mit Ihrem Smartphone.",
};

pub(super) const PROBLEMS: Problems = Problems {
    unknown_app_title: "Diese Website ist hier nicht bekannt",
    unknown_app_advice: "Eine Website hat Sie zur Anmeldung hierhergeleitet, ist hier aber nicht registriert. Informieren Sie den Betreiber der Website.",
    unknown_redirect_title: "Der Anmeldelink dieser Website ist nicht erlaubt",
    request_over_title: "Diese Anmeldung ist beendet",
    request_over_advice: "Sie hat zu lange gedauert oder war bereits abgeschlossen. Gehen Sie zurück zu der Website, auf der Sie begonnen haben, und melden Sie sich erneut an.",
    not_signed_in_title: "Sie wurden nicht angemeldet",
    not_signed_in_advice: "An die Website, von der Sie kommen, wurde nichts gesendet. Wenn Sie sich doch anmelden möchten, gehen Sie zurück und beginnen Sie von vorn.",
    broken_title: "Etwas ist schiefgelaufen",
    broken_advice: "Das liegt nicht an Ihnen. Versuchen Sie es gleich noch einmal.",
    wrong_address_title: "Diese Website hat eine andere Adresse",
    wrong_address_step: "Dort öffnen",
    not_found_title: "Seite nicht gefunden",
    not_found_advice: "Vielleicht enthält die Adresse einen Tippfehler oder die Seite ist umgezogen.",
    malformed_title: "Diese Anfrage konnte nicht verarbeitet werden",
    malformed_advice: "Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es erneut.",
    too_many_title: "Zu viele Versuche",
    cross_site_title: "Diese Anfrage kam von einer anderen Website",
    wrong_address_advice: |opened, origin| {
        naming!(
            "Sie haben {opened} geöffnet, die Anmeldung ist aber unter {origin}. Öffnen Sie stattdessen diese Adresse.",
            opened,
            origin
        )
    },
    cross_site_advice: |origin| {
        naming!("Zu Ihrer Sicherheit blockiert. Öffnen Sie {origin} und versuchen Sie es erneut.", origin)
    },
    unknown_redirect_advice: |app| {
        naming!(
            "{app} wollte Sie an eine nicht registrierte Adresse weiterleiten. Der Betreiber der App muss diese Adresse hier registrieren.",
            app
        )
    },
    unknown_origin_advice: |app, origin| {
        naming!(
            "{app} zeigt den Code auf einer nicht registrierten Seite: {origin}. Der Betreiber der App muss diesen Origin hier registrieren.",
            app,
            origin
        )
    },
    other_dialect_advice: |app| {
        naming!(
            "{app} ist hier für ein anderes Anmeldeprotokoll registriert. Der Betreiber der App kann das hier ändern.",
            app
        )
    },
    malformed_by_app: |why| format!("Der Entwickler der Website muss das beheben: {why}."),
    wait_seconds: |seconds| {
        format!("Warten Sie {} und versuchen Sie es dann erneut.", counted(seconds, "Sekunde", "Sekunden"))
    },
    wait_minutes: |minutes| {
        format!("Warten Sie {} und versuchen Sie es dann erneut.", counted(minutes, "Minute", "Minuten"))
    },
};

pub(super) const THEME: Theme = Theme {
    title: "Diese Gestaltung des Frames ist nicht zulässig",
    value: "Farben haben die Form #rrggbb, der Radius ist eine Pixelzahl bis 24, die Schrift ist system, sans, serif, rounded oder mono und das Schema light, dark oder auto.",
    auto: "Mit scheme=auto hat ein Frame keine eigenen Farben, denn keine Farbe ist auf hellem und auf dunklem Grund lesbar. Wählen Sie scheme=light oder scheme=dark.",
    contrast: "Text und Akzentfarbe brauchen einen Kontrast von 4,5:1 zum Hintergrund. Wählen Sie dunklere oder hellere Farben oder das andere Schema.",
};

pub(super) const PROGRAMS: Programs = Programs {
    title: "Das Token wurde nicht akzeptiert",
    off: "Dieser Server akzeptiert keine Token mobiler Apps. Sein Betreiber kann das in der Konfiguration unter [phone] einschalten.",
    missing: "Senden Sie Authorization: Bearer mit einem Token.",
    invalid: "Fordern Sie ein neues Token für diesen Server an und versuchen Sie es erneut.",
    too_large: "Die Anfrage ist für diesen Server zu groß.",
    length: "Senden Sie einen Body mit Content-Length.",
    socket: "Ein WebSocket beginnt hier mit Sec-WebSocket-Version: 13 und einem Sec-WebSocket-Key.",
    host: "Senden Sie genau einen Host-Header: den Host der Adresse und, falls angegeben, ihren Port.",
    parameter: "Dieser Aufruf kennt diesen Parameter nicht. Der Code gehört in die Adresse, das Konto ist das des Tokens. Nur scan akzeptiert pressed, nur approve akzeptiert fields.",
};
