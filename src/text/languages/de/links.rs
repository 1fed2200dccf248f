//! German: one-time links, and the fresh proof.

use crate::text::table::links::{Links, PeopleLinks, Proof};

pub(super) const LINKS: Links = Links {
    invite_title: "Sie sind eingeladen",
    invite_lead: "Hier wurde ein Konto für Sie erstellt. Im nächsten Schritt wählen Sie, wie Sie sich anmelden.",
    recover_title: "Zurück in Ihr Konto",
    recover_lead: "Mit diesem Link kommen Sie wieder in Ihr Konto. Fahren Sie nur fort, wenn Sie ihn angefordert haben.",
    this_browser: "Danach funktioniert der Link nur noch in diesem Browser.",
    choose_title: "Willkommen",
    end_others: "Überall sonst abmelden",
    finish: "Passwort festlegen und anmelden",
    over_title: "Dieser Link funktioniert nicht",
    unknown: "Prüfen Sie, ob Sie ihn vollständig kopiert haben. Wenn ja, bitten Sie die Person, die ihn gesendet hat, um einen neuen.",
    used: "Dieser Link wurde bereits verwendet und funktioniert nur einmal. Melden Sie sich so an, wie Sie es damit festgelegt haben. Waren Sie das nicht, informieren Sie die Person, die ihn gesendet hat.",
    withdrawn: "Er wurde zurückgezogen oder durch einen neueren ersetzt. Verwenden Sie den neuesten Link oder bitten Sie um einen weiteren.",
    expired: "Er wurde nicht rechtzeitig verwendet. Bitten Sie die Person, die ihn gesendet hat, um einen neuen.",
    disabled: "Dieses Konto ist deaktiviert. Bitten Sie den Administrator dieser Website, es wieder zu aktivieren.",
    elsewhere_title: "Dieser Link wurde in einem anderen Browser geöffnet",
    elsewhere: "Fahren Sie dort fort. Waren Sie das nicht, bitten Sie die Person, die ihn gesendet hat, um einen neuen und sagen Sie ihr, dass jemand anderes diesen geöffnet hat.",
    set_up_elsewhere: "Fahren Sie dort fort. Geht das nicht, öffnen Sie den Link in einer Stunde hier noch einmal oder erstellen Sie das erste Konto über die Kommandozeile.",
    choose_lead: |username| {
        naming!("Ihr Benutzername ist {username}. Wählen Sie, wie Sie sich künftig anmelden.", username)
    },
};

pub(super) const PROOF: Proof = Proof {
    title: "Bestätigen Sie, dass Sie es sind",
    lead: "Geben Sie noch einmal Ihr Passwort ein, um fortzufahren.",
    lead_passkey: "Verwenden Sie noch einmal Ihren Passkey, um fortzufahren.",
    passkey_only: "Ihr Konto hat kein Passwort. Verwenden Sie Ihren Passkey.",
    hint: "Danach kehren Sie zur vorherigen Seite zurück. Wenn Sie dort eine Schaltfläche gewählt hatten, wählen Sie sie noch einmal.",
    carried_title: "Einen Moment",
    carried_hint: "Danach werden Ihre Eingaben gesendet.",
    back: "Zurück",
    wrong: "Das ist nicht Ihr Passwort. Versuchen Sie es erneut.",
    needed_title: "Bestätigen Sie zuerst, dass Sie es sind",
    needed_advice: "Dafür muss in den letzten fünf Minuten ein Passkey oder Passwort verwendet worden sein. Öffnen Sie /account/proof, bestätigen Sie es dort und versuchen Sie es dann erneut.",
    no_password_title: "Dieses Konto hat kein Passwort",
    no_password_advice: "Sie brauchen dafür ein Passwort oder einen Passkey, und Ihr Konto hat beides nicht. Bitten Sie den Administrator dieser Website um einen Link, um eines davon einzurichten.",
};

pub(super) const PEOPLE_LINKS: PeopleLinks = PeopleLinks {
    title: "Einmallinks",
    none: "Für dieses Konto wurde noch kein Link erstellt.",
    fresh_title: "Der neue Link",
    fresh_hint: "Er wird nur jetzt angezeigt. Senden Sie ihn so, dass ihn nur die Person liest, der das Konto gehört. Er funktioniert nur einmal, und zwar in dem Browser, der ihn zuerst öffnet.",
    invite_title: "Einladen",
    invite_hint: "Erstellt einen Einladungslink, mit dem die Person ein Passwort oder einen Passkey festlegt. Er ist drei Tage gültig. Frühere Links dieses Kontos werden ungültig.",
    invite: "Einladungslink erstellen",
    recover_title: "Wiederherstellungslink",
    recover_hint: "Erstellt einen Link, mit dem die Person ein neues Passwort oder einen neuen Passkey festlegt. Er ist eine Stunde gültig. Bis er verwendet wird, ändert sich nichts. Frühere Links dieses Kontos werden ungültig.",
    recover: "Wiederherstellungslink erstellen",
    withdraw_title: "Zurückziehen",
    withdraw_hint: "Der Link wird sofort ungültig. Sonst ändert sich nichts.",
    withdraw: "Link zurückziehen",
    withdrawn: "Der Link ist nicht mehr gültig.",
    disabled: "Dieses Konto ist deaktiviert. Aktivieren Sie es zuerst und erstellen Sie dann einen Link.",
    no_username: "Dieses Konto hat keinen Benutzernamen, weil es zu Ihrer Smartphone-App gehört. Die Anmeldung erfolgt dort.",
    invitations_off: "Einladungen sind hier nicht möglich: Der Betreiber erstellt Konten über die Kommandozeile.",
    has_way_in: "Dieses Konto hat schon ein Passwort oder einen Passkey. Erstellen Sie stattdessen einen Wiederherstellungslink.",
    of_invite: "Einladungslink",
    of_recover: "Wiederherstellungslink",
    lead: |username| {
        naming!("Für {username}. Ein Link funktioniert nur einmal und wird nur beim Erstellen angezeigt.", username)
    },
    made_by: |name, at| naming!("Erstellt von {name}", name) + &format!(" am {at}"),
    made_by_command: |at| format!("Über die Kommandozeile erstellt am {at}"),
    is_open: |until| format!("Noch nicht geöffnet. Gültig bis {until}."),
    is_opened: |at, until| format!("Geöffnet am {at}, noch nicht verwendet. Gültig bis {until}."),
    is_used: |at| format!("Verwendet am {at}."),
    is_withdrawn: |at| format!("Zurückgezogen am {at}."),
    is_expired: |at| format!("Abgelaufen am {at}. Er wurde nicht verwendet."),
    tried_elsewhere: |at| {
        format!(
            "Ein anderer Browser hat versucht, ihn zu öffnen, zuerst am {at}. Wenn die Person, der das Konto gehört, nichts davon weiß, ziehen Sie ihn zurück."
        )
    },
};
