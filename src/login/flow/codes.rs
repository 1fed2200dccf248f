//! The codes of a ticket, which phones scan or people type: drawn, parsed, looked up and rendered.

use std::time::Duration;

use super::{Flow, StepError};
use crate::crypto::random::random;
use crate::login::keys::ScanCode;
use crate::measure;
use crate::store::tickets::DRAWS;
use crate::ticket::event::Code;
use crate::ticket::ids::{NotACode, Round, TicketId, UserCode};
use crate::ticket::machine::Ticket;
use crate::ticket::time::Timestamp;

impl Flow {
    /// Parses the text of a scan code and checks its tag. A malformed or forged code is refused without asking the
    /// store, and the refusal is logged.
    pub fn parse_scan_code(&self, code: &str) -> Result<ScanCode, StepError> {
        ScanCode::parse(code, &self.0.code_key).map_err(|error| refused("parse", error.into()))
    }

    /// Parses a code that a person typed, without asking the store. The refusal of a text that is not a code is
    /// logged.
    pub fn parse_typed_code(&self, typed: &str) -> Result<UserCode, StepError> {
        typed.parse().map_err(|error: NotACode| refused("type", error.into()))
    }

    /// Looks up a typed code in the store and returns the scan code of the same ticket and round;
    /// [`StepError::Unknown`] if no ticket has the typed code.
    pub async fn resolve_typed(&self, typed: UserCode) -> Result<ScanCode, StepError> {
        let found = self.0.tickets.find(typed, self.now()).await?;
        let (ticket, round) = found.ok_or_else(|| refused("type", StepError::Unknown))?;
        Ok(ScanCode { ticket, round })
    }

    /// Encodes a scan code as the characters at the end of the link in a QR code; they include the HMAC tag.
    pub fn link_text(&self, code: ScanCode) -> String {
        code.encode(&self.0.code_key)
    }

    /// Draws the QR code of a ticket's present round, and returns it with the typed code, as the login page shows
    /// them.
    pub fn shown_code(&self, ticket: &Ticket) -> Code {
        let text = self.link_text(ScanCode { ticket: ticket.id, round: ticket.round });
        let printer = if ticket.offer.is_some() { &self.0.offer_printer } else { &self.0.printer };
        let modules = printer.print(&text);
        Code { size: modules.size, path: modules.path, user_code: ticket.user_code.to_string() }
    }

    /// Returns the QR code of a ticket's present round as a picture (PNG), for apps that draw their own page.
    pub fn qr_png(&self, ticket: &Ticket) -> Vec<u8> {
        self.0.printer.picture(&self.link_text(ScanCode { ticket: ticket.id, round: ticket.round }))
    }

    /// Draws a typed code that no other ticket has, and reserves it for the first round of a ticket for the time `life`.
    /// The error is [`StepError::Full`] if no free code was found, or if the store cannot hold more.
    pub(super) async fn reserve_user_code(
        &self,
        id: TicketId,
        now: Timestamp,
        life: Duration,
    ) -> Result<UserCode, StepError> {
        for _ in 0..DRAWS {
            let code = Self::draw_user_code();
            if self.0.tickets.reserve(code, id, Round(0), now, now + life).await? {
                return Ok(code);
            }
        }
        Err(StepError::Full)
    }

    /// Draws a typed code, which another ticket may have.
    pub(super) fn draw_user_code() -> UserCode {
        // Twelve bytes give eight letters, except once in two thousand times.
        let mut bytes = random::<12>().into_iter();
        UserCode::draw(|| bytes.next().unwrap_or_else(|| random::<1>()[0]))
    }
}

/// Logs and counts the refusal of a code that leads to no ticket, and returns the refusal.
fn refused(step: &'static str, error: StepError) -> StepError {
    tracing::info!(step, code = error.code(), "a step was refused");
    measure::refused(step, error.code());
    error
}
