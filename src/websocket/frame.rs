//! The frames of a WebSocket, as a server reads and writes them (RFC 6455 §5). It is made for pages that say
//! a few bytes in a minute: a message has at most [`MESSAGE_BYTES`], so a reader holds at most that much of a
//! frame and of a message, and nothing between them.

/// The largest message in bytes, and the largest payload of a control frame (RFC 6455 §5.5). No frame of a
/// page needs the longer forms of a length.
pub const MESSAGE_BYTES: usize = 125;

/// The bytes of the masking key (RFC 6455 §5.2).
const KEY_BYTES: usize = 4;

const FIN: u8 = 0x80;
const RESERVED: u8 = 0x70;
const MASKED: u8 = 0x80;
const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const BINARY: u8 = 0x2;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xA;

/// A message or a control frame that arrived whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// A text message.
    Text(String),
    /// A binary message; its content is not kept.
    Binary,
    /// A fragment of a message whose last fragment is missing.
    Part,
    /// A ping, with the payload that the pong has to repeat.
    Ping(Vec<u8>),
    /// A pong; its payload is not kept.
    Pong,
    /// The page closes the connection, and says with this code why, if it says why.
    Close(Option<u16>),
}

/// What a page sent against RFC 6455, with the close code that tells it so (§7.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    /// The frame breaks a rule of the protocol: 1002.
    Protocol,
    /// A text or the reason of a close is not UTF-8: 1007.
    NotUtf8,
    /// The message is larger than [`MESSAGE_BYTES`]: 1009.
    TooBig,
}

impl Violation {
    /// Returns the close code.
    pub fn code(self) -> u16 {
        match self {
            Self::Protocol => 1002,
            Self::NotUtf8 => 1007,
            Self::TooBig => 1009,
        }
    }
}

/// Reads frames out of the bytes of one connection. Between two frames it takes no memory beside its own.
#[derive(Debug, Default)]
pub struct Reader {
    /// What arrived of a frame, or of a message whose last fragment is missing.
    partial: Option<Box<Partial>>,
}

#[derive(Debug, Default)]
struct Partial {
    frame: Vec<u8>,
    message: Option<Message>,
}

/// A message whose last fragment is missing.
#[derive(Debug)]
struct Message {
    is_text: bool,
    content: Vec<u8>,
}

/// What the head of a whole frame says.
#[derive(Clone, Copy)]
struct Head {
    is_last: bool,
    opcode: u8,
}

impl Reader {
    /// Reads these bytes, which follow those of the last call, and gives whatever arrived whole to `receive`,
    /// in its order. What follows a close is not read (RFC 6455 §5.5.1).
    ///
    /// # Errors
    /// The page broke a rule. The connection has to be closed, and nothing more may be read.
    pub fn read(&mut self, mut bytes: &[u8], mut receive: impl FnMut(Received)) -> Result<(), Violation> {
        let Partial { mut frame, mut message } = self.partial.take().map(|partial| *partial).unwrap_or_default();
        loop {
            let missing = match Next::of(&frame, message.is_some())? {
                Next::Missing(missing) => missing,
                Next::Frame(head) => {
                    let payload = unmasked(&frame);
                    frame.clear();
                    let received = whole(head, payload, &mut message)?;
                    let is_close = matches!(received, Received::Close(_));
                    receive(received);
                    if is_close {
                        return Ok(());
                    }
                    continue;
                }
            };
            if bytes.is_empty() {
                break;
            }
            let (more, rest) = bytes.split_at(missing.min(bytes.len()));
            frame.extend_from_slice(more);
            bytes = rest;
        }
        if !frame.is_empty() || message.is_some() {
            self.partial = Some(Box::new(Partial { frame, message }));
        }
        Ok(())
    }
}

/// What a reader does next with the bytes of a frame.
enum Next {
    /// It waits for at least this many more bytes.
    Missing(usize),
    /// The frame is whole.
    Frame(Head),
}

impl Next {
    /// Checks what is there of a frame. `is_inside` tells whether a fragmented message has begun.
    fn of(frame: &[u8], is_inside: bool) -> Result<Self, Violation> {
        let [first, second, rest @ ..] = frame else { return Ok(Self::Missing(2 - frame.len())) };
        let (is_last, opcode) = (first & FIN != 0, first & 0xF);
        let is_allowed = match opcode {
            // §5.5: a control frame may come between fragments, and is none itself.
            CLOSE | PING | PONG => is_last,
            // §5.4: one message at a time.
            CONTINUATION => is_inside,
            TEXT | BINARY => !is_inside,
            _ => false,
        };
        // §5.1: a client masks every frame. §5.2: no extension was agreed that would use the reserved bits.
        if !is_allowed || first & RESERVED != 0 || second & MASKED == 0 {
            return Err(Violation::Protocol);
        }
        let payload_bytes = usize::from(second & !MASKED);
        if payload_bytes > MESSAGE_BYTES {
            // §5.5: control frames are short. §5.2: a length has its shortest form, and its first bit is 0.
            let is_control = opcode & CLOSE != 0;
            return match (payload_bytes, rest) {
                _ if is_control => Err(Violation::Protocol),
                (126, [high, low, ..]) if u16::from_be_bytes([*high, *low]) < 126 => Err(Violation::Protocol),
                (126, [_, _, ..]) => Err(Violation::TooBig),
                (126, _) => Ok(Self::Missing(2 - rest.len())),
                _ => match rest.first_chunk().map(|length| u64::from_be_bytes(*length)) {
                    None => Ok(Self::Missing(8 - rest.len())),
                    Some(0..0x1_0000 | 0x8000_0000_0000_0000..) => Err(Violation::Protocol),
                    Some(_) => Err(Violation::TooBig),
                },
            };
        }
        let missing = (KEY_BYTES + payload_bytes).saturating_sub(rest.len());
        Ok(if missing > 0 { Self::Missing(missing) } else { Self::Frame(Head { is_last, opcode }) })
    }
}

/// Returns the payload of a whole frame without its mask (§5.3).
fn unmasked(frame: &[u8]) -> Vec<u8> {
    let [_, _, rest @ ..] = frame else { return Vec::new() };
    let (key, payload) = rest.split_at(KEY_BYTES);
    payload.iter().zip(key.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect()
}

/// Returns what this frame completes, or that it is a part of a message.
fn whole(head: Head, mut payload: Vec<u8>, message: &mut Option<Message>) -> Result<Received, Violation> {
    let is_text = match head.opcode {
        CLOSE => return Ok(Received::Close(reason(&payload)?)),
        PING => return Ok(Received::Ping(payload)),
        PONG => return Ok(Received::Pong),
        CONTINUATION => {
            let begun = message.take().ok_or(Violation::Protocol)?;
            if begun.content.len() + payload.len() > MESSAGE_BYTES {
                return Err(Violation::TooBig);
            }
            payload = [begun.content, payload].concat();
            begun.is_text
        }
        opcode => opcode == TEXT,
    };
    if !head.is_last {
        *message = Some(Message { is_text, content: payload });
        return Ok(Received::Part);
    }
    if !is_text {
        return Ok(Received::Binary);
    }
    String::from_utf8(payload).map(Received::Text).map_err(|_| Violation::NotUtf8)
}

/// Returns the code of a close frame (§5.5.1): none, or two bytes and a reason in UTF-8.
fn reason(payload: &[u8]) -> Result<Option<u16>, Violation> {
    let [high, low, reason @ ..] = payload else {
        return if payload.is_empty() { Ok(None) } else { Err(Violation::Protocol) };
    };
    let code = u16::from_be_bytes([*high, *low]);
    // §7.4: the registered codes that may be sent, and those of libraries and applications.
    if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
        return Err(Violation::Protocol);
    }
    std::str::from_utf8(reason).map(|_| Some(code)).map_err(|_| Violation::NotUtf8)
}

/// Writes a text message as one frame.
pub fn text(content: &str) -> Vec<u8> {
    written(TEXT, content.as_bytes())
}

/// Writes an empty ping.
pub fn ping() -> Vec<u8> {
    written(PING, &[])
}

/// Writes the pong to a ping with this payload, at most [`MESSAGE_BYTES`] long.
pub fn pong(payload: &[u8]) -> Vec<u8> {
    written(PONG, payload)
}

/// Writes a close with this code and a short reason, or without either.
pub fn close(code: Option<u16>, reason: &str) -> Vec<u8> {
    let payload = code.map(|code| [&code.to_be_bytes(), reason.as_bytes()].concat());
    written(CLOSE, &payload.unwrap_or_default())
}

/// Writes one frame; a server masks none (§5.1).
fn written(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![FIN | opcode];
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ 0..=125), _) => frame.push(short),
        (_, Ok(medium)) => {
            frame.push(126);
            frame.extend(medium.to_be_bytes());
        }
        _ => {
            frame.push(127);
            frame.extend(u64::try_from(payload.len()).unwrap_or(u64::MAX).to_be_bytes());
        }
    }
    frame.extend(payload);
    frame
}

#[cfg(test)]
mod tests;
