//! The codes of a ticket, as a phone reads them or a person types them: drawn, read, found, and shown.

use std::time::Duration;

use super::{Flow, Stop};
use crate::crypto::random::random;
use crate::login::keys::ScanCode;
use crate::measure;
use crate::ticket::event::Code;
use crate::ticket::ids::{NotACode, Round, TicketId, UserCode};
use crate::ticket::machine::Ticket;
use crate::ticket::time::Timestamp;

/// Draws before a fresh typed code is free; with 25 billion codes the second is never needed.
const DRAWS: u8 = 8;

impl Flow {
    /// Reads a scan code; a forged one ends here, without asking the store.
    pub fn parse(&self, code: &str) -> Result<ScanCode, Stop> {
        ScanCode::parse(code, &self.0.code_key).map_err(|error| refused("parse", error.into()))
    }

    /// Reads a code that was typed.
    pub fn read(&self, typed: &str) -> Result<UserCode, Stop> {
        typed.parse().map_err(|error: NotACode| refused("type", error.into()))
    }

    /// The scan code that a typed code stands for.
    pub async fn find(&self, typed: UserCode) -> Result<ScanCode, Stop> {
        let found = self.0.tickets.find(typed, self.now()).await?;
        let (ticket, round) = found.ok_or_else(|| refused("type", Stop::Unknown))?;
        Ok(ScanCode { ticket, round })
    }

    /// The text of a scan code.
    pub fn text(&self, code: ScanCode) -> String {
        code.encode(&self.0.code_key)
    }

    /// The code on a ticket's screen, ready to be shown.
    pub fn code(&self, ticket: &Ticket) -> Code {
        let text = self.text(ScanCode { ticket: ticket.id, round: ticket.round });
        let modules = self.0.printer.print(&text);
        Code { size: modules.size, path: modules.path, user_code: ticket.user_code.to_string() }
    }

    /// The same code as a picture (PNG), for whoever draws a page of their own.
    pub fn picture(&self, ticket: &Ticket) -> Vec<u8> {
        self.0.printer.picture(&self.text(ScanCode { ticket: ticket.id, round: ticket.round }))
    }

    /// A code for typing that no other ticket has, taken for this round of a ticket.
    pub(super) async fn draw_user_code(
        &self,
        id: TicketId,
        round: Round,
        now: Timestamp,
        life: Duration,
    ) -> Result<UserCode, Stop> {
        for _ in 0..DRAWS {
            let code = UserCode::draw(|| random::<1>()[0]);
            if self.0.tickets.reserve(code, id, round, now, now + life).await? {
                return Ok(code);
            }
        }
        Err(Stop::Full)
    }
}

/// The line of a code that leads to no ticket.
fn refused(step: &'static str, stop: Stop) -> Stop {
    tracing::info!(step, code = stop.code(), "a step was refused");
    measure::refused(step, stop.code());
    stop
}
