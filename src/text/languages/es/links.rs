//! Spanish: one-time links, and the fresh proof.

use crate::text::table::links::{Links, PeopleLinks, Proof};

pub(super) const LINKS: Links = Links {
    invite_title: "Tienes una invitación",
    invite_lead: "Alguien creó aquí una cuenta para ti. Continúa para elegir cómo iniciarás sesión.",
    recover_title: "Recuperar tu cuenta",
    recover_lead: "Este enlace te permite volver a entrar en tu cuenta. Continúa solo si lo pediste tú.",
    this_browser: "Después, el enlace solo funcionará en este navegador.",
    choose_title: "Te damos la bienvenida",
    end_others: "Cerrar las demás sesiones",
    finish: "Guardar contraseña e iniciar sesión",
    over_title: "Este enlace no funciona",
    unknown: "Comprueba que lo copiaste completo. Si es así, pide uno nuevo a quien te lo envió.",
    used: "Este enlace ya se usó y solo sirve una vez. Inicia sesión con lo que elegiste. Si no fuiste tú, avisa a quien te lo envió.",
    withdrawn: "Se revocó o se reemplazó por uno más reciente. Usa el último enlace que recibiste o pide otro.",
    expired: "No se usó a tiempo. Pide uno nuevo a quien te lo envió.",
    disabled: "Esta cuenta está inhabilitada. Pide al administrador de este sitio que la habilite.",
    elsewhere_title: "Este enlace se abrió en otro navegador",
    elsewhere: "Continúa allí. Si no fuiste tú, pide uno nuevo a quien te lo envió y dile que otra persona abrió este.",
    set_up_elsewhere: "Continúa allí. Si no puedes, abre aquí el enlace de nuevo dentro de una hora o crea la primera cuenta desde la línea de comandos.",
    choose_lead: |username| {
        naming!("Tu nombre de usuario es {username}. Elige cómo iniciarás sesión a partir de ahora.", username)
    },
};

pub(super) const PROOF: Proof = Proof {
    title: "Confirma que eres tú",
    lead: "Escribe tu contraseña otra vez para continuar.",
    lead_passkey: "Usa tu clave de acceso otra vez para continuar.",
    passkey_only: "Tu cuenta no tiene contraseña. Usa tu clave de acceso.",
    hint: "Después volverás a la página en la que estabas. Si habías pulsado un botón, púlsalo de nuevo.",
    carried_title: "Un momento",
    carried_hint: "Después se enviará lo que escribiste.",
    back: "Volver",
    wrong: "Esa no es tu contraseña. Inténtalo de nuevo.",
    needed_title: "Confirma antes que eres tú",
    needed_advice: "Para esto se necesita una clave de acceso o una contraseña usada en los últimos cinco minutos. Abre /account/proof, úsala allí e inténtalo de nuevo.",
    no_password_title: "Esta cuenta no tiene contraseña",
    no_password_advice: "Para esto necesitas una contraseña o una clave de acceso, y tu cuenta no tiene ninguna. Pide al administrador de este sitio un enlace para crearla.",
};

pub(super) const PEOPLE_LINKS: PeopleLinks = PeopleLinks {
    title: "Enlaces de un solo uso",
    none: "Aún no se ha creado ningún enlace para esta cuenta.",
    fresh_title: "El enlace nuevo",
    fresh_hint: "Se muestra ahora y nunca más. Envíalo de forma que solo lo lea su titular. Funciona una vez, en el primer navegador que lo abra.",
    invite_title: "Invitar",
    invite_hint: "Crea un enlace con el que el titular elige una contraseña o una clave de acceso. Funciona durante tres días. Los enlaces anteriores de esta cuenta dejan de funcionar.",
    invite: "Crear una invitación",
    recover_title: "Enlace de recuperación",
    recover_hint: "Crea un enlace con el que el titular elige una nueva contraseña o clave de acceso. Funciona durante una hora. Nada cambia hasta que se usa. Los enlaces anteriores de esta cuenta dejan de funcionar.",
    recover: "Crear un enlace de recuperación",
    withdraw_title: "Revocar",
    withdraw_hint: "El enlace deja de funcionar de inmediato. No cambia nada más.",
    withdraw: "Revocar el enlace",
    withdrawn: "El enlace ya no funciona.",
    disabled: "Esta cuenta está inhabilitada. Habilítala antes de crear un enlace.",
    no_username: "Esta cuenta no tiene nombre de usuario porque pertenece a tu aplicación móvil. Su titular inicia sesión allí.",
    invitations_off: "Aquí no se envían invitaciones: las cuentas se crean desde la línea de comandos.",
    has_way_in: "Esta cuenta ya tiene una contraseña o una clave de acceso. En su lugar, crea un enlace de recuperación.",
    of_invite: "Enlace de invitación",
    of_recover: "Enlace de recuperación",
    lead: |username| naming!("Para {username}. Cada enlace funciona una vez y se muestra solo al crearlo.", username),
    made_by: |name, at| naming!("Creado por {name}", name) + &format!(" el {at}"),
    made_by_command: |at| format!("Creado desde la línea de comandos el {at}"),
    is_open: |until| format!("Aún sin abrir. Funciona hasta el {until}."),
    is_opened: |at, until| format!("Abierto el {at}, aún sin usar. Funciona hasta el {until}."),
    is_used: |at| format!("Usado el {at}."),
    is_withdrawn: |at| format!("Revocado el {at}."),
    is_expired: |at| format!("Caducó el {at} sin usarse."),
    tried_elsewhere: |at| {
        format!(
            "Se intentó abrir en otro navegador, por primera vez el {at}. Si el titular no sabe por qué, revoca el enlace."
        )
    },
};
