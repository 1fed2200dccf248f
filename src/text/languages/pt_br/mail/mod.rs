//! Portuguese: mails, and the pages about them.

use crate::text::table::mail::{MailPages, Mails};

pub(super) const MAILS: Mails = Mails {
    confirm: "Confirmar endereço",
    choose: "Escolher como entrar",
    devices: "Ver seus dispositivos",
    security: "Ver suas formas de login",
    sign_in: "Entrar",
    ignore: "Se não foi você, ignore este e-mail. Nada muda.",
    new_device_advice: "Se foi você, não é preciso fazer nada. Se não foi, encerre a sessão desse dispositivo e altere sua senha.",
    passkey_added_advice: "Se não foi você, remova a chave de acesso e altere sua senha.",
    passkey_removed_advice: "Se não foi você, encerre as outras sessões e altere sua senha.",
    password_advice: "Se foi você, não é preciso fazer nada. Se não foi, peça agora mesmo um link de recuperação ao administrador deste site.",
    profile: "Ver seu perfil",
    address_advice: "Se você já sabia disso, não é preciso fazer nada. Se não, entre, altere sua senha e restaure seu endereço. Se não conseguir entrar, peça ajuda agora mesmo ao administrador deste site.",
    test_lead: "Isto é um teste. Os e-mails deste servidor estão chegando.",
    prove_subject: |site| naming!("Confirme seu e-mail em {site}", site),
    prove_lead: |username, site| {
        naming!("{username} quer usar este endereço em {site}. Se for você, confirme o endereço.", username, site)
    },
    prove_until: |until| format!("O link funciona uma vez, até {until}."),
    invite_subject: |site| naming!("Você recebeu um convite para {site}", site),
    invite_lead: |username, site| {
        naming!(
            "Há uma conta para você em {site}. Seu nome de usuário é {username}. Escolha como entrar e comece a usar.",
            username,
            site
        )
    },
    invite_lead_by: |name, username, site| {
        naming!(
            "{name} criou uma conta para você em {site}. Seu nome de usuário é {username}. Escolha como entrar e comece a usar.",
            name,
            username,
            site
        )
    },
    invite_until: |until| format!("O link funciona uma vez, no primeiro navegador que o abrir, até {until}."),
    recover_subject: |site| naming!("Volte a entrar em {site}", site),
    recover_lead: |username, site| {
        naming!(
            "Alguém pediu ajuda para entrar como {username} em {site}. Se foi você, escolha uma nova forma de login.",
            username,
            site
        )
    },
    recover_lead_by: |name, username, site| {
        naming!(
            "{name} enviou a você um link para voltar a entrar como {username} em {site}. Com ele, você escolhe uma nova forma de login.",
            name,
            username,
            site
        )
    },
    recover_until: |until| {
        format!("O link funciona uma vez, no primeiro navegador que o abrir, até {until}. Nada muda até você usá-lo.")
    },
    new_device_subject: |site| naming!("Novo login na sua conta em {site}", site),
    new_device_lead: |username, device, at| {
        naming!("Houve um login na conta {username} em um novo dispositivo ou rede: ", username)
            + &format!("{device}, {at}.")
    },
    new_device_lead_from: |username, device, place, at| {
        naming!("Houve um login na conta {username} em um novo dispositivo ou rede: ", username)
            + &format!("{device}, ")
            + &naming!("{place}", place)
            + &format!(", {at}.")
    },
    passkey_added_subject: |site| naming!("Nova chave de acesso na sua conta em {site}", site),
    passkey_added_lead: |passkey, username, at| {
        naming!("A chave de acesso {passkey} agora permite entrar como {username}", passkey, username)
            + &format!(". Ela foi adicionada em {at}.")
    },
    passkey_removed_subject: |site| naming!("Chave de acesso removida da sua conta em {site}", site),
    passkey_removed_lead: |passkey, username, at| {
        naming!("A chave de acesso {passkey} não permite mais entrar como {username}", passkey, username)
            + &format!(". Ela foi removida em {at}.")
    },
    password_subject: |site| naming!("Sua senha em {site} foi alterada", site),
    password_lead: |username, device, at| {
        naming!("A senha da conta {username} foi alterada: ", username) + &format!("{device}, {at}.")
    },
    address_subject: |site| naming!("Seu e-mail em {site} foi alterado", site),
    address_lead: |username, device, at| {
        naming!("Os e-mails sobre a conta {username} não chegam mais a este endereço. Ele foi alterado: ", username)
            + &format!("{device}, {at}.")
    },
    address_lead_by: |name, username, at| {
        naming!(
            "Os e-mails sobre a conta {username} não chegam mais a este endereço. Ele foi alterado por {name}",
            username,
            name
        ) + &format!(" em {at}.")
    },
    test_subject: |site| naming!("E-mail de teste de {site}", site),
    footer: |username, site| {
        naming!(
            "Você recebe este e-mail por causa da sua conta {username} em {site}. Nunca pedimos sua senha por e-mail nem enviamos códigos QR.",
            username,
            site
        )
    },
};

pub(super) const MAIL_PAGES: MailPages = MailPages {
    send: "Enviar por e-mail",
    of_prove: "Confirmação do e-mail",
    of_passkey: "Chave de acesso adicionada ou removida",
    of_address: "E-mail alterado",
    too_many: "Esta conta já recebeu e-mails demais deste tipo hoje. Crie um link e envie por conta própria, ou tente novamente amanhã.",
    full: "Há e-mails demais na fila de envio. Crie um link e envie por conta própria, ou tente novamente mais tarde.",
    no_address: "Esta conta não tem e-mail. Crie um link e envie por conta própria.",
    waits: "Há e-mails demais na fila de envio. Tente novamente mais tarde.",
    prove_hint: "Vamos enviar um link para este endereço. Abra o link para confirmar que o endereço é seu.",
    prove: "Enviar link de confirmação",
    prove_sent: "O e-mail está a caminho. Abra o link da mensagem em até 24 horas. Se nada chegar, procure na caixa de spam ou tente novamente amanhã: há um limite desses e-mails por endereço.",
    prove_not_needed: "Não há endereço para confirmar.",
    prove_too_many: "Enviamos dez links em um dia. Use um deles ou tente novamente amanhã.",
    prove_title: "Confirme seu e-mail",
    prove_confirm: "Confirmar endereço",
    proven_title: "Seu e-mail foi confirmado",
    proven: "Você pode fechar esta página.",
    over_title: "Este link não funciona",
    unknown: "Verifique se você copiou o link inteiro. Se houver um e-mail mais recente, use o link dele, ou envie outro pelo seu perfil.",
    expired: "Ele não foi usado a tempo. Envie outro pelo seu perfil.",
    other_address: "A conta já tem outro endereço. Envie um link para ele pelo seu perfil.",
    disabled: "Esta conta está desativada. Peça ao administrador deste site para reativá-la.",
    taken: "Este endereço não pode ser usado aqui. Use outro ou fale com o administrador deste site.",
    forgot: "Esqueceu a senha?",
    forgot_title: "Crie uma nova senha",
    forgot_lead: "Digite seu nome de usuário ou seu e-mail. Vamos enviar um link para o seu endereço confirmado.",
    forgot_name: "Nome de usuário ou e-mail",
    forgot_send: "Enviar link",
    forgot_sent_title: "Verifique seu e-mail",
    forgot_sent: "Se essa conta existe e o endereço dela está confirmado, um link está a caminho. Ele funciona por uma hora. Se você acabou de pedir um, use o link que já recebeu: não enviamos outro em menos de dez minutos. Se nada chegar, procure na caixa de spam, confira o que digitou ou fale com o administrador deste site.",
    unproven_first: "Nada foi criado. Ninguém confirmou este endereço: marque a caixa se tiver certeza de que ele é da pessoa.",
    unproven_sure: "Tenho certeza de que o endereço é da pessoa",
    unproven_hint: |address| {
        naming!("Ninguém confirmou {address}. Quem ler essa caixa de entrada terá acesso a esta conta.", address)
    },
    proof_sent: |address| {
        naming!("Enviamos um link para {address}. Abra em até 24 horas para confirmar que o endereço é seu.", address)
    },
    send_hint: |address| naming!("“Enviar por e-mail” envia o link para {address} e não o mostra aqui.", address),
    sent: |address| naming!("O e-mail está a caminho de {address}.", address),
    sent_at: |at| format!("Enviado por e-mail em {at}."),
    refused_at: |at| {
        format!(
            "O servidor de e-mail recusou a mensagem em {at}. Verifique o endereço, ou crie um link e envie por conta própria."
        )
    },
    expired_at: |at| format!("O e-mail não pôde ser entregue em um dia, e o envio foi cancelado em {at}."),
    waits_since: |at| format!("O e-mail aguarda envio desde {at}."),
    prove_sent_at: |at| format!("O último link foi enviado em {at}."),
    prove_refused_at: |at| format!("O servidor de e-mail recusou a mensagem em {at}. Verifique o endereço."),
    prove_lead: |address, username| {
        naming!("O endereço {address} é da conta {username}? Então confirme.", address, username)
    },
};
