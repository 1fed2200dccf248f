//! Portuguese: the page with the QR code, in the browser that is to be signed in.

use super::times::counted;
use crate::text::table::browser::{Login, Panel};

pub(super) const LOGIN: Login = Login {
    title: "Entrar com o celular",
    name_first: "Digite primeiro seu nome de usuário. O código só vai funcionar para essa conta.",
    show_code: "Mostrar código",
    here_instead: "Entrar direto neste dispositivo",
    on_phone: "Você está no celular e pode entrar por aqui mesmo.",
    on_phone_here: "Entrar neste celular",
    on_phone_code: "Mostrar código para outro celular",
    heading: |site| naming!("Entrar em {site}", site),
    leave: |app| naming!("Voltar para {app} sem entrar", app),
    scan_only: |app| naming!("{app} pede login por código QR.", app),
};

pub(super) const PANEL: Panel = Panel {
    qr: "Código QR: escaneie com a câmera do celular para entrar aqui",
    qr_over: "Código QR que não pode mais ser escaneado",
    waiting: "Escaneie com a câmera do celular",
    steps: "Abra o link e toque em Aprovar.",
    scanned: "Código escaneado. Aprove no celular.",
    scanned_title: "Aprove no celular",
    claimed: "Entrando…",
    denied: "O login foi recusado no celular.",
    over: "Este código expirou.",
    outdated: "Alguém acabou de escanear um código antigo desta página. Se foi você, escaneie este. Se não, alguém pode ter copiado o código.",
    second_account: "Uma segunda conta escaneou este código e foi recusada. Se não foi você quem escaneou primeiro, recomece.",
    digits: "Digite os quatro dígitos que aparecem no celular.",
    digits_again: "Os dígitos não conferem. Veja no celular e digite de novo.",
    digits_label: "Dígitos do celular",
    wrong_number: "O número escolhido no celular não é o que apareceu nesta tela, e o login foi interrompido. Se foi você, mostre um novo código e tente novamente.",
    wrong_typed: "Houve erros demais na digitação, e o login foi interrompido. Se foi você, mostre um novo código e tente novamente.",
    lost: "Conexão perdida. Tentando novamente…",
    start_over: "Não é você? Recomeçar",
    code_label: "Código para digitar",
    press_continue: "Clique em Continuar para concluir.",
    number: |number| naming!("Toque em {number} no celular.", number),
    or_type: |link| naming!("Sem câmera? Digite isto em {link}", link),
    scanned_by: |name| naming!("{name}: aprove no celular", name),
    approved_by: |name| naming!("Aprovado. {name}", name),
    onward: |host, hours| {
        let hours = counted(hours, "hora", "horas");
        naming!("Você vai continuar em {host}. Este navegador fica conectado por até {hours}.", host)
    },
    onward_for_visit: |host| {
        naming!("Você vai continuar em {host}. Este navegador fica conectado só nesta visita.", host)
    },
};
