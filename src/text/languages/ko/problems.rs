//! Korean: refused requests, what happened and what to do.

use super::times::counted;
use crate::text::table::problems::{Problems, Programs, Refusals, Theme};

pub(super) const REFUSALS: Refusals = Refusals {
    full_title: "로그인하는 사람이 너무 많습니다",
    malformed_title: "올바른 코드가 아닙니다",
    malformed_advice: "링크가 완전하지 않습니다. 조금 더 가까이에서 코드를 다시 스캔하세요.",
    forged_title: "이 사이트의 코드가 아닙니다",
    forged_advice: "이 사이트의 코드처럼 보이지만 아닙니다. 사용하지 말고, 코드를 보여 준 사람을 조심하세요.",
    expired_title: "코드가 만료되었습니다",
    expired_advice: "로그인되지 않았습니다. 다른 기기에 지금 표시된 코드를 스캔하세요. 코드가 없으면 그 기기에서 새 코드를 표시하세요.",
    outdated_title: "다른 기기에 새 코드가 있습니다",
    outdated_advice: "이전 코드를 스캔했습니다. 누군가 보낸 코드라면 내 계정으로 로그인하려는 것일 수 있으니 아무것도 하지 마세요. 코드가 표시된 화면을 직접 보고 있다면 그 화면의 새 코드를 스캔하세요.",
    used_title: "이미 사용한 코드입니다",
    used_advice: "코드는 한 번만 사용할 수 있습니다. 다른 기기에서 로그인하려면 그 기기의 화면에 있는 코드를 스캔하세요.",
    denied_title: "거부된 로그인입니다",
    denied_advice: "휴대폰에서 거부했습니다. 그래도 로그인하려면 다른 기기에서 새 코드를 표시하세요.",
    cancelled_title: "다른 기기에서 다시 시작했습니다",
    cancelled_advice: "다른 기기에 새 코드가 표시되어 있습니다. 그 코드를 스캔하세요.",
    taken_title: "다른 사람이 먼저 스캔했습니다",
    taken_advice: "다른 계정에서 이 코드의 승인 여부를 결정하고 있습니다. 누구인지 모르면 다른 기기에서 ‘처음부터 다시 시작’을 누르고 새 코드를 스캔하세요.",
    not_scanned_title: "먼저 코드를 스캔하세요",
    not_scanned_advice: "이 계정으로 코드를 스캔해야 승인하거나 거부할 수 있습니다.",
    decided_title: "이미 처리된 로그인입니다",
    decided_advice: "승인이나 거부는 한 번만 할 수 있습니다. 결과는 다른 기기의 화면에서 확인하세요.",
    not_approved_title: "아직 승인되지 않았습니다",
    not_approved_advice: "휴대폰에서 아직 이 로그인을 승인하지 않았습니다.",
    rested_title: "페이지가 만료되었습니다",
    rested_advice: "더 이상 새 코드가 표시되지 않습니다. 새 코드를 보려면 페이지를 다시 여세요.",
    other_browser_title: "다른 브라우저에서 시작한 로그인입니다",
    other_browser_advice: "코드를 표시한 브라우저에서만 로그인할 수 있습니다. 이 브라우저가 맞다면 쿠키가 꺼져 있을 수 있습니다.",
    wrong_account_title: "다른 계정의 코드입니다",
    wrong_account_advice: "먼저 입력한 사용자 이름의 계정에만 사용할 수 있는 코드입니다. 직접 입력했다면 그 계정으로 로그인된 휴대폰으로 스캔하세요. 아니라면 다른 사람이 자신의 코드를 보낸 것일 수 있습니다.",
    another_account_title: "사이트에서 다른 계정을 요청했습니다",
    another_account_advice: "사이트에서 이전에 사용한 계정으로 다시 로그인하도록 요청했습니다. 그 계정으로 로그인된 휴대폰으로 코드를 스캔하세요.",
    same_browser_title: "코드를 표시한 브라우저입니다",
    same_browser_advice: "여기에는 이미 로그인되어 있습니다. 다른 기기용 코드이니 휴대폰으로 스캔하세요.",
};

pub(super) const PROBLEMS: Problems = Problems {
    unknown_app_title: "등록되지 않은 사이트입니다",
    unknown_app_advice: "로그인을 요청한 사이트가 여기에 등록되어 있지 않습니다. 그 사이트의 운영자에게 알려 주세요.",
    unknown_redirect_title: "허용되지 않은 로그인 링크입니다",
    request_over_title: "끝난 로그인입니다",
    request_over_advice: "시간이 초과되었거나 이미 완료되었습니다. 처음 사이트로 돌아가 다시 로그인하세요.",
    not_signed_in_title: "로그인하지 않았습니다",
    not_signed_in_advice: "이전 사이트에 전달된 정보는 없습니다. 로그인하려면 그 사이트로 돌아가 다시 시작하세요.",
    broken_title: "문제가 발생했습니다",
    broken_advice: "서버 쪽 문제입니다. 잠시 후 다시 시도하세요.",
    wrong_address_title: "이 사이트의 주소가 다릅니다",
    wrong_address_step: "올바른 주소로 열기",
    not_found_title: "페이지를 찾을 수 없습니다",
    not_found_advice: "주소가 잘못되었거나 페이지가 옮겨졌을 수 있습니다.",
    malformed_title: "요청을 처리할 수 없습니다",
    malformed_advice: "이전 페이지로 돌아가 새로고침한 다음 다시 시도하세요.",
    too_many_title: "시도 횟수가 너무 많습니다",
    cross_site_title: "다른 사이트에서 보낸 요청입니다",
    wrong_address_advice: |opened, origin| {
        naming!("접속한 주소는 {opened}입니다. 로그인은 {origin} 주소에서 할 수 있습니다.", opened, origin)
    },
    cross_site_advice: |origin| naming!("안전을 위해 차단했습니다. {origin} 페이지를 열고 다시 시도하세요.", origin),
    unknown_redirect_advice: |app| {
        naming!(
            "{app} 앱이 사용자를 등록되지 않은 주소로 보내려고 했습니다. 앱 운영자가 이 주소를 여기에 등록해야 합니다.",
            app
        )
    },
    unknown_origin_advice: |app, origin| {
        naming!(
            "{app} 앱이 등록되지 않은 페이지에 코드를 표시하고 있습니다: {origin}. 앱 운영자가 이 출처를 여기에 등록해야 합니다.",
            app,
            origin
        )
    },
    other_dialect_advice: |app| {
        naming!("{app} 앱은 다른 로그인 프로토콜로 등록되어 있습니다. 앱 운영자가 여기에서 변경할 수 있습니다.", app)
    },
    malformed_by_app: |why| format!("사이트 개발자가 수정해야 하는 문제입니다: {why}."),
    wait_seconds: |seconds| format!("{} 뒤에 다시 시도하세요.", counted(seconds, "초")),
    wait_minutes: |minutes| format!("{} 뒤에 다시 시도하세요.", counted(minutes, "분")),
};

pub(super) const THEME: Theme = Theme {
    title: "허용되지 않는 프레임 모양입니다",
    value: "색상은 #rrggbb 형식, 모서리 반경은 24 이하의 픽셀 수, 글꼴은 system, sans, serif, rounded, mono 중 하나, 색 구성은 light, dark, auto 중 하나여야 합니다.",
    auto: "scheme=auto에서는 프레임에 색상을 지정할 수 없습니다. 한 가지 색으로는 밝은 배경과 어두운 배경에서 모두 읽을 수 없습니다. scheme=light 또는 scheme=dark를 선택하세요.",
    contrast: "텍스트와 강조 색상은 배경과의 명암비가 4.5:1 이상이어야 합니다. 더 어둡거나 밝은 색상 또는 다른 색 구성을 선택하세요.",
};

pub(super) const PROGRAMS: Programs = Programs {
    title: "토큰이 거부되었습니다",
    off: "이 서버는 모바일 앱의 토큰을 허용하지 않습니다. 운영자가 설정 파일의 [phone]에서 켤 수 있습니다.",
    missing: "Authorization: Bearer 헤더에 토큰을 담아 보내세요.",
    invalid: "이 서버의 토큰을 새로 받아 다시 시도하세요.",
    too_large: "요청이 너무 커서 이 서버에서 처리할 수 없습니다.",
    length: "본문에 Content-Length를 지정해 보내세요.",
    socket: "여기에서 WebSocket을 시작하려면 Sec-WebSocket-Version: 13과 Sec-WebSocket-Key가 필요합니다.",
    host: "Host 헤더를 하나만 보내세요. 주소의 호스트와, 있으면 포트를 포함해야 합니다.",
    parameter: "이 호출에서 사용할 수 없는 매개변수입니다. 코드는 주소에 넣고 계정은 토큰으로 정해집니다. pressed는 scan에서만, fields는 approve에서만 사용할 수 있습니다.",
};
