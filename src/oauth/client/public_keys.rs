//! The public keys with which an app authenticates.

use jsonwebtoken::jwk::JwkSet;

use crate::web::bounds::{APP_KEYS, APP_KEYS_BYTES};

/// Returns whether a value is a JWK set of 1 to 8 public keys and not too large. It is `false` if a key is private
/// or symmetric, because this server must not keep such a key.
pub fn are_public_keys(set: &serde_json::Value) -> bool {
    let Ok(known) = serde_json::from_value::<JwkSet>(set.clone()) else { return false };
    let is_public = |key: &serde_json::Value| ["d", "k", "p", "q"].iter().all(|part| key.get(part).is_none());
    let are_public = set["keys"].as_array().is_some_and(|keys| keys.iter().all(is_public));
    (1..=APP_KEYS).contains(&known.keys.len()) && are_public && set.to_string().len() <= APP_KEYS_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apps_keys_are_public() {
        let key = |more: &str| {
            format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"{more}}}"#)
        };
        let set = |keys: &[String]| serde_json::from_str(&format!(r#"{{"keys":[{}]}}"#, keys.join(","))).expect("JSON");
        assert!(are_public_keys(&set(&[key("")])));
        let private = key(r#","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A""#);
        let shared = r#"{"kty":"oct","k":"AAAA"}"#.to_owned();
        for wrong in [set(&[]), set(&[private]), set(&[key(""), shared]), set(&vec![key(""); 9]), serde_json::json!([])]
        {
            assert!(!are_public_keys(&wrong), "{wrong}");
        }
    }
}
