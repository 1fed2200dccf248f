//! The renewal of codes in Redis, for many tickets at once: one pipeline reads those that are not cached, and another one
//! changes all of them. Tens of thousands of pages renew their codes every minute, so a call for each would cost more
//! than all that they do otherwise.

use futures_util::{StreamExt as _, stream};
use redis::ScriptInvocation;

use super::cache::Version;
use super::scripts::RENEW;
use super::{RedisTickets, key, millis, reading, typed_key, typed_value, version};
use crate::crypto::random::random;
use crate::store::Fault;
use crate::store::tickets::ChangeError;
use crate::store::tickets::change::TRIES;
use crate::ticket::ids::TicketId;
use crate::ticket::machine::{Refused, Ticket};
use crate::ticket::time::Timestamp;

/// The number of tickets that are renewed at the same time in a cluster.
const AT_ONCE: usize = 64;

/// A ticket that is to replace the version that was read.
struct Swap {
    /// The place of the ticket among those that are renewed.
    at: usize,
    before: Version,
    after: Ticket,
    /// Identifies this change, so that it is recognised when it is repeated because its answer was lost.
    attempt: [u8; 16],
}

/// What is known of a ticket.
struct Known {
    before: Result<Version, ChangeError>,
    /// Whether it may be outdated, and must not be the reason for a refusal.
    is_cached: bool,
}

impl RedisTickets {
    /// Renews the codes of these tickets, and returns the tickets in the same order, each with whether it has changed.
    /// Those whose typed code was taken, or that were changed by others meanwhile, are tried again together.
    pub(in crate::store) async fn renew(
        &self,
        ids: &[TicketId],
        now: Timestamp,
        step: impl Fn(&Ticket) -> Result<Ticket, Refused>,
    ) -> Vec<Result<(Ticket, bool), ChangeError>> {
        let mut renewed: Vec<_> = ids.iter().map(|_| Err(Fault::Contended.into())).collect();
        let mut open: Vec<usize> = (0..ids.len()).collect();
        for _ in 0..TRIES {
            let (mut swaps, mut again) = (Vec::new(), Vec::new());
            for (at, Known { before, is_cached }) in open.iter().copied().zip(self.known(ids, &open).await) {
                let before = match before {
                    Ok(before) => before,
                    Err(error) => {
                        renewed[at] = Err(error);
                        continue;
                    }
                };
                match step(&before.ticket) {
                    Ok(after) if after.seq != before.ticket.seq => {
                        swaps.push(Swap { at, before, after, attempt: random() });
                    }
                    _ if is_cached => again.push(at),
                    unchanged => renewed[at] = unchanged.map(|ticket| (ticket, false)).map_err(ChangeError::from),
                }
            }
            let answers = self.swap_all(&swaps, now).await;
            for (Swap { at, after, attempt, .. }, answer) in swaps.into_iter().zip(answers) {
                match answer {
                    Ok(word) if word == "done" => {
                        self.cache.put(Version { ticket: after.clone(), attempt: attempt.to_vec() });
                        renewed[at] = Ok((after, true));
                    }
                    Ok(word) if word == "unknown" => renewed[at] = Err(ChangeError::Unknown),
                    Ok(_) => again.push(at),
                    Err(fault) => renewed[at] = Err(fault.into()),
                }
            }
            if again.is_empty() {
                break;
            }
            open = again;
        }
        renewed
    }

    /// Returns what is known of the tickets at these places among `ids`: from the cache, or else from Redis.
    async fn known(&self, ids: &[TicketId], open: &[usize]) -> Vec<Known> {
        let cached: Vec<_> = open.iter().map(|at| self.cache.take(ids[*at])).collect();
        let others = open.iter().zip(&cached).filter(|(_, cached)| cached.is_none());
        let mut read = self.link.ask_all(others.map(|(at, _)| reading(ids[*at])).collect()).await.into_iter();
        let known = cached.into_iter().map(|cached| {
            if let Some(version) = cached {
                return Known { before: Ok(version), is_cached: true };
            }
            let answer = read.next().expect("Redis answers for each ticket").and_then(version);
            let before = answer.map_err(ChangeError::from).and_then(|found| found.ok_or(ChangeError::Unknown));
            Known { before, is_cached: false }
        });
        known.collect()
    }

    /// Replaces these tickets, and returns the answer of the script [`RENEW`] for each.
    async fn swap_all(&self, swaps: &[Swap], now: Timestamp) -> Vec<Result<String, Fault>> {
        if !self.link.is_one_server() {
            let swapped: Vec<_> = swaps.iter().map(|swap| self.swap_apart(swap, now)).collect();
            return stream::iter(swapped).buffered(AT_ONCE).collect().await;
        }
        let now = millis(now);
        let call = |Swap { before, after, attempt, .. }: &Swap| {
            let mut call: ScriptInvocation<'_> = RENEW.key(key(after.id));
            call.key(typed_key(after.user_code)).arg(&self.arguments(before, after, attempt)[..]);
            call.arg(typed_value(after.id, after.round, after.expires_at)).arg(&now);
            call
        };
        let calls: Vec<_> = swaps.iter().map(call).collect();
        self.link.scripts(&RENEW, &calls).await
    }

    /// Does what the script [`RENEW`] does where a ticket and its typed code are on different nodes of a cluster.
    async fn swap_apart(&self, swap: &Swap, now: Timestamp) -> Result<String, Fault> {
        let Swap { before, after, attempt, .. } = swap;
        let code = after.user_code;
        if !self.reserve(code, after.id, after.round, now, after.expires_at).await? {
            return Ok("taken".to_owned());
        }
        let answer = self.swap(before, after, attempt).await?;
        // If another change came first, this one may still have been made before it, when it is repeated because its answer
        // was lost. Then the code is that of the ticket. A code that nobody has ends by itself.
        if answer == "unknown" {
            self.release(code).await?;
        }
        Ok(answer)
    }
}
