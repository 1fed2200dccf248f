//! Spanish: mails, and the pages about them.

use crate::text::table::mail::{MailPages, Mails};

pub(super) const MAILS: Mails = Mails {
    confirm: "Confirmar dirección",
    choose: "Elegir cómo iniciar sesión",
    devices: "Ver tus dispositivos",
    security: "Ver cómo inicias sesión",
    sign_in: "Iniciar sesión",
    ignore: "Si no fuiste tú, ignora este correo. No cambiará nada.",
    new_device_advice: "Si fuiste tú, no tienes que hacer nada. Si no, cierra la sesión en ese dispositivo y cambia tu contraseña.",
    passkey_added_advice: "Si no fuiste tú, elimina la clave de acceso y cambia tu contraseña.",
    passkey_removed_advice: "Si no fuiste tú, cierra la sesión en tus demás dispositivos y cambia tu contraseña.",
    password_advice: "Si fuiste tú, no tienes que hacer nada. Si no, pide de inmediato un enlace de recuperación al administrador de este sitio.",
    profile: "Ver tu perfil",
    address_advice: "Si ya lo sabías, no tienes que hacer nada. Si no, inicia sesión, cambia tu contraseña y restablece tu dirección. Si no puedes iniciar sesión, pide ayuda de inmediato al administrador de este sitio.",
    test_lead: "Esto es una prueba. Los correos de este servidor llegan bien.",
    prove_subject: |site| naming!("Confirma tu correo electrónico para {site}", site),
    prove_lead: |username, site| {
        naming!("{username} quiere usar esta dirección en {site}. Si eres tú, confirma la dirección.", username, site)
    },
    prove_until: |until| format!("El enlace funciona una sola vez, hasta el {until}."),
    invite_subject: |site| naming!("Tienes una invitación a {site}", site),
    invite_lead: |username, site| {
        naming!(
            "Tienes una cuenta en {site}. Tu nombre de usuario es {username}. Elige cómo iniciarás sesión y podrás empezar.",
            username,
            site
        )
    },
    invite_lead_by: |name, username, site| {
        naming!(
            "{name} creó una cuenta para ti en {site}. Tu nombre de usuario es {username}. Elige cómo iniciarás sesión y podrás empezar.",
            name,
            username,
            site
        )
    },
    invite_until: |until| {
        format!("El enlace funciona una sola vez, en el primer navegador que lo abra, hasta el {until}.")
    },
    recover_subject: |site| naming!("Vuelve a iniciar sesión en {site}", site),
    recover_lead: |username, site| {
        naming!(
            "Alguien pidió ayuda para iniciar sesión como {username} en {site}. Si fuiste tú, elige una nueva forma de iniciar sesión.",
            username,
            site
        )
    },
    recover_lead_by: |name, username, site| {
        naming!(
            "{name} te envía un enlace para volver a iniciar sesión como {username} en {site}. Con él puedes elegir una nueva forma de iniciar sesión.",
            name,
            username,
            site
        )
    },
    recover_until: |until| {
        format!(
            "El enlace funciona una sola vez, en el primer navegador que lo abra, hasta el {until}. Nada cambia hasta que lo uses."
        )
    },
    new_device_subject: |site| naming!("Nuevo inicio de sesión en tu cuenta de {site}", site),
    new_device_lead: |username, device, at| {
        naming!("Se inició sesión como {username} en un nuevo dispositivo o red: ", username)
            + &format!("{device}, {at}.")
    },
    new_device_lead_from: |username, device, place, at| {
        naming!("Se inició sesión como {username} en un nuevo dispositivo o red: ", username)
            + &format!("{device}, ")
            + &naming!("{place}", place)
            + &format!(", {at}.")
    },
    passkey_added_subject: |site| naming!("Se añadió una clave de acceso a tu cuenta de {site}", site),
    passkey_added_lead: |passkey, username, at| {
        naming!("La clave de acceso {passkey} ya sirve para iniciar sesión como {username}", passkey, username)
            + &format!(". Se añadió el {at}.")
    },
    passkey_removed_subject: |site| naming!("Se eliminó una clave de acceso de tu cuenta de {site}", site),
    passkey_removed_lead: |passkey, username, at| {
        naming!("La clave de acceso {passkey} ya no sirve para iniciar sesión como {username}", passkey, username)
            + &format!(". Se eliminó el {at}.")
    },
    password_subject: |site| naming!("Se cambió la contraseña de tu cuenta de {site}", site),
    password_lead: |username, device, at| {
        naming!("Se cambió la contraseña de la cuenta {username}: ", username) + &format!("{device}, {at}.")
    },
    address_subject: |site| naming!("Se cambió el correo electrónico de tu cuenta de {site}", site),
    address_lead: |username, device, at| {
        naming!("Los correos sobre la cuenta {username} ya no llegan a esta dirección. Se cambió: ", username)
            + &format!("{device}, {at}.")
    },
    address_lead_by: |name, username, at| {
        naming!(
            "Los correos sobre la cuenta {username} ya no llegan a esta dirección. La cambió {name}",
            username,
            name
        ) + &format!(" el {at}.")
    },
    test_subject: |site| naming!("Correo de prueba de {site}", site),
    footer: |username, site| {
        naming!(
            "Recibes este correo por tu cuenta {username} en {site}. Nunca te pedimos tu contraseña por correo ni enviamos códigos QR.",
            username,
            site
        )
    },
};

pub(super) const MAIL_PAGES: MailPages = MailPages {
    send: "Enviar por correo",
    of_prove: "Confirmación del correo electrónico",
    of_passkey: "Se añadió o se eliminó una clave de acceso",
    of_address: "Se cambió el correo electrónico",
    too_many: "Hoy ya se enviaron demasiados correos de este tipo a esta cuenta. Crea un enlace y entrégalo tú, o inténtalo de nuevo mañana.",
    full: "Hay demasiados correos pendientes de envío. Crea un enlace y entrégalo tú, o inténtalo de nuevo más tarde.",
    no_address: "Esta cuenta no tiene correo electrónico. Crea un enlace y entrégalo tú.",
    waits: "Hay demasiados correos pendientes de envío. Inténtalo de nuevo más tarde.",
    prove_hint: "Enviaremos un enlace a esta dirección. Ábrelo para confirmar que es tuya.",
    prove: "Enviar un enlace de confirmación",
    prove_sent: "El correo está en camino. Abre el enlace en las próximas 24 horas. Si no llega, busca en la carpeta de spam o inténtalo de nuevo mañana: el número de estos correos por dirección es limitado.",
    prove_not_needed: "No hay ninguna dirección que confirmar.",
    prove_too_many: "Enviamos diez enlaces en un día. Usa uno de ellos o inténtalo de nuevo mañana.",
    prove_title: "Confirmar tu correo electrónico",
    prove_confirm: "Confirmar dirección",
    proven_title: "Tu dirección está confirmada",
    proven: "Puedes cerrar esta página.",
    over_title: "Este enlace no funciona",
    unknown: "Comprueba que lo copiaste completo. Si hay un correo más reciente, usa su enlace o envía otro desde tu perfil.",
    expired: "No se usó a tiempo. Envía otro desde tu perfil.",
    other_address: "La cuenta ya tiene otra dirección. Envía un enlace a la nueva desde tu perfil.",
    disabled: "Esta cuenta está inhabilitada. Pide al administrador de este sitio que la habilite.",
    taken: "Esta dirección no se puede usar aquí. Usa otra o consulta al administrador de este sitio.",
    forgot: "¿Has olvidado tu contraseña?",
    forgot_title: "Elegir una contraseña nueva",
    forgot_lead: "Escribe tu nombre de usuario o tu correo electrónico. Enviaremos un enlace a tu dirección confirmada.",
    forgot_name: "Nombre de usuario o correo",
    forgot_send: "Enviar un enlace",
    forgot_sent_title: "Revisa tu correo",
    forgot_sent: "Si esa cuenta existe y su dirección está confirmada, hay un enlace en camino. Funciona durante una hora. Si acabas de pedir otro, usa ese: no enviamos más de uno cada diez minutos. Si no llega, busca en la carpeta de spam y revisa lo que escribiste, o consulta al administrador de este sitio.",
    unproven_first: "No se ha creado nada. Nadie ha confirmado esta dirección: marca la casilla si tienes la certeza de que es del titular.",
    unproven_sure: "Tengo la certeza de que la dirección es del titular",
    unproven_hint: |address| {
        naming!("Nadie ha confirmado {address}. Quien lea ese buzón podrá entrar en esta cuenta.", address)
    },
    proof_sent: |address| {
        naming!(
            "Hemos enviado un enlace a {address}. Ábrelo en las próximas 24 horas para confirmar que la dirección es tuya.",
            address
        )
    },
    send_hint: |address| naming!("“Enviar por correo” envía el enlace a {address} y no lo muestra aquí.", address),
    sent: |address| naming!("El correo está en camino a {address}.", address),
    sent_at: |at| format!("Enviado por correo el {at}."),
    refused_at: |at| {
        format!(
            "El servidor de correo no aceptó el mensaje el {at}. Revisa la dirección, o crea un enlace y entrégalo tú."
        )
    },
    expired_at: |at| format!("El correo no se pudo entregar en un día y se dejó de intentar el {at}."),
    waits_since: |at| format!("El correo está pendiente de envío desde el {at}."),
    prove_sent_at: |at| format!("El último enlace se envió el {at}."),
    prove_refused_at: |at| format!("El servidor de correo no aceptó el mensaje el {at}. Revisa la dirección."),
    prove_lead: |address, username| {
        naming!("¿La dirección {address} pertenece a la cuenta {username}? Entonces confírmala.", address, username)
    },
};
