//! French: the pages on which people decide about apps.

use crate::text::table::sites::{Allowed, Consent, Logout};

pub(super) const CONSENT: Consent = Consent {
    going_back: "Retour au site",
    title: "Autoriser un site",
    warning: "N’autorisez l’accès que si vous venez de ce site.",
    allow: "Autoriser",
    another: "Utiliser un autre compte",
    question: |app| naming!("Continuer vers {app}\u{202f}?", app),
};

pub(super) const LOGOUT: Logout = Logout {
    signed_out_title: "Déconnexion réussie",
    signed_out_lead: "Cet appareil est déconnecté.",
    title: "Se déconnecter",
    lead: "Un site auquel votre compte est connecté le demande.",
    stay: "Ne pas se déconnecter",
    question: |host| naming!("Se déconnecter du site {host}\u{202f}?", host),
};

pub(super) const ALLOWED: Allowed = Allowed {
    outdated: "Modifications non enregistrées. Ce que cette application peut savoir a changé ailleurs depuis l’ouverture de cette page. Voici l’état actuel.",
    title: "Applications autorisées",
    none: "Aucune connexion à un site avec ce compte pour le moment.",
    lead: "Les sites auxquels vous vous connectez avec ce compte, et ce que vous partagez avec eux.",
    withdraw: "Révoquer l’accès",
    change_hint: "Les modifications s’appliquent dès leur enregistrement, même aux connexions en cours. Chaque site a des cases pour ce qu’il demande et que vous avez renseigné\u{a0}:",
    withdraw_hint: "Une fois l’accès révoqué, le site ne reçoit plus rien d’ici et devra redemander la prochaine fois. Il peut garder ce qu’il sait déjà, et votre connexion à ce site peut rester active.",
    since: |date| format!("Depuis le {date}"),
    withdraw_from: |app| format!("Révoquer l’accès\u{a0}: {app}"),
    save_for: |app| format!("Enregistrer les données partagées avec {app}"),
};
