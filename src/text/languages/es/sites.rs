//! Spanish: the pages on which people decide about apps.

use crate::text::table::sites::{Allowed, Consent, Logout};

pub(super) const CONSENT: Consent = Consent {
    going_back: "Volviendo al sitio",
    title: "Permitir un sitio",
    warning: "Permítelo solo si llegaste aquí desde ese sitio.",
    allow: "Permitir",
    another: "Usar otra cuenta",
    question: |app| naming!("¿Continuar a {app}?", app),
};

pub(super) const LOGOUT: Logout = Logout {
    signed_out_title: "Sesión cerrada",
    signed_out_lead: "Se ha cerrado tu sesión en este dispositivo.",
    title: "Cerrar sesión",
    lead: "Lo pide un sitio en el que iniciaste sesión.",
    stay: "Mantener la sesión iniciada",
    question: |host| naming!("¿Cerrar sesión en {host}?", host),
};

pub(super) const ALLOWED: Allowed = Allowed {
    outdated: "No se ha guardado. Lo que esta aplicación puede saber se cambió en otro lugar después de que abrieras esta página. Así está ahora.",
    title: "Aplicaciones que has permitido",
    none: "Aún no has iniciado sesión en ningún sitio con esta cuenta.",
    lead: "Sitios en los que has iniciado sesión con esta cuenta y lo que compartes con ellos.",
    withdraw: "Revocar acceso",
    change_hint: "Los cambios se aplican en cuanto los guardas, incluso donde ya has iniciado sesión. Cada sitio tiene casillas para los datos que pide y que has rellenado:",
    withdraw_hint: "Si revocas el acceso, el sitio deja de recibir datos de aquí y tendrá que pedirlos de nuevo la próxima vez. Puede conservar lo que ya sabe, y es posible que tu sesión siga iniciada en él.",
    since: |date| format!("Desde el {date}"),
    withdraw_from: |app| format!("Revocar acceso de {app}"),
    save_for: |app| format!("Guardar lo que recibe {app}"),
};
