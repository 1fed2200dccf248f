//! Reads an event from the server's JSON. The functions mirror the `Serialize` of the types field for field; what has no state
//! is refused.

use js_sys::{JSON, Object, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};

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
    /// Makes the state that a page shows by itself if its code is over.
    pub fn expired() -> Self {
        Self { name: "expired".to_owned(), ..Self::default() }
    }

    /// Returns the name of the state, as it is in the JSON of an event.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the name of the account that scanned or approved, if the page may know it.
    pub fn by(&self) -> Option<&str> {
        self.by.as_deref()
    }

    /// Returns the path of the picture of the account that scanned, if the page may know it.
    pub fn picture(&self) -> Option<&str> {
        self.picture.as_deref()
    }

    /// Returns the number that the page shows and that the phone is to choose.
    pub fn number(&self) -> Option<&str> {
        self.number.as_deref()
    }

    /// Returns how many times wrong digits were typed, if the page takes the digits that the phone shows.
    pub fn wrong(&self) -> Option<u32> {
        self.wrong
    }

    /// Takes the code that the page is to show from now on, if the event brought one.
    pub fn take_code(&mut self) -> Option<Code> {
        self.code.take()
    }

    /// Returns whether the sign-in has ended, so that the page need not wait for another state.
    pub fn is_last(&self) -> bool {
        matches!(self.name(), "denied" | "cancelled" | "claimed" | "expired")
    }

    fn from_js(seen: &JsValue) -> Option<Self> {
        // A state without fields is its name alone, and another is an object with its name as the one key.
        let name = match seen.as_string() {
            Some(name) => name,
            None => Object::keys(seen.dyn_ref::<Object>()?).get(0).as_string()?,
        };
        let fields = field(seen, &name);
        let read = |name| text(&fields, name);
        Some(Self {
            by: read("by"),
            picture: read("picture"),
            number: read("number"),
            wrong: number(&fields, "wrong"),
            page_open: field(&fields, "page_open").is_truthy(),
            code: Code::from_js(&field(&fields, "code")),
            name,
        })
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
