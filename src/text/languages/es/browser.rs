//! Spanish: the page with the QR code, in the browser that is to be signed in.

use super::times::counted;
use crate::text::table::browser::{Login, Panel};

pub(super) const LOGIN: Login = Login {
    title: "Iniciar sesión con tu teléfono",
    name_first: "Escribe primero tu nombre de usuario. El código servirá solo para esa cuenta.",
    show_code: "Mostrar un código",
    here_instead: "Iniciar sesión en este dispositivo",
    on_phone: "Estás en un teléfono: puedes iniciar sesión aquí mismo.",
    on_phone_here: "Iniciar sesión en este teléfono",
    on_phone_code: "Mostrar un código para otro teléfono",
    heading: |site| naming!("Iniciar sesión en {site}", site),
    leave: |app| naming!("Volver a {app} sin iniciar sesión", app),
    scan_only: |app| naming!("{app} pide que inicies sesión con un código QR.", app),
};

pub(super) const PANEL: Panel = Panel {
    qr: "Código QR: escanéalo con la cámara de tu teléfono para iniciar sesión aquí",
    qr_over: "Código QR que ya no se puede escanear",
    waiting: "Escanéalo con la cámara de tu teléfono",
    steps: "Abre el enlace y toca “Aprobar”.",
    scanned: "Escaneado. Aprueba en tu teléfono.",
    scanned_title: "Aprueba en tu teléfono",
    claimed: "Iniciando sesión…",
    denied: "El inicio de sesión se rechazó en el teléfono.",
    over: "Este código ha caducado.",
    outdated: "Alguien acaba de escanear un código anterior de esta página. Si fuiste tú, escanea este. Si no, puede que alguien lo haya copiado.",
    second_account: "Una segunda cuenta escaneó este código y fue rechazada. Si no fuiste tú quien lo escaneó primero, empieza de nuevo.",
    digits: "Escribe los cuatro dígitos que muestra tu teléfono.",
    digits_again: "Los dígitos no coinciden. Mira tu teléfono y escríbelos de nuevo.",
    digits_label: "Dígitos de tu teléfono",
    wrong_number: "En el teléfono se eligió un número distinto del que mostraba esta pantalla, así que el inicio de sesión se detuvo. Si fuiste tú, muestra un código nuevo e inténtalo de nuevo.",
    wrong_typed: "Hubo demasiados intentos incorrectos, así que el inicio de sesión se detuvo. Si fuiste tú, muestra un código nuevo e inténtalo de nuevo.",
    lost: "Sin conexión. Reintentando…",
    start_over: "¿No eres tú? Empezar de nuevo",
    code_label: "Código para escribir",
    press_continue: "Pulsa “Continuar” para terminar.",
    number: |number| naming!("Toca {number} en tu teléfono.", number),
    or_type: |link| naming!("¿Sin cámara? Escribe esto en {link}", link),
    scanned_by: |name| naming!("{name}: aprueba en tu teléfono", name),
    approved_by: |name| naming!("Aprobado. {name}", name),
    onward: |host, hours| {
        let hours = counted(hours, "hora", "horas");
        naming!("Continuarás en {host}. La sesión en este navegador dura un máximo de {hours}.", host)
    },
    onward_for_visit: |host| naming!("Continuarás en {host}. La sesión en este navegador es solo para esta vez.", host),
};
