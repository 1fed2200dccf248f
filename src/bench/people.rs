//! Measures the list of people that an administrator opens, on a server with 50,000 accounts, and compares it with the same
//! page on a server with 50 in the same run: the number of accounts must hardly matter.

use std::fmt::Write as _;
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::{Failure, ROUNDS};
use crate::harness::forms;
use crate::harness::http::{Answer, Connection};
use crate::harness::server::{Server, command_line, scratch};
use crate::harness::table::{Row, median};
use crate::harness::visit::{Encoding, expect};

const MANY: u32 = 50_000;
const FEW: u32 = 50;
const ROUND: Duration = Duration::from_secs(2);
const ADMINISTRATOR: &str = "grace";
/// The pages that are measured: the first one, one from the middle, a search that finds one person, one that finds nobody
/// and so looks at everyone, and a filter.
const PAGES: [(&str, &str); 5] = [
    ("the first page", "/admin/people"),
    ("a page from the middle", "/admin/people?after=00000000-0000-4000-8000-000000000000Person%2000025"),
    ("a search for one", "/admin/people?q=person+00042"),
    ("a search for nobody", "/admin/people?q=nobody+at+all"),
    ("those without a password", "/admin/people?state=no_password"),
];
/// The largest ratio of the CPU times of both servers. The page of many shows twice as many people.
const TIMES: f64 = 4.0;

/// Measures each page on both servers in turn, so that other work of the machine affects both.
pub async fn measure() -> Result<Vec<Row>, Failure> {
    let (mut many, mut few) = (House::open(MANY).await?, House::open(FEW).await?);
    let mut rows = Vec::new();
    for (what, path) in PAGES {
        let (mut ours, mut floor) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(many.round(path).await?);
            floor.push(few.round(path).await?);
        }
        let figure = format!("CPU milliseconds for {what} of 50,000 people, beside 50");
        rows.push(Row::new(figure, median(ours)).floor(median(floor)).at_most_times(TIMES).decimals(2));
    }
    Ok(rows)
}

/// A server with people, and an administrator who is signed in.
struct House {
    server: Server,
    connection: Connection,
    cookies: String,
    _data: TempDir,
}

impl House {
    async fn open(people: u32) -> Result<Self, Failure> {
        let data = scratch()?;
        fill(data.path(), people)?;
        let server = Server::tessera_in(data.path())?;
        let mut connection = Connection::open(server.site.at, Ipv4Addr::new(127, 4, 0, 1)).await?;
        let cookies = forms::sign_in(&mut connection, &server.site, ADMINISTRATOR).await?;
        Ok(Self { server, connection, cookies, _data: data })
    }

    /// Returns the server's CPU time for each answer, in milliseconds.
    async fn round(&mut self, path: &str) -> Result<f64, Failure> {
        let request = self.server.site.page_with(path, Encoding::Brotli, &self.cookies);
        expect(&self.connection.ask(&request).await?, "a page of people")?;
        let right = |answer: &Answer| expect(answer, "a page of people");
        Ok(self.server.cpu_of_an_answer(&mut self.connection, &request, ROUND, right).await? * 1000.0)
    }
}

/// Adds an administrator and this many people to the records in a folder, on the command line.
fn fill(data: &Path, people: u32) -> Result<(), Failure> {
    let mut table = String::from("username,display_name,email\n");
    for at in 0..people {
        writeln!(table, "n{at},Person {at:05},n{at}@example.org")?;
    }
    let file = data.join("people.csv");
    fs::write(&file, table)?;
    forms::add_administrator(data, ADMINISTRATOR)?;
    let mut importing = command_line(data);
    if !importing.args(["user", "import"]).arg(file).arg("--data-dir").arg(data).status()?.success() {
        return Err("the people could not be added; the reason stands above".into());
    }
    Ok(())
}
