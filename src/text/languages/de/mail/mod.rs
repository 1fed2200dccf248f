//! German: mails, and the pages about them.

use crate::text::table::mail::{MailPages, Mails};

pub(super) const MAILS: Mails = Mails {
    confirm: "Adresse bestätigen",
    choose: "Anmeldemethode wählen",
    devices: "Geräte ansehen",
    security: "Anmeldemethoden ansehen",
    sign_in: "Anmelden",
    ignore: "Waren Sie das nicht, ignorieren Sie diese E-Mail. Es ändert sich nichts.",
    new_device_advice: "Waren Sie das, müssen Sie nichts tun. Wenn nicht, melden Sie dieses Gerät ab und ändern Sie Ihr Passwort.",
    passkey_added_advice: "Waren Sie das nicht, entfernen Sie den Passkey und ändern Sie Ihr Passwort.",
    passkey_removed_advice: "Waren Sie das nicht, melden Sie Ihre anderen Geräte ab und ändern Sie Ihr Passwort.",
    password_advice: "Waren Sie das, müssen Sie nichts tun. Wenn nicht, bitten Sie den Administrator dieser Website sofort um einen Wiederherstellungslink.",
    profile: "Profil ansehen",
    address_advice: "Wenn Sie davon wissen, müssen Sie nichts tun. Wenn nicht, melden Sie sich an, ändern Sie Ihr Passwort und tragen Sie Ihre Adresse wieder ein. Können Sie sich nicht anmelden, bitten Sie sofort den Administrator dieser Website um Hilfe.",
    test_lead: "Das ist ein Test. E-Mails von diesem Server kommen an.",
    prove_subject: |site| naming!("Bestätigen Sie Ihre E-Mail-Adresse für {site}", site),
    prove_lead: |username, site| {
        naming!(
            "{username} möchte diese Adresse bei {site} verwenden. Sind Sie das, bestätigen Sie die Adresse.",
            username,
            site
        )
    },
    prove_until: |until| format!("Der Link ist bis {until} gültig und funktioniert nur einmal."),
    invite_subject: |site| naming!("Sie sind zu {site} eingeladen", site),
    invite_lead: |username, site| {
        naming!(
            "Bei {site} gibt es ein Konto für Sie. Ihr Benutzername ist {username}. Wählen Sie, wie Sie sich anmelden, und schon können Sie loslegen.",
            username,
            site
        )
    },
    invite_lead_by: |name, username, site| {
        naming!(
            "{name} hat bei {site} ein Konto für Sie erstellt. Ihr Benutzername ist {username}. Wählen Sie, wie Sie sich anmelden, und schon können Sie loslegen.",
            name,
            username,
            site
        )
    },
    invite_until: |until| {
        format!("Der Link ist bis {until} gültig und funktioniert nur einmal, in dem Browser, der ihn zuerst öffnet.")
    },
    recover_subject: |site| naming!("Wieder bei {site} anmelden", site),
    recover_lead: |username, site| {
        naming!(
            "Es wurde Hilfe bei der Anmeldung als {username} bei {site} angefordert. Waren Sie das, wählen Sie eine neue Anmeldemethode.",
            username,
            site
        )
    },
    recover_lead_by: |name, username, site| {
        naming!(
            "{name} sendet Ihnen einen Link, mit dem Sie sich wieder als {username} bei {site} anmelden können. Damit wählen Sie eine neue Anmeldemethode.",
            name,
            username,
            site
        )
    },
    recover_until: |until| {
        format!(
            "Der Link ist bis {until} gültig und funktioniert nur einmal, in dem Browser, der ihn zuerst öffnet. Bis Sie ihn verwenden, ändert sich nichts."
        )
    },
    new_device_subject: |site| naming!("Neue Anmeldung in Ihrem Konto bei {site}", site),
    new_device_lead: |username, device, at| {
        naming!("{username} wurde auf einem neuen Gerät oder in einem neuen Netzwerk angemeldet: ", username)
            + &format!("{device}, {at}.")
    },
    new_device_lead_from: |username, device, place, at| {
        naming!("{username} wurde auf einem neuen Gerät oder in einem neuen Netzwerk angemeldet: ", username)
            + &format!("{device}, ")
            + &naming!("{place}", place)
            + &format!(", {at}.")
    },
    passkey_added_subject: |site| naming!("Ihrem Konto bei {site} wurde ein Passkey hinzugefügt", site),
    passkey_added_lead: |passkey, username, at| {
        naming!("Mit dem Passkey {passkey} ist jetzt die Anmeldung als {username} möglich", passkey, username)
            + &format!(". Er wurde am {at} hinzugefügt.")
    },
    passkey_removed_subject: |site| naming!("Aus Ihrem Konto bei {site} wurde ein Passkey entfernt", site),
    passkey_removed_lead: |passkey, username, at| {
        naming!("Mit dem Passkey {passkey} ist die Anmeldung als {username} nicht mehr möglich", passkey, username)
            + &format!(". Er wurde am {at} entfernt.")
    },
    password_subject: |site| naming!("Ihr Passwort bei {site} wurde geändert", site),
    password_lead: |username, device, at| {
        naming!("Das Passwort von {username} wurde geändert: ", username) + &format!("{device}, {at}.")
    },
    address_subject: |site| naming!("Ihre E-Mail-Adresse bei {site} wurde geändert", site),
    address_lead: |username, device, at| {
        naming!("E-Mails zum Konto {username} gehen nicht mehr an diese Adresse. Geändert wurde sie hier: ", username)
            + &format!("{device}, {at}.")
    },
    address_lead_by: |name, username, at| {
        naming!("E-Mails zum Konto {username} gehen nicht mehr an diese Adresse. Geändert von {name}", username, name)
            + &format!(" am {at}.")
    },
    test_subject: |site| naming!("Test-E-Mail von {site}", site),
    footer: |username, site| {
        naming!(
            "Sie erhalten diese E-Mail wegen Ihres Kontos {username} bei {site}. Wir fragen nie per E-Mail nach Ihrem Passwort und versenden keine QR-Codes.",
            username,
            site
        )
    },
};

pub(super) const MAIL_PAGES: MailPages = MailPages {
    send: "Per E-Mail senden",
    of_prove: "Bestätigung der E-Mail-Adresse",
    of_passkey: "Passkey hinzugefügt oder entfernt",
    of_address: "E-Mail-Adresse geändert",
    too_many: "Dieses Konto hat heute zu viele E-Mails dieser Art erhalten. Erstellen Sie einen Link und geben Sie ihn selbst weiter, oder versuchen Sie es morgen erneut.",
    full: "Zu viele E-Mails warten auf den Versand. Erstellen Sie einen Link und geben Sie ihn selbst weiter, oder versuchen Sie es später erneut.",
    no_address: "Dieses Konto hat keine E-Mail-Adresse. Erstellen Sie einen Link und geben Sie ihn selbst weiter.",
    waits: "Zu viele E-Mails warten auf den Versand. Versuchen Sie es später erneut.",
    prove_hint: "Wir senden einen Link an diese Adresse. Öffnen Sie ihn, um zu bestätigen, dass die Adresse Ihnen gehört.",
    prove: "Bestätigungslink senden",
    prove_sent: "Die E-Mail ist unterwegs. Öffnen Sie den Link darin innerhalb von 24 Stunden. Kommt nichts an, sehen Sie im Spam-Ordner nach oder versuchen Sie es morgen erneut: Pro Adresse versenden wir nur wenige dieser E-Mails.",
    prove_not_needed: "Es gibt keine Adresse zu bestätigen.",
    prove_too_many: "Wir haben innerhalb eines Tages zehn Links gesendet. Verwenden Sie einen davon oder versuchen Sie es morgen erneut.",
    prove_title: "Bestätigen Sie Ihre E-Mail-Adresse",
    prove_confirm: "Adresse bestätigen",
    proven_title: "Ihre Adresse ist bestätigt",
    proven: "Sie können diese Seite schließen.",
    over_title: "Dieser Link funktioniert nicht",
    unknown: "Prüfen Sie, ob Sie ihn vollständig kopiert haben. Gibt es eine neuere E-Mail, verwenden Sie den Link darin oder senden Sie in Ihrem Profil einen weiteren.",
    expired: "Er wurde nicht rechtzeitig verwendet. Senden Sie in Ihrem Profil einen neuen.",
    other_address: "Das Konto hat inzwischen eine andere Adresse. Senden Sie in Ihrem Profil einen Link an diese.",
    disabled: "Dieses Konto ist deaktiviert. Bitten Sie den Administrator dieser Website, es wieder zu aktivieren.",
    taken: "Diese Adresse kann hier nicht verwendet werden. Verwenden Sie eine andere oder fragen Sie den Administrator dieser Website.",
    forgot: "Passwort vergessen?",
    forgot_title: "Neues Passwort festlegen",
    forgot_lead: "Geben Sie Ihren Benutzernamen oder Ihre E-Mail-Adresse ein. Wir senden einen Link an Ihre bestätigte Adresse.",
    forgot_name: "Benutzername oder E-Mail-Adresse",
    forgot_send: "Link senden",
    forgot_sent_title: "Sehen Sie in Ihrem Postfach nach",
    forgot_sent: "Wenn es dieses Konto gibt und seine Adresse bestätigt ist, ist ein Link unterwegs. Er ist eine Stunde gültig. Haben Sie gerade schon einen angefordert, verwenden Sie diesen: Innerhalb von zehn Minuten senden wir keinen weiteren. Kommt nichts an, sehen Sie im Spam-Ordner nach, prüfen Sie Ihre Eingabe oder fragen Sie den Administrator dieser Website.",
    unproven_first: "Es wurde kein Link erstellt. Diese Adresse hat niemand bestätigt: Kreuzen Sie das Kästchen an, wenn Sie sicher sind, dass sie der richtigen Person gehört.",
    unproven_sure: "Ich bin sicher, dass die Adresse der richtigen Person gehört",
    unproven_hint: |address| {
        naming!("Niemand hat {address} bestätigt. Wer dieses Postfach liest, kommt in dieses Konto.", address)
    },
    proof_sent: |address| {
        naming!(
            "Wir haben einen Link an {address} gesendet. Öffnen Sie ihn innerhalb von 24 Stunden, um zu bestätigen, dass die Adresse Ihnen gehört.",
            address
        )
    },
    send_hint: |address| {
        naming!("„Per E-Mail senden“ sendet den Link an {address} und zeigt ihn hier nicht an.", address)
    },
    sent: |address| naming!("Die E-Mail an {address} ist unterwegs.", address),
    sent_at: |at| format!("Per E-Mail gesendet am {at}."),
    refused_at: |at| {
        format!(
            "Der Mailserver hat die E-Mail am {at} abgelehnt. Prüfen Sie die Adresse oder erstellen Sie einen Link und geben Sie ihn selbst weiter."
        )
    },
    expired_at: |at| {
        format!(
            "Die E-Mail konnte innerhalb eines Tages nicht zugestellt werden. Der Versand wurde am {at} eingestellt."
        )
    },
    waits_since: |at| format!("Die E-Mail wartet seit {at} auf den Versand."),
    prove_sent_at: |at| format!("Letzter Link gesendet am {at}."),
    prove_refused_at: |at| format!("Der Mailserver hat die E-Mail am {at} abgelehnt. Prüfen Sie die Adresse."),
    prove_lead: |address, username| {
        naming!("Gehört {address} zum Konto {username}? Dann bestätigen Sie die Adresse.", address, username)
    },
};
