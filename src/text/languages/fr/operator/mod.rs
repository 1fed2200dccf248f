//! French: the switch of the sign-in by scan, and the report about its security.

pub(in crate::text::languages::fr) mod bcp247;

use super::times::counted;
use crate::text::table::operator::{ScanOff, Security};

pub(in crate::text::languages::fr) const SCAN_OFF: ScanOff = ScanOff {
    title: "La connexion par code QR est désactivée",
    advice: "Elle est désactivée ici pour le moment. Sur l’appareil à connecter, utilisez une clé d’accès ou votre mot de passe.",
    app_title: "Ce site n’accepte pas la connexion par code QR",
    app_advice: "Elle est désactivée pour ce site. Sur l’appareil à connecter, utilisez une clé d’accès ou votre mot de passe.",
    account_title: "La connexion par code QR est désactivée pour votre compte",
    account_advice: "Rien n’a été approuvé. Sur l’appareil à connecter, utilisez une clé d’accès ou votre mot de passe.",
    page: "La connexion par code QR est désactivée pour le moment.",
    page_other: "Se connecter autrement",
    page_none: "Réessayez plus tard.",
    page_app: |app| naming!("{app} n’accepte pas la connexion par code QR pour le moment.", app),
};

pub(in crate::text::languages::fr) const SECURITY: Security = Security {
    title: "Sécurité",
    lead: "Ce qui protège ici la connexion par code QR, et l’interrupteur qui l’arrête.",
    switch_title: "Connexion par code QR",
    is_on: "Elle est activée.",
    is_off: "Elle est désactivée. Personne ne peut se connecter par code QR.",
    is_off_by_setting: "Elle est désactivée par la configuration\u{a0}: login.scan vaut off. L’interrupteur n’a alors aucun effet.",
    is_unreadable: "L’état de l’interrupteur ne peut pas être lu pour le moment. En attendant, personne ne peut se connecter par code QR.",
    turn_off: "Désactiver",
    turn_on: "Activer",
    off_hint: "Les codes disparaissent, et les scans et approbations en cours s’arrêtent. Les clés d’accès et les mots de passe restent utilisables, et les appareils connectés le restent.",
    on_hint: "La connexion par code QR redevient aussitôt possible.",
    reason: "Motif",
    reason_hint: "Visible par les administrateurs, ici et dans l’activité.",
    turned_off: "La connexion par code QR est maintenant désactivée.",
    turned_on: "La connexion par code QR est maintenant activée.",
    report_title: "Mesures de la BCP\u{a0}247",
    report_lead: "Ce que fait ce serveur, avec sa configuration actuelle, pour chaque mesure citée à la section\u{a0}6.1 de la RFC\u{a0}10027. Aucune n’arrête une personne qui approuve un code que quelqu’un d’autre lui montre en direct.",
    on: "Active",
    partly: "Partielle",
    off: "Inactive",
    always: "Toujours active",
    setting: "Paramètre\u{a0}:",
    own_off: "Vous l’avez désactivée. Personne ne peut se connecter à votre place avec un code scanné.",
    own_off_by_admin: "Un administrateur l’a désactivée pour votre compte.",
    own_turn_off: "Désactiver pour mon compte",
    own_turn_on: "Réactiver",
    own_done: "Modification enregistrée.",
    of_person_title: "Connexion par code QR",
    of_person_on: "Cette personne peut se connecter en scannant un code.",
    of_person_off: "Elle est désactivée pour cette personne.",
    of_person_off_by_owner: "Cette personne l’a désactivée pour son propre compte.",
    of_person_turn_off: "Désactiver",
    of_person_turn_on: "Réactiver",
    of_person_done: "Modification enregistrée, avec effet immédiat.",
    line_on: "Connexion par code QR\u{a0}: activée",
    line_off: "Connexion par code QR\u{a0}: désactivée",
    counts: |on, all| format!("{} sur {all}.", counted(on, "mesure active", "mesures actives")),
    since: |name, at| naming!("Dernière modification par {name}, le {at}.", name, at),
    because: |reason| naming!("Motif\u{a0}: {reason}", reason),
    line_off_because: |reason| naming!("Connexion par code QR\u{a0}: désactivée. Motif\u{a0}: {reason}", reason),
};
