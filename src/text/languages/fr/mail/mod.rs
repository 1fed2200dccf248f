//! French: mails, and the pages about them.

use crate::text::table::mail::{MailPages, Mails};

pub(super) const MAILS: Mails = Mails {
    confirm: "Confirmer l’adresse",
    choose: "Choisir comment se connecter",
    devices: "Voir vos appareils",
    security: "Voir vos moyens de connexion",
    sign_in: "Se connecter",
    ignore: "Si la demande ne vient pas de vous, ignorez cet e-mail. Rien ne changera.",
    new_device_advice: "Si c’était vous, vous n’avez rien à faire. Sinon, déconnectez cet appareil et changez votre mot de passe.",
    passkey_added_advice: "Si ce n’était pas vous, supprimez la clé d’accès et changez votre mot de passe.",
    passkey_removed_advice: "Si ce n’était pas vous, déconnectez vos autres appareils et changez votre mot de passe.",
    password_advice: "Si c’était vous, vous n’avez rien à faire. Sinon, demandez tout de suite un lien de récupération à l’administrateur de ce site.",
    profile: "Voir votre profil",
    address_advice: "Si vous êtes au courant, vous n’avez rien à faire. Sinon, connectez-vous, changez votre mot de passe et rétablissez votre adresse. Si vous ne pouvez pas vous connecter, contactez tout de suite l’administrateur de ce site.",
    test_lead: "Ceci est un test. Les e-mails de ce serveur arrivent bien.",
    prove_subject: |site| naming!("Confirmez votre adresse e-mail pour {site}", site),
    prove_lead: |username, site| {
        naming!(
            "{username} souhaite utiliser cette adresse sur {site}. Si c’est vous, confirmez l’adresse.",
            username,
            site
        )
    },
    prove_until: |until| format!("Le lien est valable une seule fois, jusqu’au {until}."),
    invite_subject: |site| naming!("Votre invitation à rejoindre {site}", site),
    invite_lead: |username, site| {
        naming!(
            "Un compte vous attend sur {site}. Votre nom d’utilisateur est {username}. Choisissez comment vous connecter pour commencer.",
            username,
            site
        )
    },
    invite_lead_by: |name, username, site| {
        naming!(
            "{name} vous a créé un compte sur {site}. Votre nom d’utilisateur est {username}. Choisissez comment vous connecter pour commencer.",
            name,
            username,
            site
        )
    },
    invite_until: |until| {
        format!("Le lien est valable une seule fois, dans le premier navigateur qui l’ouvre, jusqu’au {until}.")
    },
    recover_subject: |site| naming!("Retrouvez l’accès à {site}", site),
    recover_lead: |username, site| {
        naming!(
            "Quelqu’un a demandé de l’aide pour se connecter au compte {username} sur {site}. Si c’était vous, choisissez un nouveau moyen de connexion.",
            username,
            site
        )
    },
    recover_lead_by: |name, username, site| {
        naming!(
            "{name} vous envoie un lien pour vous reconnecter au compte {username} sur {site}. Il vous permet de choisir un nouveau moyen de connexion.",
            name,
            username,
            site
        )
    },
    recover_until: |until| {
        format!(
            "Le lien est valable une seule fois, dans le premier navigateur qui l’ouvre, jusqu’au {until}. Rien ne change tant que vous ne l’utilisez pas."
        )
    },
    new_device_subject: |site| naming!("Nouvelle connexion à votre compte sur {site}", site),
    new_device_lead: |username, device, at| {
        naming!("Connexion au compte {username} depuis un nouvel appareil ou réseau\u{a0}: ", username)
            + &format!("{device}, {at}.")
    },
    new_device_lead_from: |username, device, place, at| {
        naming!("Connexion au compte {username} depuis un nouvel appareil ou réseau\u{a0}: ", username)
            + &format!("{device}, ")
            + &naming!("{place}", place)
            + &format!(", {at}.")
    },
    passkey_added_subject: |site| naming!("Une clé d’accès a été ajoutée à votre compte sur {site}", site),
    passkey_added_lead: |passkey, username, at| {
        naming!("La clé d’accès {passkey} permet désormais de se connecter au compte {username}", passkey, username)
            + &format!(". Elle a été ajoutée le {at}.")
    },
    passkey_removed_subject: |site| naming!("Une clé d’accès a été supprimée de votre compte sur {site}", site),
    passkey_removed_lead: |passkey, username, at| {
        naming!("La clé d’accès {passkey} ne permet plus de se connecter au compte {username}", passkey, username)
            + &format!(". Elle a été supprimée le {at}.")
    },
    password_subject: |site| naming!("Votre mot de passe sur {site} a été changé", site),
    password_lead: |username, device, at| {
        naming!("Le mot de passe du compte {username} a été changé\u{a0}: ", username) + &format!("{device}, {at}.")
    },
    address_subject: |site| naming!("Votre adresse e-mail sur {site} a été changée", site),
    address_lead: |username, device, at| {
        naming!(
            "Les e-mails concernant le compte {username} n’arrivent plus à cette adresse. Elle a été changée\u{a0}: ",
            username
        ) + &format!("{device}, {at}.")
    },
    address_lead_by: |name, username, at| {
        naming!(
            "Les e-mails concernant le compte {username} n’arrivent plus à cette adresse. {name} l’a changée",
            username,
            name
        ) + &format!(" le {at}.")
    },
    test_subject: |site| naming!("E-mail de test\u{a0}: {site}", site),
    footer: |username, site| {
        naming!(
            "Vous recevez cet e-mail en raison de votre compte {username} sur {site}. Nous ne demandons jamais votre mot de passe par e-mail et n’envoyons jamais de code QR.",
            username,
            site
        )
    },
};

pub(super) const MAIL_PAGES: MailPages = MailPages {
    send: "Envoyer par e-mail",
    of_prove: "Confirmation de l’adresse e-mail",
    of_passkey: "Clé d’accès ajoutée ou supprimée",
    of_address: "Adresse e-mail changée",
    too_many: "Trop d’e-mails de ce type ont été envoyés à ce compte aujourd’hui. Créez un lien et transmettez-le vous-même, ou réessayez demain.",
    full: "Trop d’e-mails attendent d’être envoyés. Créez un lien et transmettez-le vous-même, ou réessayez plus tard.",
    no_address: "Ce compte n’a pas d’adresse e-mail. Créez un lien et transmettez-le vous-même.",
    waits: "Trop d’e-mails attendent d’être envoyés. Réessayez plus tard.",
    prove_hint: "Nous envoyons un lien à cette adresse. Ouvrez-le pour confirmer qu’elle est à vous.",
    prove: "Envoyer un lien de confirmation",
    prove_sent: "L’e-mail est en cours d’envoi. Ouvrez le lien qu’il contient dans les 24\u{a0}heures. Si rien n’arrive, vérifiez vos courriers indésirables ou réessayez demain\u{a0}: le nombre de ces e-mails est limité pour une même adresse.",
    prove_not_needed: "Il n’y a aucune adresse à confirmer.",
    prove_too_many: "Nous avons envoyé dix liens en un jour. Utilisez l’un d’eux, ou réessayez demain.",
    prove_title: "Confirmez votre adresse e-mail",
    prove_confirm: "Confirmer l’adresse",
    proven_title: "Votre adresse est confirmée",
    proven: "Vous pouvez fermer cette page.",
    over_title: "Ce lien ne fonctionne pas",
    unknown: "Vérifiez que vous l’avez copié en entier. S’il y a un e-mail plus récent, utilisez le lien de celui-ci, ou envoyez-en un autre depuis votre profil.",
    expired: "Il n’a pas été utilisé à temps. Envoyez-en un autre depuis votre profil.",
    other_address: "Le compte a désormais une autre adresse. Envoyez-y un lien depuis votre profil.",
    disabled: "Ce compte est désactivé. Demandez à l’administrateur de ce site de le réactiver.",
    taken: "Cette adresse ne peut pas être utilisée ici. Choisissez-en une autre ou contactez l’administrateur de ce site.",
    forgot: "Mot de passe oublié\u{202f}?",
    forgot_title: "Choisir un nouveau mot de passe",
    forgot_lead: "Saisissez votre nom d’utilisateur ou votre adresse e-mail. Nous envoyons un lien à votre adresse confirmée.",
    forgot_name: "Nom d’utilisateur ou adresse e-mail",
    forgot_send: "Envoyer un lien",
    forgot_sent_title: "Consultez vos e-mails",
    forgot_sent: "Si ce compte existe et que son adresse est confirmée, un lien vous est envoyé. Il est valable une heure. Si vous venez d’en demander un, utilisez celui que vous avez reçu\u{a0}: nous n’en envoyons pas d’autre avant dix minutes. Si rien n’arrive, vérifiez vos courriers indésirables et votre saisie, ou contactez l’administrateur de ce site.",
    unproven_first: "Aucun lien n’a été créé. Personne n’a confirmé cette adresse\u{a0}: cochez la case si vous avez la certitude qu’elle est celle du titulaire.",
    unproven_sure: "J’ai la certitude que cette adresse est celle du titulaire",
    unproven_hint: |address| {
        naming!(
            "Personne n’a confirmé {address}. Quiconque lit cette boîte de réception aura accès à ce compte.",
            address
        )
    },
    proof_sent: |address| {
        naming!(
            "Nous avons envoyé un lien à {address}. Ouvrez-le dans les 24\u{a0}heures pour confirmer que l’adresse est à vous.",
            address
        )
    },
    send_hint: |address| {
        naming!("«\u{a0}Envoyer par e-mail\u{a0}» envoie le lien à {address} sans l’afficher ici.", address)
    },
    sent: |address| naming!("L’e-mail est en cours d’envoi à {address}.", address),
    sent_at: |at| format!("Envoyé par e-mail le {at}."),
    refused_at: |at| {
        format!(
            "Le serveur de messagerie a refusé l’e-mail le {at}. Vérifiez l’adresse, ou créez un lien et transmettez-le vous-même."
        )
    },
    expired_at: |at| format!("L’e-mail n’a pas pu être distribué en un jour. L’envoi a été abandonné le {at}."),
    waits_since: |at| format!("L’e-mail attend d’être envoyé depuis le {at}."),
    prove_sent_at: |at| format!("Le dernier lien a été envoyé le {at}."),
    prove_refused_at: |at| format!("Le serveur de messagerie a refusé l’e-mail le {at}. Vérifiez l’adresse."),
    prove_lead: |address, username| {
        naming!(
            "L’adresse {address} est-elle celle du compte {username}\u{202f}? Si oui, confirmez-la.",
            address,
            username
        )
    },
};
