//! German: the page with the QR code, in the browser that is to be signed in.

use super::times::counted;
use crate::text::table::browser::{Login, Panel};

pub(super) const LOGIN: Login = Login {
    title: "Mit dem Smartphone anmelden",
    name_first: "Geben Sie zuerst Ihren Benutzernamen ein. Der Code gilt dann nur für dieses Konto.",
    show_code: "Code anzeigen",
    here_instead: "Stattdessen auf diesem Gerät anmelden",
    on_phone: "Sie nutzen ein Smartphone und können sich gleich hier anmelden.",
    on_phone_here: "Auf diesem Smartphone anmelden",
    on_phone_code: "Code für anderes Smartphone anzeigen",
    heading: |site| naming!("Bei {site} anmelden", site),
    leave: |app| naming!("Ohne Anmeldung zurück zu {app}", app),
    scan_only: |app| naming!("{app} verlangt die Anmeldung per QR-Code.", app),
};

pub(super) const PANEL: Panel = Panel {
    qr: "QR-Code: mit der Smartphone-Kamera scannen, um sich hier anzumelden",
    qr_over: "QR-Code, der nicht mehr gescannt werden kann",
    waiting: "Mit der Smartphone-Kamera scannen",
    steps: "Link öffnen und auf „Genehmigen“ tippen.",
    scanned: "Gescannt. Jetzt auf dem Smartphone genehmigen.",
    scanned_title: "Auf dem Smartphone genehmigen",
    claimed: "Sie werden angemeldet…",
    denied: "Die Anmeldung wurde auf dem Smartphone abgelehnt.",
    over: "Dieser Code ist abgelaufen.",
    outdated: "Gerade wurde ein älterer Code dieser Seite gescannt. Waren Sie das, scannen Sie diesen hier. Wenn nicht, hat ihn vielleicht jemand kopiert.",
    second_account: "Ein zweites Konto hat diesen Code gescannt und wurde abgewiesen. Wenn Sie ihn nicht zuerst gescannt haben, beginnen Sie von vorn.",
    digits: "Geben Sie die vier Ziffern ein, die Ihr Smartphone anzeigt.",
    digits_again: "Die Ziffern stimmen nicht. Sehen Sie auf Ihrem Smartphone nach und geben Sie sie erneut ein.",
    digits_label: "Ziffern auf Ihrem Smartphone",
    wrong_number: "Auf dem Smartphone wurde eine andere Zahl gewählt als hier angezeigt, daher wurde die Anmeldung abgebrochen. Waren Sie das, lassen Sie einen neuen Code anzeigen und versuchen Sie es erneut.",
    wrong_typed: "Die Anmeldung wurde nach zu vielen falschen Eingaben abgebrochen. Waren Sie das, lassen Sie einen neuen Code anzeigen und versuchen Sie es erneut.",
    lost: "Verbindung unterbrochen. Neuer Versuch…",
    start_over: "Nicht Sie? Von vorn beginnen",
    code_label: "Code zum Eingeben",
    press_continue: "Wählen Sie „Weiter“, um die Anmeldung abzuschließen.",
    number: |number| naming!("Tippen Sie auf dem Smartphone auf {number}.", number),
    or_type: |link| naming!("Keine Kamera? Code eingeben unter {link}", link),
    scanned_by: |name| naming!("{name}: Auf dem Smartphone genehmigen", name),
    approved_by: |name| naming!("Genehmigt. {name}", name),
    onward: |host, hours| {
        let hours = counted(hours, "Stunde", "Stunden");
        naming!("Weiter zu {host}. Dieser Browser bleibt bis zu {hours} angemeldet.", host)
    },
    onward_for_visit: |host| naming!("Weiter zu {host}. Dieser Browser bleibt für diesen Besuch angemeldet.", host),
};
