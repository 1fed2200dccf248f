//! The task that sends messages to push services (RFC 8030). A message that a push service does not take is not sent again: it
//! is needed for a minute or two, by somebody who has a code to scan beside it.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, StatusCode};
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::encryption::ClientKeys;
use super::endpoint::{Endpoint, EndpointRules};
use super::message::message;
use super::queue::Job;
use super::vapid::Vapid;
use crate::cause::caused;
use crate::clock::Clock;
use crate::measure;
use crate::outbound::Resolver;
use crate::store::records::Records;
use crate::store::records::push::PushRow;
use crate::ticket::time::Timestamp;

/// How long a push service may take to answer. Only the status of the answer is read.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The largest number of messages that are being sent at the same time.
const AT_ONCE: usize = 64;
/// How long a stop waits for messages that are being sent.
const STOP_WITHIN: Duration = Duration::from_secs(10);
/// The topic of every message (RFC 8030 §5.4): of several that wait for a phone that is away, the last one is delivered.
const TOPIC: &str = "sign-in";

/// The queue of messages that are to be sent.
#[derive(Debug)]
pub(super) struct Jobs(pub(super) Receiver<Job>);

/// What the task that sends messages needs.
#[derive(Debug)]
pub struct SenderParts {
    pub(super) jobs: Jobs,
    pub(super) records: Records,
    pub(super) clock: Clock,
    pub(super) rules: EndpointRules,
    pub(super) vapid: Arc<Vapid>,
    pub(super) authorities: Vec<Certificate>,
}

/// The state of the task; cheap to clone.
#[derive(Clone, Debug)]
struct Sender {
    client: Client,
    records: Records,
    clock: Clock,
    rules: EndpointRules,
    vapid: Arc<Vapid>,
}

/// What became of a message.
enum Sent {
    /// The push service took it.
    Taken,
    /// The phone takes no messages at this address any more.
    Over,
    /// The push service did not take it, with this word for the metrics and this text for the log.
    Not(&'static str, String),
}

/// Makes the task that sends the messages of the queue until the server stops. It then ends when those are sent that it has.
///
/// # Errors
/// A line that says that no HTTPS client can be made.
pub fn run(parts: SenderParts, stopping: CancellationToken) -> Result<impl Future<Output = ()> + use<>, String> {
    let SenderParts { jobs: Jobs(mut jobs), records, clock, rules, vapid, authorities } = parts;
    let client = Client::builder()
        .https_only(true)
        .redirect(Policy::none())
        .no_proxy()
        .dns_resolver(Arc::new(Resolver(rules.reach())))
        .tls_certs_merge(authorities)
        .timeout(TIMEOUT)
        .pool_max_idle_per_host(0)
        .build()
        .map_err(|error| format!("push: no HTTPS client can be made: {}", caused(&error)))?;
    let sender = Sender { client, records, clock, rules, vapid };
    Ok(async move {
        let mut tasks = JoinSet::new();
        loop {
            tokio::select! {
                () = stopping.cancelled() => break,
                Some(job) = jobs.recv() => sender.begin(job, &mut tasks).await,
                Some(_) = tasks.join_next() => {}
                else => break,
            }
        }
        jobs.close();
        let _ = timeout(STOP_WITHIN, async {
            while let Some(job) = jobs.recv().await {
                sender.begin(job, &mut tasks).await;
            }
            while tasks.join_next().await.is_some() {}
        })
        .await;
    })
}

impl Sender {
    /// Begins to send the messages of a job, as soon as fewer than [`AT_ONCE`] are being sent.
    async fn begin(&self, job: Job, tasks: &mut JoinSet<()>) {
        for phone in job.phones {
            while tasks.len() >= AT_ONCE {
                tasks.join_next().await;
            }
            let (sender, until, turn) = (self.clone(), job.until, Arc::clone(&job.turn));
            tasks.spawn(async move {
                sender.send(phone, until).await;
                drop(turn);
            });
        }
    }

    /// Sends a message, and stores, logs and counts what became of it.
    async fn send(&self, phone: PushRow, until: Timestamp) {
        let (id, account) = (phone.id, phone.account);
        if until.is_over(self.clock.now()) {
            tracing::info!(push.id = %id, account.id = %account, "a phone was not sent a message that nobody needs any more");
            return measure::push("late");
        }
        let Some(endpoint) = self.rules.parse(&phone.endpoint) else {
            tracing::warn!(push.id = %id, account.id = %account, "a phone has a push service that this server does not call");
            return measure::push("refused");
        };
        let service = endpoint.host();
        let stored = match self.try_to_send(&phone, &endpoint, until).await {
            Sent::Taken => {
                measure::push("sent");
                tracing::info!(push.id = %id, account.id = %account, service, "a phone was sent a message");
                self.records.use_push(id, self.clock.now()).await
            }
            Sent::Over => {
                measure::push("gone");
                tracing::info!(push.id = %id, account.id = %account, service, "a phone takes no messages any more");
                self.records.drop_push(account, id).await.map(|_| ())
            }
            Sent::Not(word, why) => {
                measure::push(word);
                tracing::warn!(push.id = %id, account.id = %account, service, why, "a phone was not sent a message");
                Ok(())
            }
        };
        if let Err(fault) = stored {
            let fault = caused(&fault);
            tracing::error!(push.id = %id, account.id = %account, fault, "what became of a message was not stored");
        }
    }

    async fn try_to_send(&self, phone: &PushRow, endpoint: &Endpoint, until: Timestamp) -> Sent {
        let now = self.clock.now();
        let keys = ClientKeys::of(&phone.p256dh, &phone.auth);
        let body = keys.and_then(|keys| keys.encrypt(message(&phone.language).as_bytes()));
        let (Some(body), Some(token)) = (body, self.vapid.authorization(&endpoint.origin(), now)) else {
            return Sent::Not("failed", "it could not be encrypted or signed".to_owned());
        };
        let request = self
            .client
            .post(endpoint.expose())
            .header(AUTHORIZATION, token)
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            // RFC 8030 §5.2, §5.3, §5.4. A person waits for it, and it is of no use once the ticket is over.
            .header(HeaderName::from_static("ttl"), until.left(now).as_secs())
            .header(HeaderName::from_static("urgency"), "high")
            .header(HeaderName::from_static("topic"), TOPIC);
        match request.body(body).send().await.map(|answer| answer.status()) {
            Ok(status) if status.is_success() => Sent::Taken,
            // RFC 8030 §7.3: the subscription is not there any more.
            Ok(StatusCode::NOT_FOUND | StatusCode::GONE) => Sent::Over,
            Ok(status) => {
                let is_busy = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
                Sent::Not(if is_busy { "busy" } else { "refused" }, format!("it answered {status}"))
            }
            Err(error) => Sent::Not("unreachable", caused(&error.without_url())),
        }
    }
}
