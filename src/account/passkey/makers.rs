//! Whose authenticator made a passkey, by its AAGUID. Names only, from the public list of password managers and security keys
//! (<https://github.com/passkeydeveloper/passkey-authenticator-aaguids>), where the models of a maker have one name here.

/// The names of well-known authenticators, by AAGUID.
const MAKERS: [(u128, &str); 27] = [
    (0xfbfc_3007_154e_4ecc_8c0b_6e02_0557_d7bd, "iCloud Keychain"),
    (0xdd4e_c289_e01d_41c9_bb89_70fa_845d_4bf2, "iCloud Keychain"),
    (0xea9b_8d66_4d01_1d21_3ce4_b6b4_8cb5_75d4, "Google Password Manager"),
    (0xadce_0002_35bc_c60a_648b_0b25_f1f0_5503, "Chrome on Mac"),
    (0x771b_48fd_d3d4_4f74_9232_fc15_7ab0_507a, "Edge on Mac"),
    (0x0898_7058_cadc_4b81_b6e1_30de_50dc_be96, "Windows Hello"),
    (0x9ddd_1817_af5a_4672_a2b9_3e3d_d950_00a9, "Windows Hello"),
    (0x6028_b017_b1d4_4c02_b4b3_afcd_afc9_6bb2, "Windows Hello"),
    (0xbada_5566_a7aa_401f_bd96_4561_9a55_120d, "1Password"),
    (0xd548_826e_79b4_db40_a3d8_1111_6f7e_8349, "Bitwarden"),
    (0x5311_26d6_e717_415c_9320_3d9a_a698_1239, "Dashlane"),
    (0xfdb1_41b2_5d84_443e_8a35_4698_c205_a502, "KeePassXC"),
    (0x5072_6f74_6f6e_5061_7373_5072_6f74_6f6e, "Proton Pass"),
    (0xb84e_4048_15dc_4dd0_8640_f4f6_0813_c8af, "NordPass"),
    (0x0ea2_42b4_43c4_4a1b_8b17_dd6d_0b6b_aec6, "Keeper"),
    (0xf380_9540_7f14_49c1_a8b3_8f81_3b22_5541, "Enpass"),
    (0x5341_4d53_554e_4700_0000_0000_0000_0000, "Samsung Pass"),
    (0xcb69_481e_8ff7_4039_93ec_0a27_29a1_54a8, "YubiKey 5"),
    (0xee88_2879_721c_4913_9775_3dfc_ce97_072a, "YubiKey 5"),
    (0xfa2b_99dc_9e39_4257_8f92_4a30_d23c_4118, "YubiKey 5"),
    (0x2fc0_579f_8113_47ea_b116_bb5a_8db9_202a, "YubiKey 5"),
    (0xc5ef_55ff_ad9a_4b9f_b580_adeb_afe0_26d0, "YubiKey 5"),
    (0x73bb_0cd4_e502_49b8_9c6f_b594_45bf_720b, "YubiKey 5 FIPS"),
    (0xc1f9_a0bc_1dd2_404a_b27f_8e29_047a_43fd, "YubiKey 5 FIPS"),
    (0x8520_3421_48f9_4355_9bc8_8a53_846e_5083, "YubiKey 5 FIPS"),
    (0xd852_2d9f_575b_4866_88a9_ba99_fa02_f35b, "YubiKey Bio"),
    (0xb78a_0a55_6ef8_d246_a042_ba0f_6d55_050c, "LastPass"),
];

/// Returns the name of the authenticator with this AAGUID; `None` if it is not known, or says nothing of itself.
pub fn name_of(aaguid: [u8; 16]) -> Option<&'static str> {
    let wanted = u128::from_be_bytes(aaguid);
    MAKERS.iter().find_map(|(known, name)| (*known == wanted).then_some(*name))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_authenticator_is_listed_once_and_an_unknown_one_has_no_name() {
        let listed: BTreeSet<_> = MAKERS.iter().map(|(aaguid, _)| aaguid).collect();
        assert_eq!(listed.len(), MAKERS.len());
        assert_eq!(name_of([0; 16]), None);
        assert_eq!(name_of(*b"ProtonPassProton"), Some("Proton Pass"));
    }
}
