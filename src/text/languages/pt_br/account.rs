//! Portuguese: the pages on which people manage their own account.

use super::times::counted;
use crate::text::table::account::{Devices, NewPassword, Picture, Profile};

pub(super) const DEVICES: Devices = Devices {
    title: "Dispositivos conectados",
    lead: "Estes dispositivos estão conectados à sua conta. Se não reconhecer algum, encerre a sessão dele e altere sua senha. Os dispositivos que você aprovou por ele também saem da conta.",
    ended: "Sessão encerrada, inclusive nos sites abertos por ela.",
    gone: "A sessão desse dispositivo já estava encerrada.",
    this: "Este dispositivo",
    by_password: "Entrou com a senha",
    by_passkey: "Entrou com uma chave de acesso",
    by_scan: "Entrou com um código QR aprovado",
    by_link: "Entrou com um link de uso único",
    end: "Encerrar sessão",
    end_others: "Encerrar todas as outras sessões",
    end_others_hint: "Só este dispositivo continua conectado.",
    known_title: "Navegadores lembrados",
    forget: "Esquecer todos",
    forgotten: "Pronto. O próximo login neles vai pedir mais do que um toque.",
    by_scan_on: |device| format!("Entrou com um código QR aprovado em {device}"),
    known: |browsers| {
        format!(
            "Sua conta se lembra de {}. Para entrar por lá, basta um toque no celular.",
            counted(browsers, "navegador", "navegadores")
        )
    },
    times: |opened, used| format!("Login {opened}, último uso {used}"),
};

pub(super) const NEW_PASSWORD: NewPassword = NewPassword {
    title: "Alterar sua senha",
    lead: "Digite a senha atual e escolha uma nova.",
    old: "Senha atual",
    new: "Nova senha",
    others: "Encerrar todas as outras sessões",
    save: "Alterar senha",
    done: "Sua senha foi alterada.",
    wrong: "Essa não é sua senha atual. Nada foi alterado.",
};

pub(super) const PROFILE: Profile = Profile {
    title: "Seu perfil",
    lead: "Só o nome de exibição é obrigatório. Um site recebe o que ele pede e você permite, item por item:",
    not_saved: "Não foi salvo. Verifique o campo destacado.",
    outdated: "Não foi salvo. Seu perfil mudou em outro lugar depois que você abriu esta página. Salve de novo para manter o que digitou aqui.",
    about: "Sobre você",
    gender: "Gênero",
    city: "Cidade",
    province: "Estado ou província",
    country: "País",
    language: "Idioma",
    none: "Não informado",
    female: "Feminino",
    male: "Masculino",
    other_gender: "Outro",
    name_told: "Seu nome vem do app que você usa para entrar. Se você mudar lá, muda aqui também.",
    wrong_place: "Use até 64 caracteres, em uma só linha.",
    wrong_choice: "Escolha uma das opções da lista.",
    picture: "Foto",
    picture_file: "Arquivo da foto",
    picture_hint: "JPEG, PNG ou WebP, até 8 MB. Guardamos só um pequeno quadrado do centro e nada mais do arquivo. Sem foto, aparecem suas iniciais.",
    picture_told: "O app que você usa para entrar tem uma foto sua. Os sites que podem ver sua foto recebem essa até você enviar outra.",
    picture_upload: "Enviar",
    picture_remove: "Remover foto",
    picture_saved: "Sua foto foi salva.",
    picture_removed: "Sua foto foi removida.",
    shown: "O que uma tela mostra sobre você quando você escaneia o código dela",
    shown_hint: "Até você aprovar, e para quem estiver na frente dela.",
    shown_name: "Seu nome e sua foto",
    shown_letter: "A primeira letra do seu nome",
    shown_nothing: "Nada",
};

pub(super) const PICTURE: Picture = Picture {
    none_chosen: "Escolha um arquivo antes de enviar.",
    not_one: "Este arquivo não é uma imagem que conseguimos ler. Escolha um arquivo JPEG, PNG ou WebP.",
    too_large: "Esta imagem é grande demais. Escolha uma de até 8 MB e 8 milhões de pixels.",
    lossless: "Este arquivo WebP é sem perdas (lossless) e grande demais. Salve a imagem como JPEG ou PNG.",
    moves: "Esta imagem é animada. Escolha uma que não seja.",
    busy: "Muitas imagens estão sendo enviadas agora. Tente novamente em instantes.",
};
