//! The commands about the security of the sign-in by scan: its switch (`scan`), and the report (`report`).

mod report;
mod scan;

pub use self::report::Report;
pub use self::scan::Scan;

/// Runs a subcommand of `tessera scan`; the error is the line to print.
pub async fn run_scan(command: Scan) -> Result<(), String> {
    scan::run(command).await
}

/// Runs a subcommand of `tessera report`; the error is the line to print.
pub async fn run_report(command: Report) -> Result<(), String> {
    report::run(command).await
}
