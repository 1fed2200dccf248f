//! French: the page with the QR code, in the browser that is to be signed in.

use super::times::counted;
use crate::text::table::browser::{Login, Panel};

pub(super) const LOGIN: Login = Login {
    title: "Se connecter avec votre téléphone",
    name_first: "Saisissez d’abord votre nom d’utilisateur. Le code ne servira que pour ce compte.",
    show_code: "Afficher un code",
    here_instead: "Se connecter plutôt sur cet appareil",
    on_phone: "Vous êtes sur un téléphone\u{a0}: connectez-vous directement ici.",
    on_phone_here: "Se connecter sur ce téléphone",
    on_phone_code: "Afficher un code pour un autre téléphone",
    heading: |site| naming!("Se connecter à {site}", site),
    leave: |app| naming!("Revenir à {app} sans se connecter", app),
    scan_only: |app| naming!("{app} demande une connexion par code QR.", app),
};

pub(super) const PANEL: Panel = Panel {
    qr: "Code QR\u{a0}: scannez-le avec l’appareil photo de votre téléphone pour vous connecter ici",
    qr_over: "Code QR qui ne peut plus être scanné",
    waiting: "Scannez avec l’appareil photo de votre téléphone",
    steps: "Ouvrez le lien, puis appuyez sur «\u{a0}Approuver\u{a0}».",
    scanned: "Code scanné. Approuvez sur votre téléphone.",
    scanned_title: "Approuvez sur votre téléphone",
    claimed: "Connexion en cours…",
    denied: "La connexion a été refusée sur le téléphone.",
    over: "Ce code a expiré.",
    outdated: "Un ancien code de cette page vient d’être scanné. Si c’était vous, scannez celui-ci. Sinon, quelqu’un a peut-être copié l’ancien.",
    second_account: "Un second compte a scanné ce code et a été refusé. Si vous ne l’avez pas scanné en premier, recommencez.",
    digits: "Saisissez les quatre chiffres affichés sur votre téléphone.",
    digits_again: "Ce ne sont pas les bons chiffres. Vérifiez sur votre téléphone et saisissez-les à nouveau.",
    digits_label: "Chiffres affichés sur votre téléphone",
    wrong_number: "Le nombre choisi sur le téléphone n’est pas celui de cet écran\u{a0}: la connexion a été arrêtée. Si c’était vous, affichez un nouveau code et réessayez.",
    wrong_typed: "Trop de saisies incorrectes\u{a0}: la connexion a été arrêtée. Si c’était vous, affichez un nouveau code et réessayez.",
    lost: "Connexion au réseau perdue. Nouvelle tentative…",
    start_over: "Ce n’est pas vous\u{202f}? Recommencer",
    code_label: "Code à saisir",
    press_continue: "Appuyez sur «\u{a0}Continuer\u{a0}» pour terminer.",
    number: |number| naming!("Choisissez {number} sur votre téléphone.", number),
    or_type: |link| naming!("Pas d’appareil photo\u{202f}? Saisissez ce code sur {link}", link),
    scanned_by: |name| naming!("{name}\u{a0}: approuvez sur votre téléphone", name),
    approved_by: |name| naming!("Connexion approuvée. {name}", name),
    onward: |host, hours| {
        let hours = counted(hours, "heure", "heures");
        naming!("Vous continuez vers {host}. Ce navigateur reste connecté {hours} au plus.", host)
    },
    onward_for_visit: |host| {
        naming!("Vous continuez vers {host}. Ce navigateur reste connecté le temps de cette visite.", host)
    },
};
