//! Portuguese: the pages on which people decide about apps.

use crate::text::table::sites::{Allowed, Consent, Logout};

pub(super) const CONSENT: Consent = Consent {
    going_back: "Voltando ao site",
    title: "Permitir um site",
    warning: "Só permita se você veio desse site.",
    allow: "Permitir",
    another: "Usar outra conta",
    question: |app| naming!("Continuar para {app}?", app),
};

pub(super) const LOGOUT: Logout = Logout {
    signed_out_title: "Você saiu",
    signed_out_lead: "Você saiu da conta neste dispositivo.",
    title: "Sair",
    lead: "O pedido veio de um site em que você entrou.",
    stay: "Não sair",
    question: |host| naming!("Sair de {host}?", host),
};

pub(super) const ALLOWED: Allowed = Allowed {
    outdated: "Não foi salvo. O que este app pode saber mudou em outro lugar depois que você abriu esta página. Agora está assim.",
    title: "Apps que você permitiu",
    none: "Você ainda não entrou em nenhum site com esta conta.",
    lead: "Sites em que você entrou com esta conta e o que você compartilha com eles.",
    withdraw: "Revogar acesso",
    change_hint: "As alterações valem assim que você salva, mesmo onde você já entrou. Cada site mostra caixas para o que ele pede e você preencheu:",
    withdraw_hint: "Depois de revogado, o site não recebe mais nada daqui e precisa pedir de novo na próxima vez. Ele pode guardar o que já sabe, e talvez sua sessão continue aberta lá.",
    since: |date| format!("Desde {date}"),
    withdraw_from: |app| format!("Revogar acesso de {app}"),
    save_for: |app| format!("Salvar o que {app} recebe"),
};
