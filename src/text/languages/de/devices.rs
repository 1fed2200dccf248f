//! German: what pages say of the devices on which an account is signed in, beside the list of them.

use crate::text::table::devices::{Ask, Chooser, DeviceNews, DevicePage, Transfer};

pub(super) const DEVICE_NEWS: DeviceNews = DeviceNews {
    was_me: "Das war ich",
    end_it: "Gerät abmelden",
    out_title: "Sie wurden abgemeldet",
    out_by_administrator: "Ein Administrator hat dieses Gerät abgemeldet. Fragen Sie dort nach, wenn Sie den Grund nicht kennen.",
    out_over: "Ihre Anmeldung auf diesem Gerät ist beendet. Melden Sie sich erneut an, um fortzufahren.",
    is_out: "Das Gerät ist jetzt abgemeldet.",
    is_out_title: "Abgemeldet",
    new_from: |device, from, ago| format!("Neue Anmeldung in Ihrem Konto: {device}, {from}, {ago}."),
    new_device: |device, ago| format!("Neue Anmeldung in Ihrem Konto: {device}, {ago}."),
    out_of: |device| format!("Sie wurden abgemeldet: {device}"),
    out_by: |device, ago| {
        format!(
            "Die Abmeldung kam von: {device}, {ago}. Wenn Sie das nicht waren, melden Sie sich wieder an und ändern Sie Ihr Passwort."
        )
    },
    since: |ago| format!("Angemeldet: {ago}"),
    since_at: |place, ago| format!("{place} · angemeldet: {ago}"),
};

pub(super) const DEVICE_PAGE: DevicePage = DevicePage {
    title: "Eines Ihrer Geräte",
    how: "Anmeldemethode",
    address: "IP-Adresse",
    signed_in: "Angemeldet",
    last_used: "Zuletzt verwendet",
    known: "Vielen Dank. Zu dieser Anmeldung werden Sie nicht mehr gefragt.",
    renamed: "Der Name wurde gespeichert.",
    name: "Gerätename",
    name_label: "Ihr Name für dieses Gerät",
    name_hint: "Nur Sie sehen ihn. Ist das Feld leer, werden Browser und System angezeigt.",
    name_wrong: "Höchstens 64 Zeichen in einer Zeile.",
    what: "Von hier aus angemeldete Geräte",
    what_none: "Von hier aus wurde kein anderes Gerät angemeldet.",
    what_approved: "Diese Anmeldungen haben Sie auf diesem Gerät genehmigt:",
    end: "Gerät abmelden",
    end_lead: "Es wird auf allen geöffneten Seiten sofort abgemeldet. Die Websites, bei denen es angemeldet war, werden informiert.",
    end_with: "Dieses Gerät und alles, was damit angemeldet wurde",
    end_with_hint: "Auch alle Geräte, deren Anmeldung Sie hier genehmigt haben, und Apps mit dauerhaftem Zugriff.",
    end_only: "Nur dieses Gerät",
    end_only_hint: "Was damit angemeldet wurde, bleibt angemeldet.",
    back: "Alle Ihre Geräte",
    more: |device| format!("Mehr über {device}"),
};

pub(super) const ASK: Ask = Ask {
    title: "Anfragen an dieses Smartphone",
    hint: "Genehmigen Sie ohne Scannen, wenn ein gemerkter Browser anfragt.",
    lead: "In gemerkten Browsern erscheint dann eine Schaltfläche mit Ihrem Namen. Wenn Sie sie wählen, erhält dieses Smartphone eine Benachrichtigung, und Sie genehmigen hier, ohne einen Code zu scannen.",
    lead_number: "Sie wählen immer die Zahl, die der Browser zeigt. So wird niemand angemeldet, nur weil Sie zu schnell getippt haben.",
    turn_on: "Für dieses Smartphone einschalten",
    starting: "Wenn Ihr Browser fragt, erlauben Sie Benachrichtigungen.",
    is_on: "Anfragen an dieses Smartphone sind eingeschaltet.",
    turned_on: "Eingeschaltet. Wählen Sie beim nächsten Mal in Ihrem Browser die Schaltfläche mit Ihrem Namen.",
    turned_off: "Ausgeschaltet. Das Smartphone erhält keine Anfragen mehr.",
    unsupported: "Dieser Browser kann keine Benachrichtigungen von Websites empfangen. Versuchen Sie es auf diesem Smartphone mit einem anderen Browser.",
    ios_first: "Auf iPhone und iPad erhält nur die installierte App Benachrichtigungen. Tippen Sie auf „Teilen“ und dann auf „Zum Home-Bildschirm“. Öffnen Sie die App von dort, melden Sie sich darin an und kehren Sie auf diese Seite zurück.",
    insecure: "Browser empfangen Benachrichtigungen nur von https-Seiten.",
    refused: "Benachrichtigungen sind für diese Website blockiert.",
    allow_ios: "So erlauben Sie sie: Öffnen Sie die Einstellungen, tippen Sie auf „Apps“, auf diese App und auf „Mitteilungen“ und schalten Sie sie ein. Versuchen Sie es dann erneut.",
    allow_android: "So erlauben Sie sie: Tippen Sie auf das Symbol neben der Adresse und auf „Berechtigungen“ und schalten Sie die Benachrichtigungen ein. Wenn Sie das dort nicht finden, öffnen Sie die Einstellungen, tippen Sie auf „Apps“, auf Ihren Browser und auf „Benachrichtigungen“. Versuchen Sie es dann erneut.",
    allow_computer: "So erlauben Sie sie: Klicken Sie auf das Symbol neben der Adresse und wählen Sie bei den Benachrichtigungen „Zulassen“. Versuchen Sie es dann erneut.",
    failed: "Das hat nicht funktioniert. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.",
    full: "Anfragen sind schon für fünf Smartphones eingeschaltet, mehr sind nicht möglich. Schalten Sie sie zuerst für eines davon aus.",
    service_wrong: "Dieser Browser erhält Benachrichtigungen über einen Dienst, den diese Website nicht nutzen kann. Versuchen Sie es auf diesem Smartphone mit einem anderen Browser.",
    needs_script: "Um diese Funktion zu nutzen, schalten Sie JavaScript ein.",
    phones: "Smartphones für Anfragen",
    none: "Bisher keine.",
    turn_off: "Ausschalten",
    line_on: "Smartphone für Anfragen hinzugefügt",
    line_off: "Smartphone für Anfragen entfernt",
    approve_on_phone: "Auf dem Smartphone genehmigen, ohne zu scannen.",
    asked: "Anfrage gesendet. Öffnen Sie die Benachrichtigung auf Ihrem Smartphone.",
    asked_hint: "Keine Benachrichtigung? Scannen Sie den Code.",
    too_often_title: "Es gab schon mehrere Anfragen an Ihr Smartphone",
    too_often_advice: "Scannen Sie diesmal den Code. In einer Stunde kann dieser Browser wieder anfragen.",
    cannot_title: "Dieser Browser kann bei keinem Smartphone anfragen",
    cannot_advice: "Scannen Sie stattdessen den Code.",
    to_code: "Zurück zum Code",
    one_title: "Ein Browser fragt an",
    one_lead: "Im nächsten Schritt sehen Sie, welcher und wofür. Damit ist noch nichts genehmigt.",
    many_title: "Mehrere Browser fragen an",
    many_lead: "Wählen Sie einen aus, um zu sehen, wofür er anfragt. Damit ist noch nichts genehmigt.",
    none_title: "Keine offene Anfrage",
    none_lead: "Vielleicht ist sie abgelaufen. Wählen Sie die Schaltfläche im Browser noch einmal.",
    see: "Weiter",
    push_title: "Anmeldung in Ihrem Konto angefragt",
    push_body: "Antippen, Browser prüfen, dann genehmigen oder ablehnen.",
    go_on_unnamed: "Auf dem Smartphone fortfahren",
    go_on_as: |name| naming!("Weiter als {name}", name),
    turned_on_ago: |ago| format!("Eingeschaltet: {ago}"),
    for_site: |host, ago| naming!("Anmeldung bei {host}, angefragt {ago}", host, ago),
};

pub(super) const TRANSFER: Transfer = Transfer {
    start_title: "Auf meinem Smartphone anmelden",
    start_lead: "Ihr Smartphone scannt hier einen Code und wird in Ihrem Konto angemeldet. Sie müssen darauf kein Passwort eingeben.",
    start_hint: "Halten Sie das Smartphone bereit: Es zeigt vier Ziffern, die Sie hier eingeben.",
    start: "Code anzeigen",
    code_title: "Mit dem Smartphone scannen",
    code_lead: "Öffnen Sie die Kamera des Smartphones, das Sie anmelden möchten, richten Sie sie auf den Code und tippen Sie auf den Link.",
    qr: "QR-Code für das Smartphone",
    code_hint: "Der Code funktioniert nur einmal und nur zwei Minuten lang. Lassen Sie ihn niemand anderen scannen.",
    cancel: "Abbrechen",
    digits_title: "Geben Sie die Ziffern vom Smartphone ein",
    digits_label: "Vier Ziffern",
    digits_hint: "Sie stehen auf dem Smartphone, das den Code gescannt hat. Haben Sie es nicht in der Hand, wählen Sie „Abbrechen“.",
    digits_go: "Smartphone anmelden",
    phone: "Smartphone",
    wrong_once: "Die Ziffern stimmen nicht mit denen auf dem Smartphone überein. Sie haben noch einen Versuch.",
    wrong: "Die Ziffern stimmen nicht mit denen auf dem Smartphone überein. Prüfen Sie sie und versuchen Sie es erneut.",
    malformed: "Geben Sie die vier Ziffern ein, die das Smartphone anzeigt.",
    finishing_title: "Fast fertig",
    finishing_lead: "Ihr Smartphone wird angemeldet. Wenn dort „Weiter“ erscheint, tippen Sie darauf.",
    done_title: "Ihr Smartphone ist angemeldet",
    denied_title: "Ihr Smartphone wurde nicht angemeldet",
    declined: "Die Anmeldung wurde auf dem Smartphone abgelehnt. Es hat keinen Zugriff erhalten.",
    too_wrong: "Die Ziffern wurden dreimal falsch eingegeben, daher gilt der Code nicht mehr. Das Smartphone hat keinen Zugriff erhalten.",
    over_title: "Dieser Code gilt nicht mehr",
    over_lead: "Es wurde kein Smartphone damit angemeldet.",
    again: "Neuen Code anzeigen",
    take_title: "Auf diesem Smartphone anmelden",
    take_warning: "Fahren Sie nur fort, wenn Sie den anderen Bildschirm gerade vor sich haben und das Konto Ihnen gehört. Hat Ihnen jemand diesen Code geschickt, schließen Sie diese Seite.",
    offered_on: "Angeboten auf",
    shown_title: "Geben Sie diese Ziffern auf dem anderen Bildschirm ein",
    shown_hint: "Danach ist dieses Smartphone angemeldet. Nennen Sie die Ziffern niemandem, der danach fragt.",
    decline: "Hier nicht anmelden",
    claim_title: "Die Ziffern stimmen",
    claim_lead: "Sie werden angemeldet…",
    here_already_title: "Sie sind bereits angemeldet",
    ended_lead: "Dieses Smartphone wurde nicht angemeldet. Für einen neuen Versuch lassen Sie auf dem anderen Bildschirm einen neuen Code anzeigen.",
    taken_title: "Ein anderes Smartphone hat diesen Code zuerst geöffnet",
    taken_advice: "Ein Code gilt für ein Smartphone. Wenn Sie nicht wissen, wem es gehört, wählen Sie auf dem anderen Bildschirm „Abbrechen“ und lassen Sie dort einen neuen Code anzeigen.",
    for_phones_title: "Dieser Code meldet ein Smartphone an",
    for_phones_advice: "Er meldet das Smartphone an, das ihn mit der Kamera scannt. Einen anderen Bildschirm meldet er nicht an.",
    for_screens_title: "Dieser Code meldet einen anderen Bildschirm an",
    for_screens_advice: "Dieses Smartphone meldet er nicht an. Scannen Sie ihn mit der Kamera eines angemeldeten Smartphones.",
    off_title: "Smartphones können so nicht angemeldet werden",
    off_advice: "Diese Möglichkeit ist ausgeschaltet. Melden Sie sich direkt auf dem Smartphone an.",
    same_title: "Dieser Browser zeigt den Code selbst an",
    same_advice: "Sie sind hier bereits angemeldet. Scannen Sie den Code mit einem anderen Gerät.",
    ended_title: "Dieser Code funktioniert nicht mehr",
    ended_advice: "Er ist abgelaufen, wurde schon verwendet oder auf dem anderen Bildschirm beendet. Hier wurde niemand damit angemeldet. Lassen Sie auf dem anderen Bildschirm einen neuen Code anzeigen.",
    hint: "Scannen Sie einen Code mit einem Smartphone, das noch nicht angemeldet ist.",
    by: |device| {
        format!(
            "Der Code wurde geöffnet auf: {device}. Wenn das Ihr Smartphone ist, geben Sie die Ziffern ein, die es anzeigt."
        )
    },
    question: |account| naming!("Als {account} anmelden?", account),
    replaces: |other| {
        naming!(
            "Auf diesem Smartphone ist {other} angemeldet. Wenn Sie fortfahren, wird dieses Konto hier abgemeldet.",
            other
        )
    },
    shown_lead: |device| format!("Das andere Gerät wartet darauf: {device}."),
    here_already: |account| {
        naming!("{account} ist auf diesem Smartphone angemeldet. Sie müssen nichts weiter tun.", account)
    },
};

pub(super) const CHOOSER: Chooser = Chooser {
    title: "Konten auf diesem Gerät",
    lead: "Wählen Sie das Konto, das Sie verwenden möchten.",
    active: "Wird gerade verwendet",
    choose: "Konto auswählen",
    choose_this: "Verwenden",
    add: "Konto hinzufügen",
    another: "Anderes Konto verwenden",
    sign_out_all: "Alle Konten auf diesem Gerät abmelden",
    one_ended: "Ein Konto wurde inzwischen abgemeldet.",
    sign_in_again: "Erneut anmelden",
    switched_title: "Jetzt wird ein anderes Konto verwendet",
    switched_advice: "Diese Seite wurde für ein anderes Konto geöffnet als das, das jetzt auf diesem Gerät verwendet wird. Daher wurde nichts ausgeführt. Wählen Sie das Konto aus und versuchen Sie es erneut.",
    ended: |account| naming!("{account} wurde inzwischen abgemeldet.", account),
    full: |account| {
        naming!(
            "Hier sind fünf Konten angemeldet. Wenn Sie noch eines hinzufügen, wird das am längsten nicht verwendete abgemeldet: {account}.",
            account
        )
    },
    of_this_visit: |account| {
        naming!(
            "{account} ist nur für diesen Besuch angemeldet und wird abgemeldet, wenn Sie ein anderes Konto verwenden.",
            account
        )
    },
    you_are: |account| naming!("Angemeldet als {account}.", account),
};
