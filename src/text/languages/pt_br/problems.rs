//! Portuguese: refused requests, what happened and what to do.

use super::times::counted;
use crate::text::table::problems::{Problems, Programs, Refusals, Theme};

pub(super) const REFUSALS: Refusals = Refusals {
    full_title: "Há logins demais ao mesmo tempo",
    malformed_title: "Isto não é um código",
    malformed_advice: "O link está incompleto. Escaneie o código de novo, um pouco mais de perto.",
    forged_title: "Este código não é daqui",
    forged_advice: "Parece um dos nossos códigos, mas não é. Não use e desconfie de quem o mostrou a você.",
    expired_title: "Este código expirou",
    expired_advice: "Nenhum login foi feito. Escaneie o código que aparece agora na outra tela. Se não houver nenhum, peça um novo por lá.",
    outdated_title: "Há um código mais novo na outra tela",
    outdated_advice: "Você escaneou um código antigo. Se alguém enviou esse código a você, pode estar tentando entrar na sua conta: não faça nada. Se a outra tela estiver na sua frente, escaneie o código que ela mostra agora.",
    used_title: "Este código já foi usado",
    used_advice: "Cada código funciona uma vez só. Para entrar em outro dispositivo, escaneie o código da tela dele.",
    denied_title: "Este login foi recusado",
    denied_advice: "Ele foi recusado no celular. Se quiser entrar mesmo assim, peça um novo código na outra tela.",
    cancelled_title: "O login recomeçou na outra tela",
    cancelled_advice: "Agora ela mostra um novo código. Escaneie esse.",
    taken_title: "Alguém escaneou este código antes",
    taken_advice: "Outra conta está decidindo sobre este código. Se você não sabe de quem ela é, escolha Recomeçar na outra tela e escaneie o novo código.",
    not_scanned_title: "Escaneie o código primeiro",
    not_scanned_advice: "Você decide depois de escanear o código com a sua conta.",
    decided_title: "A decisão já foi tomada",
    decided_advice: "Cada decisão vale uma vez só. Veja na outra tela o que aconteceu.",
    not_approved_title: "Ainda não aprovado",
    not_approved_advice: "O celular não aprovou este login.",
    rested_title: "Esta página expirou",
    rested_advice: "Ela não mostra mais códigos. Abra a página de novo para ver um novo código.",
    other_browser_title: "Este login é de outro navegador",
    other_browser_advice: "Só o navegador que mostrou o código pode entrar com ele. Se foi este, talvez os cookies estejam desativados.",
    wrong_account_title: "Este código é para outra conta",
    wrong_account_advice: "Ele foi feito para a conta cujo nome foi digitado antes. Se foi você quem digitou, escaneie o código com um celular conectado a essa conta. Se não, alguém pode ter enviado o próprio código a você.",
    another_account_title: "O site pediu outra conta",
    another_account_advice: "O site quer que você entre de novo com a conta que usou antes. Escaneie o código com um celular conectado a essa conta.",
    same_browser_title: "O código é deste mesmo navegador",
    same_browser_advice: "Você já entrou aqui. O código é para outro dispositivo: escaneie com o celular.",
};

pub(super) const PROBLEMS: Problems = Problems {
    unknown_app_title: "Este site não está registrado aqui",
    unknown_app_advice: "Um site trouxe você até aqui para entrar, mas ele não está registrado. Avise o responsável pelo site.",
    unknown_redirect_title: "O link de login deste site não é permitido",
    request_over_title: "Este login já terminou",
    request_over_advice: "Ele demorou demais ou já foi concluído. Volte ao site onde você começou e entre de novo.",
    not_signed_in_title: "Você não entrou",
    not_signed_in_advice: "Nada foi enviado ao site de onde você veio. Se quiser entrar mesmo assim, volte e comece de novo.",
    broken_title: "Algo deu errado",
    broken_advice: "Não é culpa sua. Tente novamente em instantes.",
    wrong_address_title: "Este site tem outro endereço",
    wrong_address_step: "Abrir o endereço certo",
    not_found_title: "Página não encontrada",
    not_found_advice: "O endereço pode ter sido digitado errado, ou a página mudou de lugar.",
    malformed_title: "Não entendemos esta solicitação",
    malformed_advice: "Volte, recarregue a página e tente novamente.",
    too_many_title: "Muitas tentativas",
    cross_site_title: "Isto veio de outro site",
    wrong_address_advice: |opened, origin| {
        naming!("Você abriu {opened}, mas o login é feito em {origin}. Abra esse endereço.", opened, origin)
    },
    cross_site_advice: |origin| naming!("Bloqueado para sua segurança. Abra {origin} e tente novamente.", origin),
    unknown_redirect_advice: |app| {
        naming!(
            "{app} tentou enviar você para um endereço não registrado. O responsável pelo site precisa registrar esse endereço aqui.",
            app
        )
    },
    unknown_origin_advice: |app, origin| {
        naming!(
            "{app} mostra o código em uma página não registrada: {origin}. O responsável pelo site precisa registrar essa origem aqui.",
            app,
            origin
        )
    },
    other_dialect_advice: |app| {
        naming!(
            "O app {app} está registrado aqui com outro protocolo de login. O responsável pode mudar isso aqui.",
            app
        )
    },
    malformed_by_app: |why| format!("O desenvolvedor do site precisa corrigir isto: {why}."),
    wait_seconds: |seconds| match seconds {
        1 => "Aguarde um segundo e tente novamente.".to_owned(),
        _ => format!("Aguarde {} e tente novamente.", counted(seconds, "segundo", "segundos")),
    },
    wait_minutes: |minutes| format!("Aguarde {} e tente novamente.", counted(minutes, "minuto", "minutos")),
};

pub(super) const THEME: Theme = Theme {
    title: "Esta aparência do frame não é permitida",
    value: "As cores são #rrggbb, o raio é um número de até 24 pixels, a fonte é system, sans, serif, rounded ou mono, e o esquema é light, dark ou auto.",
    auto: "Com scheme=auto, o frame não tem cores próprias, porque a mesma cor não se lê bem no claro e no escuro. Escolha scheme=light ou scheme=dark.",
    contrast: "O texto e a cor de destaque precisam de contraste de 4,5:1 com o fundo. Escolha tons mais escuros ou mais claros, ou o outro esquema.",
};

pub(super) const PROGRAMS: Programs = Programs {
    title: "O token não foi aceito",
    off: "Este servidor não aceita tokens de apps de celular. O operador pode ativar isso com [phone] na configuração.",
    missing: "Envie Authorization: Bearer com um token.",
    invalid: "Obtenha um novo token para este servidor e tente novamente.",
    too_large: "A solicitação é grande demais para este servidor.",
    length: "Envie um corpo com Content-Length.",
    socket: "Um WebSocket começa aqui com Sec-WebSocket-Version: 13 e Sec-WebSocket-Key.",
    host: "Envie um único cabeçalho Host: o host do endereço e, se houver, a porta.",
    parameter: "Esta chamada não aceita esse parâmetro. O código fica no endereço, e a conta é a do token; só scan aceita pressed, e só approve aceita fields.",
};
