//! Spanish: the pages on which people manage their own account.

use super::times::counted;
use crate::text::table::account::{Devices, NewPassword, Picture, Profile};

pub(super) const DEVICES: Devices = Devices {
    title: "Dispositivos con sesión iniciada",
    lead: "Tu cuenta tiene la sesión iniciada en estos dispositivos. Si no reconoces alguno, cierra su sesión y cambia tu contraseña. También se cierra la sesión en los dispositivos que aprobaste desde él.",
    ended: "Sesión cerrada, también en los sitios a los que se accedió desde allí.",
    gone: "La sesión en ese dispositivo ya estaba cerrada.",
    this: "Este dispositivo",
    by_password: "Inicio de sesión con contraseña",
    by_passkey: "Inicio de sesión con clave de acceso",
    by_scan: "Inicio de sesión con código QR aprobado",
    by_link: "Inicio de sesión con enlace de un solo uso",
    end: "Cerrar sesión",
    end_others: "Cerrar las demás sesiones",
    end_others_hint: "Solo este dispositivo mantiene la sesión iniciada.",
    known_title: "Navegadores recordados",
    forget: "Olvidar todos",
    forgotten: "Hecho. Tu próximo inicio de sesión allí pedirá algo más que un toque.",
    by_scan_on: |device| format!("Inicio de sesión con código QR, aprobado en {device}"),
    known: |browsers| {
        format!(
            "Tu cuenta recuerda {}. Para iniciar sesión allí basta un toque en tu teléfono.",
            counted(browsers, "navegador", "navegadores")
        )
    },
    times: |opened, used| format!("Sesión iniciada {opened}, último uso {used}"),
};

pub(super) const NEW_PASSWORD: NewPassword = NewPassword {
    title: "Cambiar tu contraseña",
    lead: "Escribe tu contraseña actual y elige una nueva.",
    old: "Contraseña actual",
    new: "Contraseña nueva",
    others: "Cerrar las demás sesiones",
    save: "Cambiar contraseña",
    done: "Has cambiado tu contraseña.",
    wrong: "Esa no es tu contraseña actual. No se ha cambiado nada.",
};

pub(super) const PROFILE: Profile = Profile {
    title: "Tu perfil",
    lead: "Solo el nombre es obligatorio. Cada sitio recibe únicamente lo que pide y tú permites, dato por dato:",
    not_saved: "No se ha guardado. Revisa el campo marcado.",
    outdated: "No se ha guardado. Tu perfil se modificó en otro lugar después de que abrieras esta página. Guarda otra vez para conservar lo que has escrito aquí.",
    about: "Sobre ti",
    gender: "Género",
    city: "Ciudad",
    province: "Provincia o estado",
    country: "País",
    language: "Idioma",
    none: "Sin especificar",
    female: "Femenino",
    male: "Masculino",
    other_gender: "Otro",
    name_told: "Tu nombre procede de la aplicación con la que inicias sesión. Cámbialo allí y aquí también cambiará.",
    wrong_place: "Usa como máximo 64 caracteres en una sola línea.",
    wrong_choice: "Elige una de las opciones de la lista.",
    picture: "Foto",
    picture_file: "Archivo de la foto",
    picture_hint: "JPEG, PNG o WebP, de 8 MB como máximo. Guardamos solo un cuadrado pequeño del centro. Sin foto, se muestran tus iniciales.",
    picture_told: "La aplicación con la que inicias sesión tiene una foto tuya. Los sitios que pueden ver tu foto reciben esa hasta que subas otra.",
    picture_upload: "Subir",
    picture_remove: "Eliminar foto",
    picture_saved: "Foto guardada.",
    picture_removed: "Foto eliminada.",
    shown: "Lo que una pantalla muestra de ti cuando escaneas su código",
    shown_hint: "Hasta que apruebes, y a cualquiera que esté delante.",
    shown_name: "Tu nombre y tu foto",
    shown_letter: "La primera letra de tu nombre",
    shown_nothing: "Nada",
};

pub(super) const PICTURE: Picture = Picture {
    none_chosen: "Elige primero un archivo y después súbelo.",
    not_one: "Este archivo no es una imagen que podamos leer. Elige un archivo JPEG, PNG o WebP.",
    too_large: "Esta imagen es demasiado grande. Elige una de 8 MB y 8 millones de píxeles como máximo.",
    lossless: "Este archivo WebP usa compresión sin pérdida y es demasiado grande. Guarda la imagen como JPEG o PNG.",
    moves: "Esta imagen es animada. Elige una que no lo sea.",
    busy: "Ahora mismo se están subiendo muchas imágenes. Inténtalo de nuevo dentro de un momento.",
};
