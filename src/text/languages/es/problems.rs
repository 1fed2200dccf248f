//! Spanish: refused requests, what happened and what to do.

use super::times::counted;
use crate::text::table::problems::{Problems, Programs, Refusals, Theme};

pub(super) const REFUSALS: Refusals = Refusals {
    full_title: "Hay demasiadas personas iniciando sesión",
    malformed_title: "Esto no es un código",
    malformed_advice: "El enlace está incompleto. Escanea el código otra vez, un poco más de cerca.",
    forged_title: "Este código no es de aquí",
    forged_advice: "Parece uno de nuestros códigos, pero no lo es. No lo uses y desconfía de quien te lo mostró.",
    expired_title: "Este código ha caducado",
    expired_advice: "No se ha iniciado ninguna sesión. Escanea el código que muestra ahora la pantalla. Si no hay ninguno, pide allí uno nuevo.",
    outdated_title: "En la pantalla hay un código más reciente",
    outdated_advice: "Has escaneado uno anterior. Si alguien te lo envió, puede que intente iniciar sesión en tu cuenta: no hagas nada. Si tienes la pantalla delante, escanea el código que muestra ahora.",
    used_title: "Este código ya se usó",
    used_advice: "Cada código sirve una sola vez. Para iniciar sesión en otro dispositivo, escanea el código de su pantalla.",
    denied_title: "Este inicio de sesión se rechazó",
    denied_advice: "Se rechazó en el teléfono. Si aun así quieres iniciar sesión, muestra un código nuevo en la otra pantalla.",
    cancelled_title: "Se empezó de nuevo en la otra pantalla",
    cancelled_advice: "La otra pantalla muestra ahora un código nuevo. Escanea ese.",
    taken_title: "Otra persona lo escaneó antes",
    taken_advice: "Otra cuenta está decidiendo sobre este código. Si no sabes quién es, elige “Empezar de nuevo” en la otra pantalla y escanea el código nuevo.",
    not_scanned_title: "Escanea antes el código",
    not_scanned_advice: "Podrás decidir cuando tu cuenta haya escaneado el código.",
    decided_title: "Esto ya se decidió",
    decided_advice: "Solo se decide una vez. Mira la otra pantalla para ver qué ha pasado.",
    not_approved_title: "Aún sin aprobar",
    not_approved_advice: "Este inicio de sesión aún no se ha aprobado en el teléfono.",
    rested_title: "Esta página ha caducado",
    rested_advice: "Ya no muestra códigos nuevos. Ábrela otra vez para obtener uno.",
    other_browser_title: "Este inicio de sesión es de otro navegador",
    other_browser_advice: "Con el código solo se puede iniciar sesión en el navegador que lo mostró. Si fue este, puede que tenga las cookies desactivadas.",
    wrong_account_title: "Este código es para otra cuenta",
    wrong_account_advice: "Se creó para la cuenta cuyo nombre de usuario se escribió antes. Si lo escribiste tú, escanea el código con un teléfono que tenga iniciada la sesión de esa cuenta. Si no, puede que alguien te haya enviado su código.",
    another_account_title: "El sitio pidió otra cuenta",
    another_account_advice: "El sitio quiere que vuelvas a iniciar sesión con la cuenta que usaste antes. Escanea el código con un teléfono que tenga iniciada la sesión de esa cuenta.",
    same_browser_title: "Este es el navegador en el que se va a iniciar sesión",
    same_browser_advice: "Ya has iniciado sesión aquí. El código es para otro dispositivo: escanéalo con tu teléfono.",
};

pub(super) const PROBLEMS: Problems = Problems {
    unknown_app_title: "Sitio desconocido",
    unknown_app_advice: "Un sitio te envió aquí para iniciar sesión, pero no está registrado. Avisa al propietario del sitio.",
    unknown_redirect_title: "El enlace de inicio de sesión de este sitio no está permitido",
    request_over_title: "Este inicio de sesión ha terminado",
    request_over_advice: "Tardó demasiado o ya se había completado. Vuelve al sitio en el que empezaste e inicia sesión de nuevo.",
    not_signed_in_title: "No has iniciado sesión",
    not_signed_in_advice: "No se ha enviado nada al sitio desde el que llegaste. Si aun así quieres iniciar sesión, vuelve a él y empieza de nuevo.",
    broken_title: "Algo ha salido mal",
    broken_advice: "No es culpa tuya. Inténtalo de nuevo dentro de un momento.",
    wrong_address_title: "Este sitio tiene otra dirección",
    wrong_address_step: "Ir a esa dirección",
    not_found_title: "Aquí no hay nada",
    not_found_advice: "Puede que la dirección esté mal escrita o que la página haya cambiado de lugar.",
    malformed_title: "No se ha entendido la solicitud",
    malformed_advice: "Vuelve atrás, recarga la página e inténtalo de nuevo.",
    too_many_title: "Demasiados intentos",
    cross_site_title: "Esto viene de otro sitio",
    wrong_address_advice: |opened, origin| {
        naming!("Has abierto {opened}, pero se inicia sesión en {origin}. Abre esa dirección.", opened, origin)
    },
    cross_site_advice: |origin| {
        naming!("Se ha bloqueado por tu seguridad. Abre {origin} e inténtalo de nuevo.", origin)
    },
    unknown_redirect_advice: |app| {
        naming!(
            "{app} ha intentado enviarte a una dirección no registrada. Su operador debe registrar aquí esa dirección.",
            app
        )
    },
    unknown_origin_advice: |app, origin| {
        naming!(
            "{app} muestra su código en una página no registrada: {origin}. Su operador debe registrar aquí este origen.",
            app,
            origin
        )
    },
    other_dialect_advice: |app| {
        naming!(
            "El registro de {app} indica aquí otro protocolo de inicio de sesión. Su operador puede cambiarlo aquí.",
            app
        )
    },
    malformed_by_app: |why| format!("El desarrollador del sitio debe corregir esto: {why}."),
    wait_seconds: |seconds| match seconds {
        1 => "Espera un segundo e inténtalo de nuevo.".to_owned(),
        _ => format!("Espera {seconds} segundos e inténtalo de nuevo."),
    },
    wait_minutes: |minutes| format!("Espera {} e inténtalo de nuevo.", counted(minutes, "minuto", "minutos")),
};

pub(super) const THEME: Theme = Theme {
    title: "El aspecto de este marco no es válido",
    value: "Los colores son #rrggbb, el radio es un número de píxeles hasta 24, la fuente es system, sans, serif, rounded o mono, y el esquema light, dark o auto.",
    auto: "Con scheme=auto, un marco no tiene colores propios, porque un mismo color no se lee bien sobre fondo claro y oscuro. Elige scheme=light o scheme=dark.",
    contrast: "El texto y el color de acento necesitan un contraste de 4,5:1 con el fondo. Elige otros más oscuros o más claros, o el otro esquema.",
};

pub(super) const PROGRAMS: Programs = Programs {
    title: "El token no se ha aceptado",
    off: "Este servidor no acepta tokens de aplicaciones móviles. Su operador puede activarlo con [phone] en la configuración.",
    missing: "Envía Authorization: Bearer con un token.",
    invalid: "Obtén un token nuevo para este servidor e inténtalo de nuevo.",
    too_large: "La solicitud es demasiado grande para este servidor.",
    length: "Envía un cuerpo con Content-Length.",
    socket: "Un WebSocket empieza aquí con Sec-WebSocket-Version: 13 y una Sec-WebSocket-Key.",
    host: "Envía una sola cabecera Host: el host de la dirección y, si lo tiene, su puerto.",
    parameter: "Esta llamada no acepta ese parámetro. El código va en la dirección y la cuenta es la del token; solo scan acepta pressed, y solo approve acepta fields.",
};
