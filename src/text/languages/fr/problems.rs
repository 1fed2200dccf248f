//! French: refused requests, what happened and what to do.

use super::times::counted;
use crate::text::table::problems::{Problems, Programs, Refusals, Theme};

pub(super) const REFUSALS: Refusals = Refusals {
    full_title: "Trop de connexions en cours",
    malformed_title: "Ce n’est pas un code",
    malformed_advice: "Le lien est incomplet. Scannez à nouveau le code, d’un peu plus près.",
    forged_title: "Ce code ne vient pas d’ici",
    forged_advice: "Il ressemble à l’un de nos codes, mais n’en est pas un. Ne l’utilisez pas et méfiez-vous de la personne qui vous l’a montré.",
    expired_title: "Ce code a expiré",
    expired_advice: "Personne n’a été connecté. Scannez le code qui est maintenant à l’écran. S’il n’y en a pas, affichez-y un nouveau code.",
    outdated_title: "Un code plus récent est à l’écran",
    outdated_advice: "Vous en avez scanné un ancien. Si quelqu’un vous l’a envoyé, cette personne essaie peut-être de se connecter à votre place\u{a0}: ne faites rien. Si l’écran est devant vous, scannez le code qu’il affiche maintenant.",
    used_title: "Ce code a déjà été utilisé",
    used_advice: "Un code ne sert qu’une fois. Pour connecter un autre appareil, scannez le code sur son écran.",
    denied_title: "Cette connexion a été refusée",
    denied_advice: "Elle a été refusée sur le téléphone. Pour vous connecter malgré tout, affichez un nouveau code sur l’autre écran.",
    cancelled_title: "Connexion recommencée sur l’autre écran",
    cancelled_advice: "L’autre écran affiche maintenant un nouveau code. Scannez-le.",
    taken_title: "Quelqu’un d’autre a scanné ce code avant vous",
    taken_advice: "La décision revient à un autre compte, qui a scanné ce code. Si vous ne savez pas de qui il s’agit, choisissez «\u{a0}Recommencer\u{a0}» sur l’autre écran et scannez son nouveau code.",
    not_scanned_title: "Scannez d’abord le code",
    not_scanned_advice: "Vous pourrez décider une fois le code scanné avec votre compte.",
    decided_title: "La décision est déjà prise",
    decided_advice: "Une décision ne compte qu’une fois. Regardez l’autre écran pour connaître le résultat.",
    not_approved_title: "Pas encore approuvée",
    not_approved_advice: "Cette connexion n’a pas encore été approuvée sur le téléphone.",
    rested_title: "Cette page a expiré",
    rested_advice: "Elle n’affiche plus de nouveaux codes. Rouvrez-la pour en obtenir un.",
    other_browser_title: "Cette connexion appartient à un autre navigateur",
    other_browser_advice: "Un code ne peut connecter que le navigateur qui l’a affiché. Si c’était celui-ci, ses cookies sont peut-être désactivés.",
    wrong_account_title: "Ce code est pour un autre compte",
    wrong_account_advice: "Il est destiné au compte dont le nom a été saisi au départ. Si c’est vous qui l’avez saisi, scannez le code avec un téléphone connecté à ce compte. Sinon, quelqu’un vous a peut-être envoyé son code.",
    another_account_title: "Le site a demandé un autre compte",
    another_account_advice: "Le site vous demande de vous reconnecter avec le compte utilisé auparavant. Scannez le code avec un téléphone connecté à ce compte.",
    same_browser_title: "C’est ce navigateur qui affiche le code",
    same_browser_advice: "Il est déjà connecté. Un code se scanne avec un autre appareil\u{a0}: prenez votre téléphone.",
};

pub(super) const PROBLEMS: Problems = Problems {
    unknown_app_title: "Ce site n’est pas connu ici",
    unknown_app_advice: "Un site vous a envoyé ici pour vous connecter, mais il n’y est pas enregistré. Prévenez son responsable.",
    unknown_redirect_title: "Le lien de connexion de ce site n’est pas autorisé",
    request_over_title: "Cette demande de connexion n’est plus valable",
    request_over_advice: "Elle a pris trop de temps ou était déjà terminée. Revenez au site de départ et connectez-vous à nouveau.",
    not_signed_in_title: "La connexion n’a pas eu lieu",
    not_signed_in_advice: "Rien n’a été envoyé au site d’où vous venez. Pour vous connecter malgré tout, revenez en arrière et recommencez.",
    broken_title: "Un problème est survenu",
    broken_advice: "Vous n’y êtes pour rien. Réessayez dans un instant.",
    wrong_address_title: "Ce site a une autre adresse",
    wrong_address_step: "L’ouvrir à cette adresse",
    not_found_title: "Page introuvable",
    not_found_advice: "L’adresse est peut-être mal saisie, ou la page a été déplacée.",
    malformed_title: "Cette demande n’a pas été comprise",
    malformed_advice: "Revenez en arrière, rechargez la page et réessayez.",
    too_many_title: "Trop de tentatives",
    cross_site_title: "Cette demande vient d’un autre site",
    wrong_address_advice: |opened, origin| {
        naming!(
            "Vous avez ouvert {opened}, mais la connexion se fait sur {origin}. Ouvrez plutôt cette adresse.",
            opened,
            origin
        )
    },
    cross_site_advice: |origin| naming!("Bloquée pour votre sécurité. Ouvrez {origin} et réessayez.", origin),
    unknown_redirect_advice: |app| {
        naming!(
            "L’application {app} a essayé de vous envoyer vers une adresse non enregistrée. Son responsable doit l’enregistrer ici.",
            app
        )
    },
    unknown_origin_advice: |app, origin| {
        naming!(
            "L’application {app} affiche son code sur une page non enregistrée\u{a0}: {origin}. Son responsable doit enregistrer cette origine ici.",
            app,
            origin
        )
    },
    other_dialect_advice: |app| {
        naming!(
            "L’application {app} est enregistrée ici avec un autre protocole de connexion. Son responsable peut le changer ici.",
            app
        )
    },
    malformed_by_app: |why| format!("Le développeur du site doit corriger ceci\u{a0}: {why}."),
    wait_seconds: |seconds| match seconds {
        1 => "Patientez une seconde, puis réessayez.".to_owned(),
        _ => format!("Patientez {}, puis réessayez.", counted(seconds, "seconde", "secondes")),
    },
    wait_minutes: |minutes| format!("Patientez {}, puis réessayez.", counted(minutes, "minute", "minutes")),
};

pub(super) const THEME: Theme = Theme {
    title: "L’apparence de cette iframe a été refusée",
    value: "Les couleurs s’écrivent #rrggbb, le rayon est un nombre de pixels (24 au maximum), la police est system, sans, serif, rounded ou mono, et le thème light, dark ou auto.",
    auto: "Avec scheme=auto, une iframe n’a pas de couleurs propres, car une même couleur n’est pas lisible sur fond clair et sur fond sombre. Choisissez scheme=light ou scheme=dark.",
    contrast: "Le texte et la couleur d’accent doivent avoir un contraste de 4,5:1 avec le fond. Choisissez des couleurs plus foncées ou plus claires, ou l’autre thème.",
};

pub(super) const PROGRAMS: Programs = Programs {
    title: "Le jeton n’a pas été accepté",
    off: "Ce serveur n’accepte pas les jetons d’applications mobiles. Son exploitant peut l’activer avec [phone] dans la configuration.",
    missing: "Envoyez Authorization: Bearer avec un jeton.",
    invalid: "Obtenez un nouveau jeton pour ce serveur et réessayez.",
    too_large: "La requête est trop volumineuse pour ce serveur.",
    length: "Envoyez un corps avec Content-Length.",
    socket: "Un WebSocket commence ici avec Sec-WebSocket-Version: 13 et Sec-WebSocket-Key.",
    host: "Envoyez un seul en-tête Host\u{a0}: l’hôte de l’adresse, et son port s’il y en a un.",
    parameter: "Cet appel n’accepte pas ce paramètre. Le code figure dans l’adresse, et le compte est celui du jeton\u{202f}; seul scan accepte pressed, et seul approve accepte fields.",
};
