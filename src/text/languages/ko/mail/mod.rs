//! Korean: mails, and the pages about them.

use crate::text::table::mail::{MailPages, Mails};

pub(super) const MAILS: Mails = Mails {
    confirm: "이메일 주소 인증",
    choose: "로그인 방법 선택",
    devices: "로그인된 기기 확인",
    security: "로그인 수단 확인",
    sign_in: "로그인",
    ignore: "본인이 요청하지 않았다면 이 메일을 무시하세요. 아무것도 변경되지 않습니다.",
    new_device_advice: "본인이 로그인했다면 아무것도 하지 않아도 됩니다. 아니라면 그 기기를 로그아웃하고 비밀번호를 변경하세요.",
    passkey_added_advice: "본인이 추가하지 않았다면 패스키를 삭제하고 비밀번호를 변경하세요.",
    passkey_removed_advice: "본인이 삭제하지 않았다면 다른 기기를 모두 로그아웃하고 비밀번호를 변경하세요.",
    password_advice: "본인이 변경했다면 아무것도 하지 않아도 됩니다. 아니라면 바로 이 사이트의 관리자에게 복구 링크를 요청하세요.",
    profile: "내 프로필 확인",
    address_advice: "알고 있는 변경이라면 아무것도 하지 않아도 됩니다. 아니라면 로그인해 비밀번호를 변경하고 이메일 주소를 되돌리세요. 로그인할 수 없다면 바로 이 사이트의 관리자에게 도움을 요청하세요.",
    test_lead: "테스트 메일입니다. 이 서버에서 보낸 메일이 정상적으로 도착했습니다.",
    prove_subject: |site| naming!("{site} 이메일 주소를 인증하세요", site),
    prove_lead: |username, site| {
        naming!("{username}님이 {site}에서 이 주소를 사용하려고 합니다. 본인이라면 주소를 인증하세요.", username, site)
    },
    prove_until: |until| format!("링크는 {until}까지 한 번만 사용할 수 있습니다."),
    invite_subject: |site| naming!("{site}에 초대합니다", site),
    invite_lead: |username, site| {
        naming!(
            "{site}에 계정이 만들어졌습니다. 사용자 이름은 {username}입니다. 로그인 방법을 선택하면 바로 시작할 수 있습니다.",
            username,
            site
        )
    },
    invite_lead_by: |name, username, site| {
        naming!(
            "{name}님이 {site}에 계정을 만들었습니다. 사용자 이름은 {username}입니다. 로그인 방법을 선택하면 바로 시작할 수 있습니다.",
            name,
            username,
            site
        )
    },
    invite_until: |until| format!("링크는 처음 연 브라우저에서 {until}까지 한 번만 사용할 수 있습니다."),
    recover_subject: |site| naming!("{site}에 다시 로그인하기", site),
    recover_lead: |username, site| {
        naming!(
            "누군가 {site}의 {username} 계정으로 다시 로그인할 수 있게 도와 달라고 요청했습니다. 본인이 요청했다면 새 로그인 방법을 선택하세요.",
            username,
            site
        )
    },
    recover_lead_by: |name, username, site| {
        naming!(
            "{name}님이 {site}에 {username} 계정으로 다시 로그인할 수 있는 링크를 보냈습니다. 링크에서 새 로그인 방법을 선택할 수 있습니다.",
            name,
            username,
            site
        )
    },
    recover_until: |until| {
        format!(
            "링크는 처음 연 브라우저에서 {until}까지 한 번만 사용할 수 있습니다. 사용하기 전에는 아무것도 변경되지 않습니다."
        )
    },
    new_device_subject: |site| naming!("{site} 계정에 새로운 로그인이 있습니다", site),
    new_device_lead: |username, device, at| {
        naming!("새 기기 또는 네트워크에서 {username} 계정에 로그인했습니다: ", username) + &format!("{device}, {at}")
    },
    new_device_lead_from: |username, device, place, at| {
        naming!("새 기기 또는 네트워크에서 {username} 계정에 로그인했습니다: ", username)
            + &format!("{device}, ")
            + &naming!("{place}", place)
            + &format!(", {at}")
    },
    passkey_added_subject: |site| naming!("{site} 계정에 패스키가 추가되었습니다", site),
    passkey_added_lead: |passkey, username, at| {
        naming!("이제 {passkey} 패스키로 {username} 계정에 로그인할 수 있습니다", passkey, username)
            + &format!(". 추가 시각: {at}")
    },
    passkey_removed_subject: |site| naming!("{site} 계정에서 패스키가 삭제되었습니다", site),
    passkey_removed_lead: |passkey, username, at| {
        naming!("이제 {passkey} 패스키로 {username} 계정에 로그인할 수 없습니다", passkey, username)
            + &format!(". 삭제 시각: {at}")
    },
    password_subject: |site| naming!("{site} 비밀번호가 변경되었습니다", site),
    password_lead: |username, device, at| {
        naming!("{username} 계정의 비밀번호가 변경되었습니다: ", username) + &format!("{device}, {at}")
    },
    address_subject: |site| naming!("{site} 이메일 주소가 변경되었습니다", site),
    address_lead: |username, device, at| {
        naming!("{username} 계정의 메일은 더 이상 이 주소로 오지 않습니다. 이메일 주소가 변경되었습니다: ", username)
            + &format!("{device}, {at}")
    },
    address_lead_by: |name, username, at| {
        naming!(
            "{username} 계정의 메일은 더 이상 이 주소로 오지 않습니다. {name}님이 이메일 주소를 변경했습니다",
            username,
            name
        ) + &format!(": {at}")
    },
    test_subject: |site| naming!("{site} 테스트 메일", site),
    footer: |username, site| {
        naming!(
            "{site}의 {username} 계정과 관련해 보낸 메일입니다. 메일로 비밀번호를 묻거나 QR 코드를 보내지 않습니다.",
            username,
            site
        )
    },
};

pub(super) const MAIL_PAGES: MailPages = MailPages {
    send: "메일로 보내기",
    of_prove: "이메일 주소 인증",
    of_passkey: "패스키 추가 또는 삭제",
    of_address: "이메일 주소 변경",
    too_many: "오늘 이 계정에 같은 종류의 메일을 너무 많이 보냈습니다. 링크를 만들어 직접 전달하거나 내일 다시 시도하세요.",
    full: "전송 대기 중인 메일이 너무 많습니다. 링크를 만들어 직접 전달하거나 나중에 다시 시도하세요.",
    no_address: "이메일 주소가 없는 계정입니다. 링크를 만들어 직접 전달하세요.",
    waits: "전송 대기 중인 메일이 너무 많습니다. 나중에 다시 시도하세요.",
    prove_hint: "이 주소로 링크를 보냅니다. 링크를 열어 본인의 주소임을 인증하세요.",
    prove: "인증 링크 보내기",
    prove_sent: "메일을 보냈습니다. 24시간 안에 메일의 링크를 여세요. 메일이 오지 않으면 스팸함을 확인하거나 내일 다시 시도하세요. 한 주소로 보낼 수 있는 메일 수에는 제한이 있습니다.",
    prove_not_needed: "인증할 주소가 없습니다.",
    prove_too_many: "하루 동안 링크를 10개 보냈습니다. 받은 링크를 사용하거나 내일 다시 시도하세요.",
    prove_title: "이메일 주소 인증",
    prove_confirm: "주소 인증",
    proven_title: "이메일 주소를 인증했습니다",
    proven: "이 페이지를 닫아도 됩니다.",
    over_title: "사용할 수 없는 링크입니다",
    unknown: "링크를 끝까지 복사했는지 확인하세요. 더 최근에 받은 메일이 있다면 그 링크를 사용하거나 프로필에서 다시 보내세요.",
    expired: "유효 기간이 지났습니다. 프로필에서 다시 보내세요.",
    other_address: "계정의 이메일 주소가 바뀌었습니다. 프로필에서 새 주소로 링크를 보내세요.",
    disabled: "비활성화된 계정입니다. 이 사이트의 관리자에게 계정 활성화를 요청하세요.",
    taken: "여기에서 사용할 수 없는 주소입니다. 다른 주소를 사용하거나 이 사이트의 관리자에게 문의하세요.",
    forgot: "비밀번호를 잊으셨나요?",
    forgot_title: "비밀번호 재설정",
    forgot_lead: "사용자 이름이나 이메일 주소를 입력하세요. 인증된 주소로 링크를 보냅니다.",
    forgot_name: "사용자 이름 또는 이메일 주소",
    forgot_send: "링크 보내기",
    forgot_sent_title: "메일을 확인하세요",
    forgot_sent: "입력한 계정이 있고 이메일 주소가 인증되었다면 링크를 보냈습니다. 링크는 1시간 동안 유효합니다. 방금 요청했다면 먼저 받은 링크를 사용하세요. 10분 안에는 다시 보내지 않습니다. 메일이 오지 않으면 스팸함과 입력한 내용을 확인하거나 이 사이트의 관리자에게 문의하세요.",
    unproven_first: "링크를 만들지 않았습니다. 아직 인증되지 않은 주소입니다. 계정 소유자의 주소가 확실하면 확인란을 선택하세요.",
    unproven_sure: "계정 소유자의 주소가 확실합니다",
    unproven_hint: |address| {
        naming!(
            "아직 인증되지 않은 주소입니다: {address}. 이 메일함을 볼 수 있는 사람은 이 계정에 로그인할 수 있습니다.",
            address
        )
    },
    proof_sent: |address| {
        naming!("{address} 주소로 링크를 보냈습니다. 24시간 안에 링크를 열어 본인의 주소임을 인증하세요.", address)
    },
    send_hint: |address| {
        naming!("‘메일로 보내기’를 누르면 링크를 {address} 주소로 보내고 여기에는 표시하지 않습니다.", address)
    },
    sent: |address| naming!("{address} 주소로 메일을 보냈습니다.", address),
    sent_at: |at| format!("{at}에 메일로 보냈습니다."),
    refused_at: |at| {
        format!("{at}에 메일 서버가 메일을 거부했습니다. 주소를 확인하거나 링크를 만들어 직접 전달하세요.")
    },
    expired_at: |at| format!("하루 동안 메일을 전달하지 못해 {at}에 전송을 중단했습니다."),
    waits_since: |at| format!("{at}부터 메일 전송을 기다리고 있습니다."),
    prove_sent_at: |at| format!("{at}에 마지막 링크를 보냈습니다."),
    prove_refused_at: |at| format!("{at}에 메일 서버가 메일을 거부했습니다. 주소를 확인하세요."),
    prove_lead: |address, username| {
        naming!("{username} 계정에서 {address} 주소를 사용하나요? 맞으면 인증하세요.", address, username)
    },
};
