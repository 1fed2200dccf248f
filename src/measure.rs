//! Metrics for `[server] admin_addr`; all their names are defined here. Labels are words from short lists and
//! must never be a ticket, account, address or code, because metrics are kept for years.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde::Deserialize;
use strum::{IntoStaticStr, VariantArray};
use tokio::time::Instant;

use crate::trace;

const SIGN_INS: &str = "tessera_sign_ins_total";
const SCAN_TO_APPROVE: &str = "tessera_scan_to_approve_seconds";
const APPROVE_TO_SIGNED_IN: &str = "tessera_approve_to_signed_in_seconds";
const WATCHERS: &str = "tessera_watchers";
const WATCHES: &str = "tessera_watches_total";
const REFUSED: &str = "tessera_refused_total";
const TURNED_AWAY: &str = "tessera_connections_turned_away_total";
const STORE: &str = "tessera_store_seconds";
const RECONNECTS: &str = "tessera_reconnects_total";
const PUSHES: &str = "tessera_pushes_total";
const BUILD_INFO: &str = "tessera_build_info";

/// Upper bounds, in seconds, of the histogram buckets for the time in which people decide: from one second to the two
/// minutes that they have.
const HUMAN: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 90.0, 120.0];
/// Upper bounds, in seconds, of the histogram buckets for all other times: from a tenth of a millisecond to the
/// deadline of a store.
const MACHINE: [f64; 10] = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 5.0];

/// Returns what the process has measured so far, in Prometheus' text format. The first call starts measuring; the text
/// is empty if that failed.
pub fn render() -> String {
    static MEASURED: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let handle = MEASURED.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(SCAN_TO_APPROVE.to_owned()), &HUMAN)
            .and_then(|builder| builder.set_buckets(&MACHINE))
            .ok()?;
        let handle = builder.install_recorder().ok()?;
        describe();
        register_zeroes();
        Some(handle)
    });
    handle.as_ref().map(PrometheusHandle::render).unwrap_or_default()
}

fn describe() {
    metrics::describe_counter!(SIGN_INS, "Sign-ins by what became of them");
    metrics::describe_histogram!(SCAN_TO_APPROVE, "From the scan to the approval: how long people think");
    metrics::describe_histogram!(APPROVE_TO_SIGNED_IN, "From the approval to the session in the browser");
    metrics::describe_gauge!(WATCHERS, "Pages and phones that watch now, by carrier");
    metrics::describe_counter!(WATCHES, "Watches begun, by carrier and how the page came: first, back, down");
    metrics::describe_counter!(REFUSED, "Steps refused, by step and reason");
    metrics::describe_counter!(
        TURNED_AWAY,
        "Connections refused (full, network, waiting), and ended for others (silent, gave_way)"
    );
    metrics::describe_histogram!(STORE, "Answers of the stores");
    metrics::describe_counter!(RECONNECTS, "Connections to the stores made anew");
    metrics::describe_counter!(PUSHES, "Messages to phones, by what became of them");
    metrics::describe_gauge!(BUILD_INFO, "Always 1; the label says which version runs");
}

/// Registers the counters and gauges whose labels are known in advance with the value 0, because a rate over a series
/// that appears with its first event misses that event. Of the refusals, only [`REFUSALS`] are registered, since any
/// step may have any reason.
fn register_zeroes() {
    gauge!(BUILD_INFO, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    for outcome in ["scan", "password", "passkey", "link", "sign_up", "denied", "cancelled", "reported"] {
        counter!(SIGN_INS, "outcome" => outcome).absolute(0);
    }
    for carrier in Carrier::VARIANTS {
        let carrier = carrier.word();
        gauge!(WATCHERS, "carrier" => carrier).set(0.0);
        let causes = [WatchCause::Opened, WatchCause::Reconnected, WatchCause::OtherTransport];
        for came in causes.into_iter().filter_map(WatchCause::label) {
            counter!(WATCHES, "carrier" => carrier, "came" => came).absolute(0);
        }
    }
    for (step, reason) in REFUSALS {
        counter!(REFUSED, "step" => step, "reason" => reason).absolute(0);
    }
    for reason in ["full", "network", "waiting", "silent", "gave_way"] {
        counter!(TURNED_AWAY, "reason" => reason).absolute(0);
    }
    for outcome in ["sent", "gone", "busy", "refused", "unreachable", "failed", "not_queued"] {
        counter!(PUSHES, "outcome" => outcome).absolute(0);
    }
    for to in ["redis", "announcements"] {
        counter!(RECONNECTS, "to" => to).absolute(0);
    }
}

/// Refusals that operators monitor, as pairs of the refused step and the reason; the counter of each is registered with
/// the value 0.
const REFUSALS: [(&str, &str); 36] = [
    ("issue", "scan_off"),
    ("scan", "scan_off"),
    ("approve", "scan_off"),
    ("claim", "scan_off"),
    ("approve", "wrong_answer"),
    ("approve", "verification_required"),
    ("type_digits", "wrong_answer"),
    ("sign_in", "wrong_credentials"),
    ("sign_in", "busy"),
    ("set_up", "setup_link_used"),
    ("parse", "malformed_code"),
    ("parse", "forged_code"),
    ("type", "malformed_code"),
    ("type", "expired"),
    ("scan", "expired"),
    ("scan", "outdated_code"),
    ("claim", "already_used"),
    ("app", "invalid_client"),
    ("app", "invalid_grant"),
    ("authorize", "unknown_app"),
    ("authorize", "unknown_redirect_uri"),
    ("logout", "unknown_redirect_uri"),
    ("request", "cross_site"),
    ("limit", "requests"),
    ("limit", "logins"),
    ("limit", "attempts"),
    ("limit", "sign_ups"),
    ("limit", "attempts_of_device"),
    ("limit", "attempts_on"),
    ("limit", "own_passwords"),
    ("limit", "typed_codes"),
    ("limit", "decisions"),
    ("limit", "downloads"),
    ("limit", "app_calls"),
    ("limit", "app_days"),
    ("limit", "polls"),
];

/// Counts a finished sign-in by its outcome: `scan`, `password`, `passkey`, `link`, `sign_up`, `denied`,
/// `cancelled`; and by `reported` one that was denied and that its person did not start.
pub fn sign_in(outcome: &'static str) {
    counter!(SIGN_INS, "outcome" => outcome).increment(1);
}

/// Records the time from the scan of a ticket to its approval.
pub fn approved(after: Duration) {
    histogram!(SCAN_TO_APPROVE).record(after.as_secs_f64());
}

/// Records the time from the approval of a ticket to the session in the browser.
pub fn claimed(after: Duration) {
    histogram!(APPROVE_TO_SIGNED_IN).record(after.as_secs_f64());
}

/// Counts the refusal of this step of a sign-in or of a request, with this reason.
pub fn refused(step: &'static str, reason: &'static str) {
    counter!(REFUSED, "step" => step, "reason" => reason).increment(1);
}

/// Runs the work of the store `name` (`redis`, `sqlite_writer`, `postgres`), returns its result, and records its
/// duration with a label that tells whether it succeeded. The work is also traced as a span of the current request.
pub async fn store<T, E>(name: &'static str, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let asked = Instant::now();
    let done = trace::store(name, work).await;
    let answered = if done.is_ok() { "yes" } else { "no" };
    histogram!(STORE, "store" => name, "answered" => answered).record(asked.elapsed().as_secs_f64());
    done
}

/// Counts a connection that was refused (`full`, `network`, `waiting`) or closed to admit another one
/// (`silent`, `gave_way`).
pub fn turned_away(reason: &'static str) {
    counter!(TURNED_AWAY, "reason" => reason).increment(1);
}

/// Counts a connection that was made again after an interruption: `to` is `redis`, or `announcements` for the
/// connection that receives the announcements of Redis.
pub fn reconnected(to: &'static str) {
    counter!(RECONNECTS, "to" => to).increment(1);
}

/// Counts a message to a phone by what became of it: `sent`; `gone` if the phone takes no more; `busy`, `refused` and
/// `unreachable` by the push service; `failed` here; or `not_queued`, because too many waited.
pub fn push(outcome: &'static str) {
    counter!(PUSHES, "outcome" => outcome).increment(1);
}

/// Why a page or phone begins to wait for news of a ticket, as the parameter `came` of its request states it.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub enum WatchCause {
    /// The page has just been opened.
    #[default]
    #[serde(rename = "first")]
    Opened,
    /// The page reconnects after an interruption.
    #[serde(rename = "back")]
    Reconnected,
    /// The page uses another transport, because the network blocks the one that it prefers.
    #[serde(rename = "down")]
    OtherTransport,
    /// The page sends the next poll of the same watch, which is not counted.
    #[serde(rename = "on")]
    NextPoll,
}

impl WatchCause {
    /// Returns the value of the metric's label `came`; `None` for what is not counted.
    fn label(self) -> Option<&'static str> {
        match self {
            Self::Opened => Some("first"),
            Self::Reconnected => Some("back"),
            Self::OtherTransport => Some("down"),
            Self::NextPoll => None,
        }
    }
}

/// A guard for a page or phone that waits for news of a ticket: the gauge of waiting pages counts it until it is
/// dropped.
#[derive(Debug)]
pub struct Watcher(Carrier);

/// How a page or phone is sent its news.
#[derive(Clone, Copy, Debug, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Carrier {
    /// Over a WebSocket.
    Socket,
    /// As server-sent events.
    Events,
    /// As the answers to long polls.
    Poll,
}

impl Carrier {
    /// Returns the value of the metrics' label `carrier`.
    fn word(self) -> &'static str {
        self.into()
    }
}

impl Watcher {
    /// Adds a page or phone to the gauge of those that wait, until the returned guard is dropped. Also counts the start
    /// of the wait by its cause, unless that is [`WatchCause::NextPoll`].
    pub fn begin(carrier: Carrier, cause: WatchCause) -> Self {
        if let Some(came) = cause.label() {
            counter!(WATCHES, "carrier" => carrier.word(), "came" => came).increment(1);
        }
        gauge!(WATCHERS, "carrier" => carrier.word()).increment(1);
        Self(carrier)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        gauge!(WATCHERS, "carrier" => self.0.word()).decrement(1);
    }
}
