//! Texts that a program gets, for whoever writes it: what is wrong with what it sent. No island says any of them.

use super::Lang;

catalogue! {
    token_title { En: "The token was not accepted" }
    token_off { En: "This server does not accept tokens of mobile apps. Its operator can turn that on with [phone] in the configuration." }
    token_missing { En: "Send Authorization: Bearer with a token." }
    token_invalid { En: "Get a fresh token for this server and try again." }
    too_large_advice { En: "It is too large for this server." }
    length_advice { En: "Send a body with a Content-Length." }
    socket_advice { En: "A WebSocket begins here with Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key." }
    host_advice { En: "Send one Host header: the host of the address, and its port where it has one." }
    parameter_advice { En: "This call does not take that parameter. The code belongs in the address, and the account is the token's; only scan takes pressed, and only approve takes fields." }
}
