//! Reads an event from the server's JSON. The functions mirror the `Serialize` of the types field for field;
//! a value that does not fit is refused.

use js_sys::{JSON, Reflect};
use wasm_bindgen::JsValue;

use super::{Code, Event, Seen};

/// Parses a JSON text with the browser's own parser, and returns the JavaScript value; `None` if it is not
/// valid JSON.
pub fn parse(json: &str) -> Option<JsValue> {
    JSON::parse(json).ok()
}

/// Returns a field of an object; undefined if the object has none of this name.
pub fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// Returns a text field; `None` if it is missing or not a text.
pub fn text(object: &JsValue, name: &str) -> Option<String> {
    field(object, name).as_string()
}

/// Returns a number field without its fraction, limited to the range of `u32`; `None` if it is missing or not a number.
pub fn number(object: &JsValue, name: &str) -> Option<u32> {
    let number = field(object, name).as_f64()?;
    // JavaScript has one kind of number; the server wrote whole ones, in range.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
    let whole = number as u32;
    Some(whole)
}

impl Event {
    /// Makes an event of a parsed JSON value; `None` if the value is not one.
    pub fn from_js(event: &JsValue) -> Option<Self> {
        Some(Self {
            seq: number(event, "seq")?,
            remaining_ms: number(event, "remaining_ms")?,
            seen: Seen::from_js(&field(event, "seen"))?,
            notice: text(event, "notice"),
        })
    }
}

impl Seen {
    fn from_js(seen: &JsValue) -> Option<Self> {
        if let Some(name) = seen.as_string() {
            return match name.as_str() {
                "denied" => Some(Self::Denied),
                "cancelled" => Some(Self::Cancelled),
                "claimed" => Some(Self::Claimed),
                "expired" => Some(Self::Expired),
                _ => None,
            };
        }
        let is_there = |value: &JsValue| value.is_object();
        let (waiting, scanned, approved) = (field(seen, "waiting"), field(seen, "scanned"), field(seen, "approved"));
        if is_there(&waiting) {
            Some(Self::Waiting { code: Code::from_js(&field(&waiting, "code")) })
        } else if is_there(&scanned) {
            let read = |name| text(&scanned, name);
            let (by, picture, number) = (read("by"), read("picture"), read("number"));
            Some(Self::Scanned { by, picture, number, wrong: self::number(&scanned, "wrong") })
        } else if is_there(&approved) {
            let page_open = field(&approved, "page_open").is_truthy();
            Some(Self::Approved { page_open, by: text(&approved, "by")? })
        } else {
            None
        }
    }
}

impl Code {
    /// Makes a code of a parsed JSON value; `None` if the value is not one.
    pub fn from_js(code: &JsValue) -> Option<Self> {
        Some(Self {
            size: number(code, "size")?.try_into().ok()?,
            path: text(code, "path")?,
            user_code: text(code, "user_code")?,
        })
    }
}
