//! Korean: the pages on which people manage their own account.

use super::times::counted;
use crate::text::table::account::{Devices, NewPassword, Picture, Profile};

pub(super) const DEVICES: Devices = Devices {
    title: "로그인된 기기",
    lead: "내 계정에 로그인된 기기입니다. 모르는 기기가 있으면 로그아웃하고 비밀번호를 변경하세요. 그 기기에서 승인한 다른 기기도 함께 로그아웃됩니다.",
    ended: "로그아웃했습니다. 그 기기에서 접속한 사이트도 함께 로그아웃됩니다.",
    gone: "이미 로그아웃된 기기입니다.",
    this: "이 기기",
    by_password: "비밀번호로 로그인",
    by_passkey: "패스키로 로그인",
    by_scan: "QR 로그인",
    by_link: "일회용 링크로 로그인",
    end: "로그아웃",
    end_others: "다른 기기 모두 로그아웃",
    end_others_hint: "이 기기만 로그인이 유지됩니다.",
    known_title: "기억한 브라우저",
    forget: "모두 지우기",
    forgotten: "지웠습니다. 그 브라우저에서 다음에 로그인할 때는 추가 확인이 필요합니다.",
    by_scan_on: |device| format!("{device}에서 승인한 QR 로그인"),
    known: |browsers| {
        format!(
            "브라우저 {}를 기억하고 있습니다. 기억한 브라우저는 휴대폰에서 ‘승인’만 누르면 로그인됩니다.",
            counted(browsers, "개")
        )
    },
    times: |opened, used| format!("로그인: {opened}, 마지막 사용: {used}"),
};

pub(super) const NEW_PASSWORD: NewPassword = NewPassword {
    title: "비밀번호 변경",
    lead: "현재 비밀번호를 입력한 다음 새 비밀번호를 정하세요.",
    old: "현재 비밀번호",
    new: "새 비밀번호",
    others: "다른 기기 모두 로그아웃",
    save: "비밀번호 변경",
    done: "비밀번호를 변경했습니다.",
    wrong: "현재 비밀번호가 맞지 않습니다. 변경된 내용은 없습니다.",
};

pub(super) const PROFILE: Profile = Profile {
    title: "내 프로필",
    lead: "필수 항목은 이름뿐입니다. 사이트에는 사이트에서 요청한 항목 중 직접 허용한 것만 전달됩니다.",
    not_saved: "저장하지 못했습니다. 표시된 항목을 확인하세요.",
    outdated: "저장하지 못했습니다. 이 페이지를 연 뒤 다른 곳에서 프로필이 변경되었습니다. 지금 입력한 내용으로 바꾸려면 다시 저장하세요.",
    about: "내 정보",
    gender: "성별",
    city: "도시",
    province: "시·도 또는 주",
    country: "국가",
    language: "언어",
    none: "선택 안 함",
    female: "여성",
    male: "남성",
    other_gender: "기타",
    name_told: "이름은 로그인에 사용하는 앱에서 가져옵니다. 그 앱에서 변경하면 여기에도 반영됩니다.",
    wrong_place: "한 줄에 64자까지 입력할 수 있습니다.",
    wrong_choice: "목록에서 선택하세요.",
    picture: "사진",
    picture_file: "사진 파일",
    picture_hint: "JPEG, PNG, WebP 형식, 최대 8MB. 가운데 부분을 작은 정사각형으로 잘라 저장하고 원본은 보관하지 않습니다. 사진이 없으면 이름의 첫 글자가 표시됩니다.",
    picture_told: "로그인에 사용하는 앱에 사진이 있습니다. 새 사진을 올리기 전까지는 사진을 볼 수 있는 사이트에 그 사진이 전달됩니다.",
    picture_upload: "업로드",
    picture_remove: "사진 삭제",
    picture_saved: "사진을 저장했습니다.",
    picture_removed: "사진을 삭제했습니다.",
    shown: "코드를 스캔하면 그 화면에 표시되는 내 정보",
    shown_hint: "승인하기 전까지 화면 앞에 있는 누구에게나 보입니다.",
    shown_name: "이름과 사진",
    shown_letter: "이름의 첫 글자",
    shown_nothing: "표시 안 함",
};

pub(super) const PICTURE: Picture = Picture {
    none_chosen: "파일을 먼저 선택한 다음 업로드하세요.",
    not_one: "읽을 수 없는 사진 파일입니다. JPEG, PNG, WebP 파일을 선택하세요.",
    too_large: "사진이 너무 큽니다. 8MB, 800만 화소 이하의 사진을 선택하세요.",
    lossless: "무손실 WebP 파일이라 용량이 너무 큽니다. JPEG 또는 PNG 파일로 저장하세요.",
    moves: "움직이는 사진은 사용할 수 없습니다. 다른 사진을 선택하세요.",
    busy: "지금 사진 업로드가 많습니다. 잠시 후 다시 시도하세요.",
};
