//! French: the pages on which people manage their own account.

use super::times::counted;
use crate::text::table::account::{Devices, NewPassword, Picture, Profile};

pub(super) const DEVICES: Devices = Devices {
    title: "Appareils connectés",
    lead: "Ces appareils sont connectés à votre compte. Si l’un d’eux vous est inconnu, déconnectez-le et changez votre mot de passe. Les appareils approuvés depuis l’appareil inconnu seront aussi déconnectés.",
    ended: "Appareil déconnecté, y compris des sites ouverts depuis celui-ci.",
    gone: "L’appareil était déjà déconnecté.",
    this: "Cet appareil",
    by_password: "Connexion par mot de passe",
    by_passkey: "Connexion par clé d’accès",
    by_scan: "Connexion par code QR",
    by_link: "Connexion par lien à usage unique",
    end: "Déconnecter",
    end_others: "Déconnecter tous les autres appareils",
    end_others_hint: "Seul cet appareil reste connecté.",
    known_title: "Navigateurs mémorisés",
    forget: "Oublier tous les navigateurs",
    forgotten: "Navigateurs oubliés. À votre prochaine connexion, un simple appui ne suffira plus.",
    by_scan_on: |device| format!("Connexion par code QR, approuvée sur\u{a0}: {device}"),
    known: |browsers| {
        format!(
            "Votre compte mémorise {}. Pour vous y connecter, un appui sur votre téléphone suffit.",
            counted(browsers, "navigateur", "navigateurs")
        )
    },
    times: |opened, used| format!("Connecté {opened}, dernière utilisation {used}"),
};

pub(super) const NEW_PASSWORD: NewPassword = NewPassword {
    title: "Changer de mot de passe",
    lead: "Saisissez votre mot de passe actuel, puis choisissez-en un nouveau.",
    old: "Mot de passe actuel",
    new: "Nouveau mot de passe",
    others: "Déconnecter tous les autres appareils",
    save: "Changer le mot de passe",
    done: "Votre mot de passe a été changé.",
    wrong: "Mot de passe actuel incorrect. Rien n’a été modifié.",
};

pub(super) const PROFILE: Profile = Profile {
    title: "Votre profil",
    lead: "Seul le nom est obligatoire. Un site ne reçoit que ce qu’il demande et que vous autorisez, élément par élément\u{a0}:",
    not_saved: "Modifications non enregistrées. Vérifiez le champ signalé.",
    outdated: "Modifications non enregistrées. Votre profil a changé ailleurs depuis l’ouverture de cette page. Enregistrez à nouveau pour conserver votre saisie.",
    about: "À propos de vous",
    gender: "Genre",
    city: "Ville",
    province: "Région ou État",
    country: "Pays",
    language: "Langue",
    none: "Non précisé",
    female: "Féminin",
    male: "Masculin",
    other_gender: "Autre",
    name_told: "Votre nom vient de l’application avec laquelle vous vous connectez. Si vous l’y modifiez, il changera ici aussi.",
    wrong_place: "Utilisez 64\u{a0}caractères au maximum, sur une seule ligne.",
    wrong_choice: "Choisissez une option de la liste.",
    picture: "Photo",
    picture_file: "Fichier image",
    picture_hint: "JPEG, PNG ou WebP, 8\u{a0}Mo au maximum. Nous ne gardons qu’un petit carré pris au centre, rien d’autre du fichier. Sans photo, vos initiales s’affichent.",
    picture_told: "L’application avec laquelle vous vous connectez a une photo de vous. Les sites autorisés à voir votre photo reçoivent celle-ci tant que vous n’en importez pas une autre.",
    picture_upload: "Importer",
    picture_remove: "Supprimer la photo",
    picture_saved: "Votre photo a été enregistrée.",
    picture_removed: "Votre photo a été supprimée.",
    shown: "Ce qu’un écran affiche de vous quand vous scannez son code",
    shown_hint: "Jusqu’à votre approbation, pour toute personne qui se trouve devant.",
    shown_name: "Votre nom et votre photo",
    shown_letter: "La première lettre de votre nom",
    shown_nothing: "Rien",
};

pub(super) const PICTURE: Picture = Picture {
    none_chosen: "Choisissez d’abord un fichier, puis importez-le.",
    not_one: "Ce fichier n’est pas une image lisible. Choisissez un fichier JPEG, PNG ou WebP.",
    too_large: "Cette image est trop grande. Choisissez-en une de 8\u{a0}Mo et 8\u{a0}millions de pixels au maximum.",
    lossless: "Ce fichier WebP sans perte est trop volumineux. Enregistrez l’image au format JPEG ou PNG.",
    moves: "Cette image est animée. Choisissez une image fixe.",
    busy: "Beaucoup d’images sont importées en ce moment. Réessayez dans un instant.",
};
