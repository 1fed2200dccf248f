//! Korean: the page with the QR code, in the browser that is to be signed in.

use super::times::counted;
use crate::text::table::browser::{Login, Panel};

pub(super) const LOGIN: Login = Login {
    title: "휴대폰으로 로그인",
    name_first: "사용자 이름을 먼저 입력하세요. 코드는 그 계정에만 사용할 수 있습니다.",
    show_code: "코드 표시",
    here_instead: "이 기기에서 바로 로그인",
    on_phone: "휴대폰이라면 여기서 바로 로그인할 수 있습니다.",
    on_phone_here: "이 휴대폰에서 로그인",
    on_phone_code: "다른 휴대폰으로 스캔할 코드 표시",
    heading: |site| naming!("{site}에 로그인", site),
    leave: |app| naming!("로그인하지 않고 {app} 사이트로 돌아가기", app),
    scan_only: |app| naming!("{app}에서는 QR 로그인만 사용할 수 있습니다.", app),
};

pub(super) const PANEL: Panel = Panel {
    qr: "QR 코드: 휴대폰 카메라로 스캔하면 여기에 로그인됩니다",
    qr_over: "더 이상 스캔할 수 없는 QR 코드",
    waiting: "휴대폰 카메라로 스캔하세요",
    steps: "링크를 열고 ‘승인’을 누르세요.",
    scanned: "스캔했습니다. 휴대폰에서 승인하세요.",
    scanned_title: "휴대폰에서 승인하세요",
    claimed: "로그인하는 중…",
    denied: "휴대폰에서 로그인을 거부했습니다.",
    over: "코드가 만료되었습니다.",
    outdated: "방금 이 페이지의 이전 코드가 스캔되었습니다. 본인이 스캔했다면 지금 코드를 스캔하세요. 아니라면 다른 사람이 코드를 복사했을 수 있습니다.",
    second_account: "다른 계정이 이 코드를 또 스캔하려고 해서 차단했습니다. 먼저 스캔한 사람이 본인이 아니라면 처음부터 다시 시작하세요.",
    digits: "휴대폰에 표시된 숫자 4자리를 입력하세요.",
    digits_again: "숫자가 맞지 않습니다. 휴대폰을 확인하고 다시 입력하세요.",
    digits_label: "휴대폰에 표시된 숫자",
    wrong_number: "휴대폰에서 이 화면과 다른 숫자를 선택해 로그인이 중단되었습니다. 본인이 선택했다면 새 코드를 표시해 다시 시도하세요.",
    wrong_typed: "잘못된 값을 여러 번 입력해 로그인이 중단되었습니다. 본인이 입력했다면 새 코드를 표시해 다시 시도하세요.",
    lost: "연결이 끊겼습니다. 다시 연결하는 중…",
    start_over: "본인이 아닌가요? 처음부터 다시 시작",
    code_label: "직접 입력할 코드",
    press_continue: "마치려면 ‘계속’을 누르세요.",
    number: |number| naming!("휴대폰에서 이 숫자를 누르세요: {number}", number),
    or_type: |link| naming!("카메라가 없다면 {link}에서 이 코드를 입력하세요", link),
    scanned_by: |name| naming!("{name}님, 휴대폰에서 승인하세요", name),
    approved_by: |name| naming!("승인되었습니다. {name}", name),
    onward: |host, hours| {
        let hours = counted(hours, "시간");
        naming!("{host} 사이트로 이동합니다. 이 브라우저에서 최대 {hours} 로그인이 유지됩니다.", host)
    },
    onward_for_visit: |host| {
        naming!("{host} 사이트로 이동합니다. 이 브라우저에서는 이번에만 로그인이 유지됩니다.", host)
    },
};
