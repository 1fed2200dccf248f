//! Korean: one-time links, and the fresh proof.

use crate::text::table::links::{Links, PeopleLinks, Proof};

pub(super) const LINKS: Links = Links {
    invite_title: "초대를 받았습니다",
    invite_lead: "초대한 사람이 계정을 만들어 두었습니다. ‘계속’을 눌러 로그인 방법을 선택하세요.",
    recover_title: "계정 복구",
    recover_lead: "이 링크로 계정에 다시 로그인할 수 있습니다. 직접 요청한 경우에만 계속하세요.",
    this_browser: "계속하면 이 링크는 이 브라우저에서만 사용할 수 있습니다.",
    choose_title: "환영합니다",
    end_others: "다른 기기 모두 로그아웃",
    finish: "비밀번호 설정 후 로그인",
    over_title: "사용할 수 없는 링크입니다",
    unknown: "링크를 끝까지 복사했는지 확인하세요. 그래도 열리지 않으면 링크를 보낸 사람에게 새 링크를 요청하세요.",
    used: "이미 사용한 링크입니다. 한 번만 사용할 수 있습니다. 그때 정한 방법으로 로그인하세요. 본인이 사용하지 않았다면 링크를 보낸 사람에게 알려 주세요.",
    withdrawn: "무효화되었거나 새 링크로 바뀌었습니다. 가장 최근에 받은 링크를 사용하거나 새 링크를 요청하세요.",
    expired: "유효 기간이 지났습니다. 링크를 보낸 사람에게 새 링크를 요청하세요.",
    disabled: "비활성화된 계정입니다. 이 사이트의 관리자에게 계정 활성화를 요청하세요.",
    elsewhere_title: "다른 브라우저에서 연 링크입니다",
    elsewhere: "링크를 연 브라우저에서 계속하세요. 본인이 열지 않았다면 링크를 보낸 사람에게 다른 사람이 열었다고 알리고 새 링크를 요청하세요.",
    set_up_elsewhere: "링크를 연 브라우저에서 계속하세요. 그럴 수 없다면 한 시간 뒤 여기에서 링크를 다시 열거나 명령줄에서 첫 계정을 만드세요.",
    choose_lead: |username| {
        naming!("사용자 이름은 {username}입니다. 앞으로 사용할 로그인 방법을 선택하세요.", username)
    },
};

pub(super) const PROOF: Proof = Proof {
    title: "본인 확인",
    lead: "계속하려면 비밀번호를 한 번 더 입력하세요.",
    lead_passkey: "계속하려면 패스키를 한 번 더 사용하세요.",
    passkey_only: "이 계정에는 비밀번호가 없습니다. 패스키를 사용하세요.",
    hint: "확인되면 이전 페이지로 돌아갑니다. 누르던 버튼이 있다면 다시 누르세요.",
    carried_title: "잠시만 기다려 주세요",
    carried_hint: "확인되면 입력한 내용이 전송됩니다.",
    back: "뒤로",
    wrong: "비밀번호가 맞지 않습니다. 다시 시도하세요.",
    needed_title: "먼저 본인 확인이 필요합니다",
    needed_advice: "최근 5분 안에 패스키나 비밀번호로 확인해야 합니다. /account/proof 페이지에서 본인 확인을 한 다음 다시 시도하세요.",
    no_password_title: "비밀번호가 없는 계정입니다",
    no_password_advice: "이 작업에는 비밀번호나 패스키가 필요하지만 이 계정에는 둘 다 없습니다. 이 사이트의 관리자에게 로그인 수단을 등록할 링크를 요청하세요.",
};

pub(super) const PEOPLE_LINKS: PeopleLinks = PeopleLinks {
    title: "일회용 링크",
    none: "아직 이 계정의 링크가 없습니다.",
    fresh_title: "새 링크",
    fresh_hint: "지금 한 번만 표시됩니다. 계정 소유자만 볼 수 있는 방법으로 보내세요. 처음 연 브라우저에서 한 번만 사용할 수 있습니다.",
    invite_title: "초대",
    invite_hint: "계정 소유자가 비밀번호나 패스키를 정할 수 있는 링크를 만듭니다. 3일 동안 유효합니다. 이 계정의 이전 링크는 사용할 수 없게 됩니다.",
    invite: "초대 링크 만들기",
    recover_title: "복구 링크",
    recover_hint: "계정 소유자가 새 비밀번호나 패스키를 정할 수 있는 링크를 만듭니다. 1시간 동안 유효합니다. 링크를 사용하기 전에는 아무것도 바뀌지 않습니다. 이 계정의 이전 링크는 사용할 수 없게 됩니다.",
    recover: "복구 링크 만들기",
    withdraw_title: "무효화",
    withdraw_hint: "링크를 바로 사용할 수 없게 됩니다. 다른 것은 바뀌지 않습니다.",
    withdraw: "링크 무효화",
    withdrawn: "링크를 무효화했습니다.",
    disabled: "비활성화된 계정입니다. 먼저 활성화한 다음 링크를 만드세요.",
    no_username: "휴대폰 앱에서 사용하는 계정이라 사용자 이름이 없습니다. 계정 소유자는 그 앱에서 로그인합니다.",
    invitations_off: "초대를 사용하지 않는 서버입니다. 계정은 운영자가 명령줄에서 만듭니다.",
    has_way_in: "이미 비밀번호나 패스키가 있는 계정입니다. 복구 링크를 만드세요.",
    of_invite: "초대 링크",
    of_recover: "복구 링크",
    lead: |username| naming!("{username} 계정의 링크입니다. 한 번만 사용할 수 있고, 만들 때만 표시됩니다.", username),
    made_by: |name, at| naming!("{name}님이", name) + &format!(" {at}에 만들었습니다."),
    made_by_command: |at| format!("{at}에 명령줄에서 만들었습니다."),
    is_open: |until| format!("아직 열지 않았습니다. {until}까지 유효합니다."),
    is_opened: |at, until| format!("{at}에 열었지만 아직 사용하지 않았습니다. {until}까지 유효합니다."),
    is_used: |at| format!("{at}에 사용했습니다."),
    is_withdrawn: |at| format!("{at}에 무효화했습니다."),
    is_expired: |at| format!("{at}에 만료되었습니다. 사용하지 않은 링크입니다."),
    tried_elsewhere: |at| {
        format!(
            "다른 브라우저에서 이 링크를 열려고 했습니다(첫 시도: {at}). 계정 소유자가 모르는 일이라면 무효화하세요."
        )
    },
};
