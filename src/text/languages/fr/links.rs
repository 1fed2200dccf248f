//! French: one-time links, and the fresh proof.

use crate::text::table::links::{Links, PeopleLinks, Proof};

pub(super) const LINKS: Links = Links {
    invite_title: "Vous avez une invitation",
    invite_lead: "Un compte a été créé ici pour vous. Continuez pour choisir comment vous connecter.",
    recover_title: "Retrouver l’accès à votre compte",
    recover_lead: "Ce lien vous redonne accès à votre compte. Ne continuez que si vous l’avez demandé.",
    this_browser: "Ensuite, le lien ne fonctionnera que dans ce navigateur.",
    choose_title: "Bienvenue",
    end_others: "Déconnecter tous les autres appareils",
    finish: "Définir le mot de passe et se connecter",
    over_title: "Ce lien ne fonctionne pas",
    unknown: "Vérifiez que vous l’avez copié en entier. Si oui, demandez-en un nouveau à la personne qui vous l’a envoyé.",
    used: "Ce lien a déjà servi\u{202f}; il n’est valable qu’une fois. Connectez-vous avec le moyen que vous avez choisi. Si ce n’était pas vous, prévenez la personne qui vous l’a envoyé.",
    withdrawn: "Il a été révoqué ou remplacé par un plus récent. Utilisez le dernier lien reçu, ou demandez-en un autre.",
    expired: "Il n’a pas été utilisé à temps. Demandez-en un nouveau à la personne qui vous l’a envoyé.",
    disabled: "Ce compte est désactivé. Demandez à l’administrateur de ce site de le réactiver.",
    elsewhere_title: "Ce lien a été ouvert dans un autre navigateur",
    elsewhere: "Continuez dans cet autre navigateur. Si ce n’était pas vous, dites à la personne qui vous a envoyé ce lien que quelqu’un d’autre l’a ouvert, et demandez-lui-en un nouveau.",
    set_up_elsewhere: "Continuez dans cet autre navigateur. Si c’est impossible, rouvrez le lien ici dans une heure, ou créez le premier compte en ligne de commande.",
    choose_lead: |username| {
        naming!("Votre nom d’utilisateur est {username}. Choisissez comment vous connecter désormais.", username)
    },
};

pub(super) const PROOF: Proof = Proof {
    title: "Confirmez votre identité",
    lead: "Saisissez à nouveau votre mot de passe pour continuer.",
    lead_passkey: "Utilisez à nouveau votre clé d’accès pour continuer.",
    passkey_only: "Votre compte n’a pas de mot de passe. Utilisez votre clé d’accès.",
    hint: "Vous reviendrez ensuite à la page précédente. Si vous y aviez appuyé sur un bouton, appuyez de nouveau.",
    carried_title: "Un instant",
    carried_hint: "Votre saisie sera envoyée juste après.",
    back: "Retour",
    wrong: "Mot de passe incorrect. Réessayez.",
    needed_title: "Confirmez d’abord votre identité",
    needed_advice: "Cette action exige une clé d’accès ou un mot de passe utilisé au cours des cinq dernières minutes. Ouvrez /account/proof, confirmez votre identité, puis réessayez.",
    no_password_title: "Ce compte n’a pas de mot de passe",
    no_password_advice: "Cette action exige un mot de passe ou une clé d’accès, et votre compte n’en a pas. Demandez à l’administrateur de ce site un lien pour en définir un.",
};

pub(super) const PEOPLE_LINKS: PeopleLinks = PeopleLinks {
    title: "Liens à usage unique",
    none: "Aucun lien n’a encore été créé pour ce compte.",
    fresh_title: "Le nouveau lien",
    fresh_hint: "Il n’est affiché que maintenant. Envoyez-le de façon que seul son destinataire puisse le lire. Il ne sert qu’une fois, dans le premier navigateur qui l’ouvre.",
    invite_title: "Inviter",
    invite_hint: "Crée un lien qui permet au titulaire de choisir un mot de passe ou une clé d’accès. Il est valable trois jours. Les liens précédents de ce compte ne fonctionneront plus.",
    invite: "Créer une invitation",
    recover_title: "Lien de récupération",
    recover_hint: "Crée un lien qui permet au titulaire de choisir un nouveau mot de passe ou une nouvelle clé d’accès. Il est valable une heure. Rien ne change tant qu’il n’est pas utilisé. Les liens précédents de ce compte ne fonctionneront plus.",
    recover: "Créer un lien de récupération",
    withdraw_title: "Révoquer",
    withdraw_hint: "Le lien cesse aussitôt de fonctionner. Rien d’autre ne change.",
    withdraw: "Révoquer le lien",
    withdrawn: "Le lien ne fonctionne plus.",
    disabled: "Ce compte est désactivé. Réactivez-le d’abord, puis créez un lien.",
    no_username: "Ce compte n’a pas de nom d’utilisateur, car il dépend de l’application mobile du titulaire. La connexion se fait dans celle-ci.",
    invitations_off: "Les invitations sont désactivées ici\u{a0}: les comptes se créent en ligne de commande.",
    has_way_in: "Ce compte a déjà un mot de passe ou une clé d’accès. Créez plutôt un lien de récupération.",
    of_invite: "Invitation",
    of_recover: "Lien de récupération",
    lead: |username| naming!("Pour {username}. Un lien ne sert qu’une fois et s’affiche à sa création.", username),
    made_by: |name, at| naming!("Créé par {name}", name) + &format!(" le {at}"),
    made_by_command: |at| format!("Créé en ligne de commande le {at}"),
    is_open: |until| format!("Pas encore ouvert. Valable jusqu’au {until}."),
    is_opened: |at, until| format!("Ouvert le {at}, pas encore utilisé. Valable jusqu’au {until}."),
    is_used: |at| format!("Utilisé le {at}."),
    is_withdrawn: |at| format!("Révoqué le {at}."),
    is_expired: |at| format!("Expiré le {at}, sans avoir été utilisé."),
    tried_elsewhere: |at| {
        format!(
            "Un autre navigateur a essayé de l’ouvrir, la première fois le {at}. Si le titulaire ne sait pas pourquoi, révoquez-le."
        )
    },
};
