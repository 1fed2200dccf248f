//! Every bound of a single message, in one place. The bounds that an operator may move are `[limits]`.

use std::ops::RangeInclusive;
use std::time::Duration;

/// Bytes of a request's head: its line and headers, together.
pub const HEAD_BYTES: usize = 16 * 1024;
/// Headers of a request.
pub const HEADERS: usize = 64;
/// Bytes of a request's body; the largest form of ours is a few hundred.
pub const BODY_BYTES: usize = 8 * 1024;
/// Bytes of a body that an administrator sends: an app with as many addresses and keys as it may have, each byte as `%XX`.
/// Whoever is none is refused before any of it is read.
pub const ADMIN_BODY_BYTES: usize = 128 * 1024;
/// Bytes of a body with a picture: a photograph as phones take them. Only whoever is signed in may send one.
pub const UPLOAD_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of a body that is more than that, and is read to its end so that its browser shows what is said about it.
pub const UPLOAD_BYTES_SEEN: usize = 4 * UPLOAD_BYTES;
/// Bytes that all bodies with a picture hold together, from their first byte until their pictures are decoded. A body
/// takes of it what has arrived, and an account has one body at a time. Where nothing is left, what comes waits for pictures
/// that are being decoded; and where there are none, a body that comes slowly gives way to one that comes fast.
pub const UPLOADED_BYTES: usize = 2 * UPLOAD_BYTES;
/// Bytes by which such a body takes more of it.
pub const UPLOAD_STEP: usize = 64 * 1024;
/// Bytes that the decoder of one picture holds at once beside its file. The picture of a telephone with 24 million
/// pixels (a JPEG, three bytes a pixel) needs 75 MiB.
pub const DECODED_BYTES: u64 = 76 * 1024 * 1024;
/// Pixels of a picture, whatever its decoder needs for them: a bound of time.
pub const PICTURE_PIXELS: u64 = 25_000_000;
/// Pixels of an edge of a picture; WebP has no more either, and decoders keep several rows.
pub const PICTURE_EDGE: u32 = 16_384;
/// A request's head must be complete this long after its first byte, and an idle connection closes after it: each
/// idle keep-alive connection holds some 11 KB.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// Descriptors beside those of connections: for files, stores and listeners.
pub const DESCRIPTORS_BESIDE: u64 = 64;
/// Connections that wait in the kernel to be accepted; Linux keeps `net.core.somaxconn` of them at most. One that finds no
/// place there tries again a second later, and one whose peer never speaks first is never heard of.
pub const BACKLOG: u32 = 4096;
/// Connections that stay open between requests, of all peers together; beyond it an answer closes its connection.
pub const KEPT_ALIVE: usize = 32;
/// Of those, of one network.
pub const KEPT_ALIVE_EACH: usize = 8;
/// The head of an answer is there within this: a little longer than a long poll is held.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// A TLS handshake is over after this.
pub const TLS_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection that is ended to make room for the next one is gone within this, on a machine that has much to do.
pub const ROOM_TIMEOUT: Duration = Duration::from_secs(1);
/// And none is ended for that before it was silent for this long: three round trips around the world.
pub const SILENCE_LEAST: Duration = Duration::from_millis(300);
/// Bytes that TLS keeps for a peer that does not take them.
pub const TLS_BUFFER: usize = 16 * 1024;
/// Bytes of memory that one connection takes at most, whatever its peer does: [`HEAD_BYTES`] that come and as many that
/// go, [`BODY_BYTES`], and what handles them. TLS comes on top:
/// [`TLS_BUFFER`] and its own state. So `[limits] connections` is a bound of memory too.
pub const CONNECTION_BYTES: usize = 64 * 1024;

/// Bytes of one message from a watching page; what it says fits in 16.
pub const SOCKET_MESSAGE_BYTES: usize = 4 * 1024;
/// The read buffer of a socket. A page says a few bytes a minute, and the library's default is 128 KiB a page.
pub const SOCKET_READ_BUFFER: usize = 128;
/// Unsent bytes of a socket before it is closed as too slow: a few codes.
pub const SOCKET_WRITE_BUFFER: usize = 32 * 1024;
/// Messages from a watching page in one minute; it asks for a newer code once or twice in that time.
pub const SOCKET_MESSAGES_PER_MINUTE: u32 = 10;
/// A silent socket is pinged this often, and closed when a ping went unanswered until the next.
pub const PING_EVERY: Duration = Duration::from_secs(20);
/// A page has this long to answer a close.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// A peer that takes nothing for this long is gone, whatever its kernel still acknowledges.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(10);
/// What was sent and is not acknowledged for this long ends the connection: two pings.
pub const UNACKNOWLEDGED: Duration = Duration::from_secs(40);
/// Where as many connections of one network wait as may, the next page asks again after this.
pub const WAIT_AGAIN: Duration = Duration::from_secs(5);
/// A page that gives its connection up to another has this long to answer a close.
pub const GIVE_WAY_TIMEOUT: Duration = Duration::from_millis(100);
/// A long poll is held this long: shorter than the idle limit of the usual proxies (60 s).
pub const POLL_HELD: Duration = Duration::from_secs(25);

/// Characters of where a sign-in leads on to.
pub const NEXT_PATH_CHARS: usize = 512;
/// Characters of a username.
pub const USERNAME_CHARS: usize = 64;
/// Characters of a display name.
pub const DISPLAY_NAME_CHARS: usize = 64;
/// Characters of the name of a city, a province or a country.
pub const PLACE_NAME_CHARS: usize = 64;
/// Characters of a password, fewest. ASVS 6.2.1.
pub const PASSWORD_CHARS_LEAST: usize = 8;
/// Bytes of a password, most; ASVS 6.2.9 asks for 64 at least.
pub const PASSWORD_BYTES_MOST: usize = 1024;
/// Bytes of an address that an app has people sent back to.
pub const REDIRECT_URI_BYTES: usize = 512;
/// Such addresses of one app.
pub const REDIRECT_URIS: usize = 16;
/// Minutes of an app's access token: ASVS 10.4 wants them short, and a clock that is a little off must not end them.
pub const ACCESS_TOKEN_MINUTES: RangeInclusive<u16> = 1..=60;
/// Hours after which a grant ends of which no refresh token was used: 90 days at most, and no less than an access token,
pub const REFRESH_IDLE_HOURS: RangeInclusive<u16> = 1..=90 * 24;
/// and after which it ends in any case: a year at most.
pub const REFRESH_MAX_HOURS: RangeInclusive<u16> = 1..=365 * 24;
/// Public keys by which an app proves itself,
pub const APP_KEYS: usize = 8;
/// and bytes of all of them.
pub const APP_KEYS_BYTES: usize = 8 * 1024;
/// Pixels by which the corners of a frame may be round; beyond it they would cut into what stands in them.
pub const FRAME_RADIUS: RangeInclusive<u8> = 0..=24;
/// Lines on one page of what was done to apps.
pub const LOG_LINES: u16 = 50;
/// Bytes of what an app wants back with an answer (`state`).
pub const STATE_BYTES: usize = 2048;
/// Bytes of what an app wants to find in an ID token (`nonce`).
pub const NONCE_BYTES: usize = 256;
/// Bytes of a bearer token.
pub const TOKEN_BYTES: usize = 8 * 1024;
/// Bytes of a fetched key set.
pub const JWKS_BYTES: usize = 256 * 1024;

/// A stop goes on accepting connections for this long, so that a balancer's probe sees the red light.
pub const LINGER: Duration = Duration::from_secs(1);
/// A stop lets requests in flight finish for this long.
pub const DRAIN: Duration = Duration::from_secs(8);
