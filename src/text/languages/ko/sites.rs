//! Korean: the pages on which people decide about apps.

use crate::text::table::sites::{Allowed, Consent, Logout};

pub(super) const CONSENT: Consent = Consent {
    going_back: "돌아가는 중",
    title: "사이트 허용",
    warning: "해당 사이트에서 이동해 왔을 때만 허용하세요.",
    allow: "허용",
    another: "다른 계정 사용",
    question: |app| naming!("{app} 로그인을 계속할까요?", app),
};

pub(super) const LOGOUT: Logout = Logout {
    signed_out_title: "로그아웃했습니다",
    signed_out_lead: "이 기기에서 로그아웃했습니다.",
    title: "로그아웃",
    lead: "로그인한 사이트에서 로그아웃을 요청했습니다.",
    stay: "로그인 유지",
    question: |host| naming!("{host} 사이트에서 로그아웃할까요?", host),
};

pub(super) const ALLOWED: Allowed = Allowed {
    outdated: "저장하지 못했습니다. 이 페이지를 연 뒤 다른 곳에서 이 앱의 공유 정보가 변경되었습니다. 현재 설정은 다음과 같습니다.",
    title: "허용한 앱",
    none: "아직 이 계정으로 로그인한 사이트가 없습니다.",
    lead: "이 계정으로 로그인한 사이트와 공유하는 정보입니다.",
    withdraw: "접근 권한 해제",
    change_hint: "변경한 내용은 저장하면 로그인 중인 사이트에도 바로 적용됩니다. 사이트가 요청한 정보 중 프로필에 입력한 항목만 선택할 수 있습니다.",
    withdraw_hint: "해제하면 사이트는 더 이상 여기에서 정보를 받지 못하며 다음에 다시 허용을 받아야 합니다. 이미 받은 정보는 사이트에 남을 수 있고 로그인도 유지될 수 있습니다.",
    since: |date| format!("{date}부터"),
    withdraw_from: |app| format!("{app} 접근 권한 해제"),
    save_for: |app| format!("{app} 공유 정보 저장"),
};
