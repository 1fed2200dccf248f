//! Portuguese: one-time links, and the fresh proof.

use crate::text::table::links::{Links, PeopleLinks, Proof};

pub(super) const LINKS: Links = Links {
    invite_title: "Você recebeu um convite",
    invite_lead: "Alguém criou uma conta para você aqui. Continue para escolher como entrar.",
    recover_title: "Recupere o acesso à sua conta",
    recover_lead: "Com este link, você volta a entrar na sua conta. Só continue se foi você quem pediu.",
    this_browser: "Depois disso, o link só funciona neste navegador.",
    choose_title: "Boas-vindas",
    end_others: "Encerrar todas as outras sessões",
    finish: "Definir senha e entrar",
    over_title: "Este link não funciona",
    unknown: "Verifique se você copiou o link inteiro. Se copiou, peça um novo a quem o enviou.",
    used: "Este link já foi usado; ele só funciona uma vez. Entre com o que você escolheu. Se não foi você quem usou, avise quem o enviou.",
    withdrawn: "Ele foi revogado ou substituído por um mais novo. Use o link mais recente que você recebeu ou peça outro.",
    expired: "Ele não foi usado a tempo. Peça um novo a quem o enviou.",
    disabled: "Esta conta está desativada. Peça ao administrador deste site para reativá-la.",
    elsewhere_title: "Este link foi aberto em outro navegador",
    elsewhere: "Continue por lá. Se não foi você, peça um novo a quem o enviou e avise que outra pessoa abriu este.",
    set_up_elsewhere: "Continue por lá. Se não conseguir, abra o link aqui de novo daqui a uma hora ou crie a primeira conta pela linha de comando.",
    choose_lead: |username| {
        naming!("Seu nome de usuário é {username}. Escolha como você vai entrar daqui em diante.", username)
    },
};

pub(super) const PROOF: Proof = Proof {
    title: "Confirme que é você",
    lead: "Digite sua senha mais uma vez para continuar.",
    lead_passkey: "Use sua chave de acesso mais uma vez para continuar.",
    passkey_only: "Sua conta não tem senha. Use sua chave de acesso.",
    hint: "Depois você volta à página em que estava. Se clicou em um botão lá, clique de novo.",
    carried_title: "Um momento",
    carried_hint: "Depois disso, o que você preencheu é enviado.",
    back: "Voltar",
    wrong: "Essa não é sua senha. Tente novamente.",
    needed_title: "Antes, confirme que é você",
    needed_advice: "Isto exige uma chave de acesso ou senha usada nos últimos cinco minutos. Abra /account/proof, use-a lá e tente novamente.",
    no_password_title: "Esta conta não tem senha",
    no_password_advice: "Isto exige uma senha ou uma chave de acesso, e sua conta não tem nenhuma das duas. Peça ao administrador deste site um link para criar uma.",
};

pub(super) const PEOPLE_LINKS: PeopleLinks = PeopleLinks {
    title: "Links de uso único",
    none: "Nenhum link foi criado para esta conta ainda.",
    fresh_title: "O novo link",
    fresh_hint: "Ele aparece agora e nunca mais. Envie de um jeito que só a pessoa dona da conta leia. Ele funciona uma vez, no primeiro navegador que o abrir.",
    invite_title: "Convidar",
    invite_hint: "Cria um link para a pessoa escolher uma senha ou uma chave de acesso. Ele funciona por três dias. Os links anteriores desta conta deixam de funcionar.",
    invite: "Criar convite",
    recover_title: "Link de recuperação",
    recover_hint: "Cria um link para a pessoa escolher uma nova senha ou chave de acesso. Ele funciona por uma hora. Nada muda até ele ser usado. Os links anteriores desta conta deixam de funcionar.",
    recover: "Criar link de recuperação",
    withdraw_title: "Revogar",
    withdraw_hint: "O link deixa de funcionar na hora. Nada mais muda.",
    withdraw: "Revogar o link",
    withdrawn: "O link não funciona mais.",
    disabled: "Esta conta está desativada. Ative-a antes de criar um link.",
    no_username: "Esta conta não tem nome de usuário porque pertence ao app do celular. A pessoa entra por lá.",
    invitations_off: "Aqui não há convites: o operador cria as contas pela linha de comando.",
    has_way_in: "Esta conta já tem uma senha ou uma chave de acesso. Crie um link de recuperação.",
    of_invite: "Convite",
    of_recover: "Link de recuperação",
    lead: |username| naming!("Para {username}. O link funciona uma vez e aparece quando é criado.", username),
    made_by: |name, at| naming!("Criado por {name}", name) + &format!(" em {at}"),
    made_by_command: |at| format!("Criado pela linha de comando em {at}"),
    is_open: |until| format!("Ainda não aberto. Funciona até {until}."),
    is_opened: |at, until| format!("Aberto em {at}, ainda não usado. Funciona até {until}."),
    is_used: |at| format!("Usado em {at}."),
    is_withdrawn: |at| format!("Revogado em {at}."),
    is_expired: |at| format!("Expirou em {at}. Não foi usado."),
    tried_elsewhere: |at| {
        format!(
            "Outro navegador tentou abri-lo, pela primeira vez em {at}. Se a pessoa não souber o motivo, revogue o link."
        )
    },
};
