//! The fixed limits of messages, connections and fields; those of the sockets of waiting pages are in
//! [`waiting`](crate::waiting). The limits that an operator may change are in the section `[limits]` of the configuration.

use std::ops::RangeInclusive;
use std::time::Duration;

/// Largest size in bytes of a request's head: its request line and headers together.
pub const HEAD_BYTES: usize = 16 * 1024;
/// Largest number of headers of a request.
pub const HEADERS: usize = 64;
/// Largest size in bytes of a request's body, unless an administrator or a picture has a limit of its own. The largest
/// form of this site has a few hundred bytes.
pub const BODY_BYTES: usize = 8 * 1024;
/// Largest size in bytes of a body from an administrator, or from a person who asks for an app: an app with as many
/// addresses and keys as it may have, each byte as `%XX`. A body above [`BODY_BYTES`] from anyone else is refused before
/// any of it is read.
pub const ADMIN_BODY_BYTES: usize = 128 * 1024;
/// Largest size in bytes of a body with a password that carries the form of an administrator, which waits for the proof.
pub const PROOF_BODY_BYTES: usize = ADMIN_BODY_BYTES + BODY_BYTES;
/// Largest number of fields of a form that waits for a proof. Each of them becomes an element of a page.
pub const CARRIED_FIELDS: usize = 1024;
/// Largest size in bytes of a body with a picture: enough for a photograph that was taken with a phone. Only signed-in
/// people may send one.
pub const UPLOAD_BYTES: usize = 8 * 1024 * 1024;
/// Largest number of bytes that are read of a body with a picture. A body above [`UPLOAD_BYTES`] is read up to here
/// before it is refused, because browsers show the answer only when they have sent the body.
pub const UPLOAD_BYTES_SEEN: usize = 4 * UPLOAD_BYTES;
/// Memory in bytes of all request bodies with a picture together, until their pictures are decoded. A body counts with
/// the bytes that have arrived. When the memory is full, a body waits for pictures that are being decoded, or an
/// incoming body is refused to free its memory: the one with the largest product of size and time without progress.
pub const UPLOADED_BYTES: usize = 2 * UPLOAD_BYTES;
/// Step in bytes in which the memory of a body with a picture is counted against [`UPLOADED_BYTES`].
pub const UPLOAD_STEP: usize = 64 * 1024;
/// Memory in bytes that the decoder of one picture may hold in addition to its file. A phone's picture with
/// 24 million pixels (a JPEG, three bytes a pixel) needs 75 MiB.
pub const DECODED_BYTES: u64 = 76 * 1024 * 1024;
/// Largest number of pixels of a picture. It limits the time for decoding, whatever memory the decoder needs.
pub const PICTURE_PIXELS: u64 = 25_000_000;
/// Largest width and largest height of a picture in pixels. WebP allows no more, and decoders hold several
/// rows.
pub const PICTURE_EDGE: u32 = 16_384;
/// Longest time that a connection waits for the complete head of a request, counted from its beginning or from the end
/// of the previous answer. It therefore also limits how long a keep-alive connection, which takes some 11 KB, may be
/// idle.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// Number of file descriptors that are reserved for files, stores and listeners, so that connections cannot
/// take them.
pub const DESCRIPTORS_BESIDE: u64 = 64;
/// Largest number of connections that wait in the kernel until the server accepts them; Linux limits it further
/// to `net.core.somaxconn`. A client that finds this queue full retries a second later.
pub const BACKLOG: u32 = 4096;
/// Number of new connections that are accepted before the listener lets every task that is ready to run continue.
pub const ACCEPTED_AT_ONCE: u32 = 16;
/// Largest number of connections of one listener that stay open between two requests. If there are as many, the server
/// closes a connection after its answer.
pub const KEPT_ALIVE: usize = 32;
/// Largest number of connections of one network (an IPv4 address or an IPv6 /64) that stay open between two requests.
pub const KEPT_ALIVE_EACH: usize = 8;
/// Longest time from the head of a request to the head of its answer, a little longer than a long poll is held. After
/// that the request is answered with 503.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// Timeout of a TLS handshake.
pub const TLS_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest time that a new connection waits until the connection that was ended to admit it has closed. On a busy
/// machine that takes time. After that the new one is refused.
pub const ROOM_TIMEOUT: Duration = Duration::from_secs(1);
/// Shortest time that the server must have waited for the peer of a connection before it may close the
/// connection to admit another one: three round trips around the world.
pub const SILENCE_LEAST: Duration = Duration::from_millis(300);
/// Largest number of bytes that TLS buffers for a peer that does not read what is sent to it.
pub const TLS_BUFFER: usize = 16 * 1024;
/// Largest memory in bytes that one connection takes, whatever its peer does: [`HEAD_BYTES`] for input and again for
/// output, [`BODY_BYTES`], and the handler. TLS adds [`TLS_BUFFER`] and its own state. The limits above ensure it, and
/// tests check it.
pub const CONNECTION_BYTES: usize = 64 * 1024;

/// Time for which the requests of pages for a newer QR code are gathered, which are then renewed together.
pub const GATHER: Duration = Duration::from_millis(50);
/// Largest number of requests for a newer QR code that wait until they are renewed, of all pages. A page whose request
/// finds no room asks again.
pub const RENEWALS_QUEUED: usize = 64 * 1024;
/// Largest number of QR codes that are renewed together. Redis does nothing else for the instance meanwhile, which takes
/// some milliseconds.
pub const GATHERED: usize = 256;
/// Longest time that a peer may leave sent bytes unacknowledged until its connection ends (TCP user timeout):
/// two intervals of pings.
pub const UNACKNOWLEDGED: Duration = Duration::from_secs(40);
/// Value of `Retry-After` for a page that may not wait for events, because too many connections wait in its network
/// (an IPv4 address or an IPv6 /64) or for the same QR code.
pub const WAIT_AGAIN: Duration = Duration::from_secs(5);
/// Longest time that a long poll is held: shorter than the idle timeout of common proxies (60 s).
pub const POLL_HELD: Duration = Duration::from_secs(25);

/// Largest number of bytes of the path to which a sign-in leads (parameter `next`).
pub const NEXT_PATH_CHARS: usize = 512;
/// Largest number of characters of a user name.
pub const USERNAME_CHARS: usize = 64;
/// Largest number of characters of a display name.
pub const DISPLAY_NAME_CHARS: usize = 64;
/// Largest number of characters of the name that a person gives a passkey.
pub const PASSKEY_NAME_CHARS: usize = 64;
/// Largest number of characters of the reason for which the sign-in by scan is switched.
pub const SCAN_REASON_CHARS: usize = 200;
/// Largest number of characters of the name of a city, a province or a country.
pub const PLACE_NAME_CHARS: usize = 64;
/// Smallest number of characters of a password (ASVS 6.2.1).
pub const PASSWORD_CHARS_LEAST: usize = 8;
/// Largest number of bytes of a password; ASVS 6.2.9 asks for 64 at least.
pub const PASSWORD_BYTES_MOST: usize = 1024;
/// Largest number of bytes of a redirect URI.
pub const REDIRECT_URI_BYTES: usize = 512;
/// Largest number of redirect URIs of one app.
pub const REDIRECT_URIS: usize = 16;
/// Permitted lifetimes of an access token in minutes: ASVS 10.4 wants it short, and a clock that is a little
/// off must not end it.
pub const ACCESS_TOKEN_MINUTES: RangeInclusive<u16> = 1..=60;
/// Permitted values, in hours, of the time after which a grant ends if no refresh token of it is used: at least as
/// long as an access token may live, at most 90 days.
pub const REFRESH_IDLE_HOURS: RangeInclusive<u16> = 1..=90 * 24;
/// Permitted values, in hours, of the time after which a grant ends even if it is used: at most a year.
pub const REFRESH_MAX_HOURS: RangeInclusive<u16> = 1..=365 * 24;
/// Largest number of public keys that one app may register to authenticate with.
pub const APP_KEYS: usize = 8;
/// Largest size in bytes of all registered public keys of an app together.
pub const APP_KEYS_BYTES: usize = 8 * 1024;
/// Permitted radius in pixels of the corners of an embedded frame; a larger one would cut into its content.
pub const FRAME_RADIUS: RangeInclusive<u8> = 0..=24;
/// Number of lines on one page of the change log of apps.
pub const LOG_LINES: u16 = 50;
/// Number of accounts on one page of the list of people.
pub const PEOPLE_LINES: u16 = 100;
/// Largest number of accounts of a search that are counted; if there are more, the page says so.
pub const PEOPLE_COUNTED: u16 = 1000;
/// Largest number of characters of the description of a group.
pub const DESCRIPTION_CHARS: usize = 200;
/// Largest size in bytes of a file from which the command line imports people.
pub const IMPORT_BYTES: u64 = 16 * 1024 * 1024;
/// Largest number of people that the command line imports at once.
pub const IMPORT_PEOPLE: usize = 100_000;
/// Largest number of bytes of the parameter `state`, which an app gets back with an answer.
pub const STATE_BYTES: usize = 2048;
/// Largest number of bytes of the parameter `nonce`, which an app finds in the ID token.
pub const NONCE_BYTES: usize = 256;
/// Largest number of bytes of a bearer token.
pub const TOKEN_BYTES: usize = 8 * 1024;
/// Largest number of bytes of a key set that the server fetches from `[phone] jwks_url`.
pub const JWKS_BYTES: usize = 256 * 1024;

/// Time for which a stopping server still accepts connections, so that a load balancer's probe sees that it
/// is not ready.
pub const LINGER: Duration = Duration::from_secs(1);
/// Time for which a stopping server lets requests in flight finish.
pub const DRAIN: Duration = Duration::from_secs(8);
