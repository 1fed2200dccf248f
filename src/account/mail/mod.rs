//! What people do by mail: they prove that an address is theirs, and let themselves back in. Opening the address of a link
//! changes nothing, because programs that scan mail open links too; the button on its page does.
//!
//! | request | what |
//! |---|---|
//! | `POST /account/profile/email/prove`, `/signup` | sends a link to the address of the signed-in person: [`prove`] |
//! | `GET`, `POST /address/{token}` | the link in that mail: shows a button, and proves the address: [`address`] |
//! | `GET`, `POST /forgot` | sends a link by which a person chooses a new password: [`forgot`] |

pub(super) mod address;
pub(super) mod forgot;
pub(super) mod prove;

pub(super) use self::prove::{last_proof_mail, proof_card, prove_at_sign_up, result_text};
